// Keeps the first addresses and ports of each hour: adds them up once the hour is over and everything of it is stored.
import { StoreUnavailableError } from './errors.ts'
import type { FlowStore } from './flow-store.ts'
import { tierTables, totalTable } from './flow-tables.ts'
import { silentLog, type StoreLog } from './log.ts'
import { insertTop, topFacets, topSeconds, topTable, type TopFacet } from './top-rollup-table.ts'

export interface TopRollupConfig {
  /** Days that every flow is kept: an hour from before cannot be added up any more. */
  readonly rawDays: number
  /** Keys of each hour, by bytes and by packets, for each account and direction. */
  readonly keep: number
}

export interface TopRollupDependencies {
  readonly store: Pick<FlowStore, 'query' | 'command' | 'ready'>
  /** Every flow that was received before this time is stored; ms since 1970. */
  readonly settledUntil: () => number
  /** Whether segments queue for the store: they go first. */
  readonly busy: () => boolean
  readonly log?: StoreLog
  readonly now?: () => number
}

/** An hour that has flows, and the facets that do not agree with it. */
interface DueHour {
  /** Seconds since 1970. */
  readonly hour: number
  /** By the sums by hour; decimal text. */
  readonly flows: string
  readonly facets: readonly TopFacet[]
  /** Whether it was added up before, and flows came after that. */
  readonly again: boolean
}

/** Comparing what is there with the sums by hour costs some 30 ms for the two days that a turn looks at. */
const everyMs = 300_000
const daySeconds = 86_400
/** What is looked at in each turn; everything that the flows reach back to once a day, which is what a late segment can take. */
const usualSeconds = 2 * daySeconds

export class TopRollup {
  readonly #config: Pick<TopRollupConfig, 'keep'>
  readonly #deps: TopRollupDependencies
  readonly #log: StoreLog
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> = Promise.resolve()
  #stopping = new AbortController()
  /** As in the configuration, until told. */
  #rawDays: number
  /** When all hours were looked at last; ms since 1970. */
  #allLookedAt = 0
  #due = 0
  /** Hours that could not be added up, and how many flows they had then: left alone until they have more, or for a day. */
  readonly #left = new Map<number, string>()
  readonly #counts = { made: 0, made_again: 0, flows_missing: 0, gave_way: 0, errors: 0 }

  constructor(config: TopRollupConfig, deps: TopRollupDependencies) {
    this.#config = config
    this.#rawDays = config.rawDays
    this.#deps = deps
    this.#log = deps.log ?? silentLog
  }

