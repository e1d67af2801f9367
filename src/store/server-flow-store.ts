// The flow store on a ClickHouse server: segments are sent to it, and while it is away everything else goes on.
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { StoreUnavailableError } from './errors.ts'
import { ClickHouseFlowStore, type DownloadRequest, type FlowQueryProgress } from './flow-store.ts'
import { silentLog, type StoreLog } from './log.ts'

export interface ServerStoreConfig {
  readonly url: string
  readonly user: string
  readonly password: string
  /** Must exist on the server. */
  readonly database: string
}

/** How often a server that was away at the start is asked again. */
const retryMs = 5_000
const progressSeconds = 5
/** The connection would be given up if nothing came for longer. */
const longestAnswerSeconds = 600
/** When the end of a query is asked for after its asker has gone, each after the one before. */
const killAfterMs = [0, 500, 2_000] as const

export class ServerFlowStore extends ClickHouseFlowStore {
  readonly #url: string
  readonly #log: StoreLog
  #ready = false
  #stopped = false
  #retry: NodeJS.Timeout | undefined

  constructor({ url, user, password, database }: ServerStoreConfig, { log = silentLog }: { readonly log?: StoreLog } = {}) {
    super({ client: { url, username: user, password, max_open_connections: 16 }, database, queryMemory: 0 })
    this.#url = url
    this.#log = log
  }

  get ready(): boolean {
    return this.#ready
  }

  /**
   * Makes the tables. A server that is away does not fail the start: flows wait in the spool until it comes.
   * @throws StoreQueryError when it refuses (password, rights, unknown database)
   */
  async start(): Promise<void> {
    this.#stopped = false
    try {
      await this.migrate()
      this.#ready = true
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error
      this.#log.warn({ url: this.#url, err: error }, 'ClickHouse does not answer; flows wait in the spool until it does')
      this.#tryLater()
    }
  }

  #tryLater(): void {
    if (this.#stopped) return
    this.#retry = setTimeout(() => {
      this.start().catch((error: unknown) => {
        this.#log.error({ url: this.#url, err: error }, 'ClickHouse refused the tables of Drawbridge')
        this.#tryLater()
      })
    }, retryMs)
    this.#retry.unref()
  }

  override async progress(queryId: string): Promise<FlowQueryProgress | undefined> {
    const columns =
      'toFloat64(read_rows) as rowsRead, toFloat64(total_rows_approx) as rowsToRead, toFloat64(read_bytes) as bytesRead, elapsed as elapsedSeconds'
    const { rows } = await this.query<FlowQueryProgress>(`select ${columns} from system.processes where query_id = {id:String}`, {
      params: { id: queryId },
      timeoutSeconds: progressSeconds,
    })
    return rows[0]
  }

  /**
   * The server makes the whole answer, on its own disk where it is large, before it sends the first byte: an error in the
   * middle of it comes as an error and not as a part of the answer.
   */
  protected override openDownload(request: DownloadRequest): Promise<Readable> {
    const { settings, timeoutSeconds } = request
    const seconds = Math.min(timeoutSeconds, longestAnswerSeconds)
    return super.openDownload({ ...request, settings: { ...settings, wait_end_of_query: 1, max_execution_time: seconds } })
  }

  /** A server goes on with a query whose asker has hung up. */
  protected override endsWith(signal: AbortSignal, queryId: string): () => void {
    const kill = () => void this.#kill(queryId)
    signal.addEventListener('abort', kill, { once: true })
    return () => signal.removeEventListener('abort', kill)
  }

  /** More than once: a query that has hardly begun is not found at first. */
  async #kill(queryId: string): Promise<void> {
    for (const wait of killAfterMs) {
      await sleep(wait, undefined, { ref: false })
      if (this.#stopped) return
      try {
        await this.command('kill query where query_id = {id:String} async', { id: queryId })
      } catch (error) {
        // Its time limit ends it.
        this.#log.warn({ url: this.#url, err: error, queryId }, 'a query that nobody waits for could not be ended')
        return
      }
    }
  }

  override async stop(): Promise<void> {
    this.#stopped = true
    this.#ready = false
    clearTimeout(this.#retry)
    await super.stop()
  }
}
