// The flow store on a ClickHouse server: segments are sent to it, and while it is away everything else goes on.
import { StoreUnavailableError } from './errors.ts'
import { ClickHouseFlowStore } from './flow-store.ts'
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

  override async stop(): Promise<void> {
    this.#stopped = true
    this.#ready = false
    clearTimeout(this.#retry)
    await super.stop()
  }
}
