// The flow store on the embedded ClickHouse: the same client over a Unix socket, segments read by the engine itself.
import { Agent, get, IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { endCodeTrailer, endTextTrailer } from './embedded-download.ts'
import { progressPath } from './embedded-http.ts'
import { EmbeddedSupervisor, type SupervisorConfig } from './embedded-supervisor.ts'
import { StoreQueryError, StoreUnavailableError } from './errors.ts'
import { ClickHouseFlowStore, type DownloadRequest, type FlowQueryProgress } from './flow-store.ts'
import { tierTables } from './flow-tables.ts'
import type { StoreLog } from './log.ts'
import type { SealedSegment } from './segment.ts'
import { sqlString } from './sql-text.ts'

export class EmbeddedFlowStore extends ClickHouseFlowStore {
  readonly supervisor: EmbeddedSupervisor
  readonly #agent: Agent
  #migrated = false

  constructor(config: SupervisorConfig, dependencies: { readonly log?: StoreLog } = {}) {
    const supervisor = new EmbeddedSupervisor(config, dependencies)
    // A connection a request: on a Unix socket it costs 0.1 ms, and none is left over from a process that died.
    const agent = new Agent({ keepAlive: false, maxSockets: 100, socketPath: supervisor.socketPath } as ConstructorParameters<
      typeof Agent
    >[0])
    const queryMemory = Math.floor((config.memoryMib * 1024 * 1024) / 2)
    super({ client: { url: 'http://localhost', http_agent: agent }, database: config.database, queryMemory })
    this.supervisor = supervisor
    this.#agent = agent
  }

  get ready(): boolean {
    return this.#migrated && this.supervisor.up
  }

  /** @throws StoreUnavailableError when the engine cannot run; FlowSchemaVersionError when its data is newer than the program */
  async start(): Promise<void> {
    await this.supervisor.start()
    try {
      await this.migrate()
    } catch (error) {
      await this.supervisor.stop()
      throw error
    }
    this.#migrated = true
  }

  override async stop(): Promise<void> {
    this.#migrated = false
    await super.stop()
    this.#agent.destroy()
    await this.supervisor.stop()
  }

  /** The engine reads the file: no byte of it passes through either process's JavaScript. */
  protected override async insertFile(
    { path }: SealedSegment,
    columns: string,
    settings: Readonly<Record<string, string | number>>,
  ): Promise<void> {
    await this.client.command({
      query: `insert into ${tierTables.raw} (${columns}) select ${columns} from file(${sqlString(path)}, 'Native')`,
      clickhouse_settings: { ...settings },
    })
  }

  override async progress(queryId: string): Promise<FlowQueryProgress | undefined> {
    const path = `${progressPath}?query_id=${encodeURIComponent(queryId)}`
    // Written by embedded-http of the same build.
    return ((await getJson(this.supervisor.socketPath, path)) as FlowQueryProgress | null) ?? undefined
  }

  protected override openDownload(request: DownloadRequest): Promise<Readable> {
    return super.openDownload({ ...request, settings: { ...request.settings, wait_end_of_query: 0 } })
  }

  /** The end of the answer says whether it is whole. */
  protected override checkDownload(bytes: Readable): void {
    const trailers = bytes instanceof IncomingMessage ? bytes.trailers : {}
    const code = trailers[endCodeTrailer]
    if (code === undefined) throw new StoreUnavailableError('the embedded ClickHouse broke off in the middle of an answer')
    if (code !== '0') throw new StoreQueryError(Number(code), decodeURIComponent(trailers[endTextTrailer] ?? ''))
  }

  override counters(): Record<string, number> {
    const { starts, deaths, stuck } = this.supervisor.counters()
    return { ...super.counters(), engine_starts: starts, engine_deaths: deaths, engine_stuck: stuck }
  }
}

/** @throws StoreUnavailableError when the engine does not answer */
async function getJson(socketPath: string, path: string): Promise<unknown> {
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = get({ socketPath, path, agent: false, timeout: progressTimeoutMs }, resolve)
      request.once('timeout', () => request.destroy(new Error('no answer')))
      request.once('error', reject)
    })
    const body = await text(response)
    if (response.statusCode !== 200) throw new Error(body.trim())
    return JSON.parse(body)
  } catch (error) {
    throw new StoreUnavailableError('the embedded ClickHouse does not say how far its queries have come', { cause: error })
  }
}

const progressTimeoutMs = 5_000
