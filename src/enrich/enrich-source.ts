// The enrichment data of a process: loads the databases, looks for newer files, hands compiled tables on to the workers.
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Config } from '../contract/config.ts'
import { DatabaseFile, type DatabaseStatus } from './database-file.ts'
import { joinTables, type EnrichTables } from './enrich-tables.ts'
import { compileOwnNetworks } from './own-networks.ts'
import type { RangeLists } from './range-list.ts'

export type EnrichSourceConfig = Config['enrich']

export interface EnrichSourceDependencies {
  readonly log: Pick<Log, 'info' | 'warn'>
  readonly clock: Clock
}

/** What operators see of the enrichment. */
export interface EnrichStatus {
  readonly country: DatabaseStatus
  readonly asn: DatabaseStatus
  /** Ranges of the compiled tables that workers read. */
  readonly rangesIpv4: number
  readonly rangesIpv6: number
}

export class EnrichSource {
  readonly #config: EnrichSourceConfig
  readonly #log: EnrichSourceDependencies['log']
  readonly #clock: Clock
  readonly #country: DatabaseFile
  readonly #asn: DatabaseFile
  readonly #callbacks = new Set<(tables: EnrichTables) => void>()
  #ownNetworks: readonly string[]
  #own: RangeLists | undefined
  #tables: EnrichTables
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> | undefined

  constructor(config: EnrichSourceConfig, dependencies: EnrichSourceDependencies) {
    this.#config = config
    this.#ownNetworks = config.own_networks
    this.#log = dependencies.log
    this.#clock = dependencies.clock
    this.#country = new DatabaseFile('country', config.country)
    this.#asn = new DatabaseFile('asn', config.asn)
    this.#tables = joinTables({})
  }

  /**
   * Loads everything once, then looks for newer files every `reload_seconds`. A database that cannot be loaded is
   * logged and left out, and tried again when its file changes: flows come in without it.
   * @throws EnrichError bad_prefix
   */
  async start(): Promise<void> {
    this.#own = compileOwnNetworks(this.#ownNetworks)
    await this.check()
    this.#publish()
    this.#timer = setInterval(() => void this.check(), this.#config.reload_seconds * 1000)
    this.#timer.unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#timer = undefined
    await this.#running
  }

  /** Loads what changed since the last time, if anything. Two checks never run at the same time. */
  check(): Promise<void> {
    this.#running ??= this.#loadChanged().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  /**
   * From now on these are the own networks: workers get new tables at once.
   * @throws EnrichError bad_prefix, and everything stays as it was
   */
  setOwnNetworks(prefixes: readonly string[]): void {
    // Joining the tables anew takes some 70 ms.
    if (prefixes.join() === this.#ownNetworks.join()) return
    this.#own = compileOwnNetworks(prefixes)
    this.#ownNetworks = prefixes
    if (this.#timer !== undefined) this.#publish()
  }

  /** The tables now; before `start` empty ones. */
  tables(): EnrichTables {
    return this.#tables
  }

  /**
   * Calls back with the tables of every load to come.
   * @returns a function that ends it
   */
  onTables(callback: (tables: EnrichTables) => void): () => void {
    this.#callbacks.add(callback)
    return () => this.#callbacks.delete(callback)
  }

  /** Organisation of an AS number, undefined where no database names it. */
  asName(asn: number): string | undefined {
    return this.#asn.names.get(asn)
  }

  status(): EnrichStatus {
    const now = this.#clock.now()
    return {
      country: this.#country.status(now),
      asn: this.#asn.status(now),
      rangesIpv4: this.#tables.ipv4.offsets.length,
      rangesIpv6: this.#tables.ipv6.high.length,
    }
  }

  async #loadChanged(): Promise<void> {
    let changed = false
    for (const database of [this.#country, this.#asn]) {
      const outcome = await database.loadIfChanged(this.#clock.now())
      if (outcome === 'same') continue
      const status = database.status(this.#clock.now())
      if (outcome === 'failed') this.#log.warn(status, `${database.content} database not loaded: ${status.lastError?.message}`)
      else this.#log.info(status, `${database.content} database loaded`)
      changed ||= outcome === 'loaded'
    }
    // Before the end of start() nobody waits for tables, and own networks may be all there is.
    if (changed && this.#timer !== undefined) this.#publish()
  }

  #publish(): void {
    this.#tables = joinTables({ country: this.#country.lists, asn: this.#asn.lists, own: this.#own })
    for (const callback of this.#callbacks) callback(this.#tables)
  }
}