  counters(): Record<string, number> {
    return { ...this.#counts }
  }

  /** Hours that are over and not added up, or had more flows since, as of the last turn. */
  get hoursDue(): number {
    return this.#due + this.#left.size
  }

  /** Every flow is kept for so many days from now on. */
  keepRaw(days: number): void {
    this.#rawDays = days
  }

  start(): void {
    this.#stopping = new AbortController()
    const turn = () => {
      // One after the other, should a turn take longer than the pause.
      this.#running = this.#running.then(() => this.#turn())
    }
    turn()
    this.#timer = setInterval(turn, everyMs)
    this.#timer.unref()
  }

  /** Ends the statement that is running, too: its hour is made at the next start. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#stopping.abort()
    await this.#running
  }

  async #turn(): Promise<void> {
    if (!this.#deps.store.ready || this.#stopping.signal.aborted) return
    try {
      await this.catchUp()
    } catch (error) {
      if (this.#stopping.signal.aborted) return
      this.#counts.errors++
      this.#log.error({ err: error }, 'the first addresses and ports of an hour could not be added up; it is tried again in five minutes')
    }
  }

  /** Adds up all hours that are due, oldest first, one at a time; ends early when segments begin to queue. */
  async catchUp(): Promise<void> {
    const now = this.#now()
    const all = now - this.#allLookedAt >= daySeconds * 1000
    if (all) this.#left.clear()
    const kept = this.#rawDays * daySeconds
    const due = await this.#dueHours(Math.floor(now / 1000) - (all ? kept : Math.min(kept, usualSeconds)))
    this.#due = due.length
    const before = { ...this.#counts }
    try {
      for (const hour of due) {
        if (this.#stopping.signal.aborted) return
        if (this.#deps.busy()) {
          this.#counts.gave_way++
          return
        }
        await this.#make(hour)
        this.#due--
      }
    } finally {
      this.#tell(before)
    }
    if (all) this.#allLookedAt = now
  }

  /** One line a turn, however many hours it was about. */
  #tell(before: Readonly<Record<'made' | 'made_again' | 'flows_missing', number>>): void {
    const made = this.#counts.made - before.made
    const again = this.#counts.made_again - before.made_again
    if (made + again > 0) this.#log.info({ hours: made, again, due: this.#due }, 'the first addresses and ports of hours are added up')
    const missing = this.#counts.flows_missing - before.flows_missing
    if (missing > 0)
      this.#log.warn({ hours: missing }, 'hours have other flows than their sums; their first addresses and ports stay as they are')
  }

  #now(): number {
    return (this.#deps.now ?? Date.now)()
  }

  async #dueHours(oldest: number): Promise<DueHour[]> {
    const params = { from: Math.max(0, Math.ceil(oldest / topSeconds) * topSeconds), until: this.#lastHourEnd() }
    const range = "time_received >= toDateTime({from:UInt32}, 'UTC') AND time_received < toDateTime({until:UInt32}, 'UTC')"
    const { rows: seen } = await this.#deps.store.query<{ facet: string; hour: number; seen: string }>(
      `SELECT toString(facet) AS facet, toUnixTimestamp(time_received) AS hour, sum(seen) AS seen FROM ${topTable} WHERE ${range} GROUP BY ALL`,
      { params },
    )
    const { rows: hours } = await this.#deps.store.query<{ hour: number; flows: string }>(
      `SELECT toUnixTimestamp(time_received) AS hour, sum(flows) AS flows FROM ${totalTable} WHERE ${range} GROUP BY hour ORDER BY hour`,
      { params },
    )
    const seenBy = new Map(seen.map((row) => [`${row.facet} ${row.hour}`, row.seen]))
    return hours.flatMap(({ hour, flows }): DueHour[] => {
      const facets = topFacets.filter(({ name }) => seenBy.get(`${name} ${hour}`) !== flows)
      if (facets.length === 0 || this.#left.get(hour) === flows) return []
      return [{ hour, flows, facets, again: facets.some(({ name }) => seenBy.has(`${name} ${hour}`)) }]
    })
  }

  /** End of the last hour of which nothing is missing; seconds since 1970. */
  #lastHourEnd(): number {
    const settled = Math.min(this.#deps.settledUntil(), this.#now()) / 1000
    return Math.max(0, Math.floor(settled / topSeconds) * topSeconds)
  }

  /** An hour that cannot be added up is left alone, so that it does not hold up the others. */
  async #make(due: DueHour): Promise<void> {
    this.#left.delete(due.hour)
    try {
      if (await this.#hasAll(due)) {
        for (const facet of due.facets) await this.#insert(facet, due)
        this.#counts[due.again ? 'made_again' : 'made']++
        return
      }
    } catch (error) {
      if (error instanceof StoreUnavailableError || this.#stopping.signal.aborted) throw error
      this.#counts.errors++
      this.#log.error(
        { err: error, hour: due.hour },
        'the store refused to add up an hour; it is tried again in a day, or when it has more flows',
      )
    }
    this.#left.set(due.hour, due.flows)
  }

  async #insert(facet: TopFacet, { hour, flows }: DueHour): Promise<void> {
    const { signal } = this.#stopping
    signal.throwIfAborted()
    await this.#deps.store.command(insertTop(facet, this.#config.keep), { hour, seen: flows }, signal)
  }

  /**
   * Whether every flow that the sums by hour count is still there. Not so when a partition was dropped by hand: what was
   * added up before is better than what could be now. An insert that is under way leaves more flows than sums; its hour
   * comes again in the next turn.
   */
  async #hasAll({ hour, flows }: DueHour): Promise<boolean> {
    const { rows } = await this.#deps.store.query<{ flows: string }>(
      `SELECT count() AS flows FROM ${tierTables.raw}
       WHERE time_received >= toDateTime({hour:UInt32}, 'UTC') AND time_received < toDateTime({hour:UInt32}, 'UTC') + INTERVAL 1 HOUR`,
      { params: { hour } },
    )
    if (rows[0]?.flows === flows) return true
    this.#counts.flows_missing++
    return false
  }
}
