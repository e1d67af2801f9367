// Wires what keeps flows: ClickHouse (embedded or a server), the spool of sealed segments, the loader, the retention.
import path from 'node:path'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { SealRequest } from '../collect/collector-pool.ts'
import type { Config } from '../contract/config.ts'
import { EmbeddedFlowStore } from '../store/embedded-flow-store.ts'
import { SpoolFullError } from '../store/errors.ts'
import type { FlowStore } from '../store/flow-store.ts'
import { Loader } from '../store/loader.ts'
import { Retention, type RetentionConfig } from '../store/retention.ts'
import { ServerFlowStore } from '../store/server-flow-store.ts'
import { Spool } from '../store/spool.ts'
import { TopRollup } from '../store/top-rollup.ts'
import type { State } from '../store/state.ts'
import type { DataFolder } from './data-folder.ts'

export interface FlowStorageConfig {
  readonly store: Config['store']
  readonly folder: DataFolder
  /** Id of this run of the server. */
  readonly run: string
}

export interface FlowStorageDependencies {
  readonly state: Pick<State, 'db'>
  readonly log: Log
  readonly clock: Clock
}

/** How long a stop waits for the store; what it has not taken by then is taken at the next start. */
const drainMs = 20_000
/** Segments that wait while everything is well: one a thread. */
const usuallyWaiting = 4

export class FlowStorage {
  readonly flows: FlowStore
  readonly #config: FlowStorageConfig
  readonly #log: Log
  readonly #spool: Spool
  readonly #loader: Loader
  readonly #retention: Retention
  readonly #top: TopRollup
  #onStored: (routers: Readonly<Record<string, number>>) => void = () => undefined
  #fullTold = false

  constructor(config: FlowStorageConfig, { state, log, clock }: FlowStorageDependencies) {
    this.#config = config
    this.#log = log
    this.flows = createStore(config, log)
    const now = () => clock.now()
    this.#spool = new Spool({ dir: config.folder.spool, maxBytes: config.store.spool_mib * 2 ** 20 }, { state, log, now })
    this.#loader = new Loader({
      store: this.flows,
      spool: this.#spool,
      state,
      log,
      now,
      // What an earlier run left in the spool is stored too, but belongs to that run's ledger.
      onStored: (segment) => {
        if (segment.run === config.run) this.#onStored(segment.routers)
      },
    })
    const { retention } = config.store
    this.#retention = new Retention(retentionConfig(retention), { store: this.flows, log, now })
    this.#top = new TopRollup(
      { rawDays: retention.raw_days, keep: config.store.top.keep },
      {
        store: this.flows,
        settledUntil: () => this.#loader.settledUntil,
        busy: () => this.#loader.waiting > usuallyWaiting,
        log,
        now,
      },
    )
  }

  async start(): Promise<void> {
    const recovered = await this.#spool.recover()
    if (recovered.length > 0) this.#log.info({ segments: recovered.length }, 'segments of the last run are being stored')
    await this.flows.start()
    this.#loader.start(recovered)
    this.#retention.start()
    this.#top.start()
  }

  /** From now on flows and their sums are kept so long. */
  keep(retention: Config['store']['retention']): void {
    this.#retention.keep(retentionConfig(retention))
    this.#top.keepRaw(retention.raw_days)
  }

  /** Calls back with the rows by router of each segment of this run that the store has acknowledged. */
  onStored(callback: (routers: Readonly<Record<string, number>>) => void): void {
    this.#onStored = callback
  }

  /**
   * Seals a batch. When this resolves with true, nothing but the disk's own death can lose it.
   * @returns false when the spool is full
   */
  async seal({ name, batch, routers }: SealRequest): Promise<boolean> {
    try {
      this.#loader.add(await this.#spool.seal({ name, run: this.#config.run, batch, routers }))
      this.#fullTold = false
      return true
    } catch (error) {
      if (!(error instanceof SpoolFullError)) throw error
      if (!this.#fullTold)
        this.#log.error({ err: error }, 'the spool is full and flows are dropped until the store takes segments again; see store.spool_mib')
      this.#fullTold = true
      return false
    }
  }

  /** Waits for the store to take what is sealed, for a bounded time. */
  async drain(): Promise<void> {
    if (await this.#loader.drain(drainMs)) return
    this.#log.warn({ segments: this.#loader.waiting }, 'the store has not taken all segments; they wait in the spool for the next start')
  }

  async stop(): Promise<void> {
    await this.#top.stop()
    await this.#retention.stop()
    await this.#loader.stop()
    await this.flows.stop()
  }

  /** Bytes of sealed segments that wait for the store. */
  get spoolBytes(): number {
    return this.#spool.bytes
  }

  get segmentsWaiting(): number {
    return this.#loader.waiting
  }

  /** Hours that are over and whose first addresses and ports are not added up. */
  get topHoursDue(): number {
    return this.#top.hoursDue
  }

  /** Counters of all parts, by part. */
  counters(): Readonly<Record<'store' | 'spool' | 'loader' | 'retention' | 'top_rollup', Record<string, number>>> {
    return {
      store: this.flows.counters(),
      spool: this.#spool.counters(),
      loader: this.#loader.counters(),
      retention: this.#retention.counters(),
      top_rollup: this.#top.counters(),
    }
  }
}

function retentionConfig({ raw_days, minute_days, hour_days, top_days }: Config['store']['retention']): RetentionConfig {
  return { rawDays: raw_days, minuteDays: minute_days, hourDays: hour_days, topDays: top_days }
}

function createStore({ store, folder }: FlowStorageConfig, log: Log): FlowStore {
  const { kind, database, user, password, url } = store
  if (kind === 'clickhouse') {
    if (url === undefined) throw new Error('store.kind is clickhouse, but store.url is not set; set it to the HTTP address of the server')
    return new ServerFlowStore({ url, user, password, database }, { log })
  }
  return new EmbeddedFlowStore(
    { data: path.resolve(folder.root), database, memoryMib: store.memory_mib, httpPort: store.http_port },
    { log },
  )
}
