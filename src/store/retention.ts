// Drops the partitions that have outlived their tier: whole partitions, because that costs nothing.
import type { Tier } from '../contract/flow-columns.ts'
import type { FlowStore } from './flow-store.ts'
import { tierTables, totalTable } from './flow-tables.ts'
import { interfaceCounterTable } from './interface-counter-table.ts'
import { silentLog, type StoreLog } from './log.ts'
import { ruleMinuteTable } from './rule-minute-table.ts'
import { topTable } from './top-rollup-table.ts'

export interface RetentionConfig {
  readonly rawDays: number
  readonly minuteDays: number
  readonly hourDays: number
  readonly topDays: number
}

export interface RetentionDependencies {
  readonly store: Pick<FlowStore, 'query' | 'command' | 'ready'>
  readonly log?: StoreLog
  readonly now?: () => number
}

const everyMs = 3_600_000
const daySeconds = 86_400
/** Span of one row of a tier: its newest flow may be this much younger than the row's time. */
const stepSeconds: Readonly<Record<Tier, number>> = { raw: 1, minute: 60, hour: 3600 }
/** Seasonal rules learn from five weeks, whatever is kept of the flows. */
const shortestRuleDays = 36

export class Retention {
  #days: Readonly<Record<Tier | 'top', number>>
  readonly #deps: RetentionDependencies
  readonly #log: StoreLog
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> = Promise.resolve()
  readonly #counts = { dropped_partitions: 0, dropped_rows: 0, errors: 0 }

  constructor(config: RetentionConfig, deps: RetentionDependencies) {
    this.#days = tierDays(config)
    this.#deps = deps
    this.#log = deps.log ?? silentLog
  }

  counters(): Record<string, number> {
    return { ...this.#counts }
  }

  start(): void {
    this.#soon()
    this.#timer = setInterval(() => this.#soon(), everyMs)
    this.#timer.unref()
  }

  /** Keeps everything so long from now on. What has expired by that goes at once, in the background. */
  keep(config: RetentionConfig): void {
    this.#days = tierDays(config)
    if (this.#timer !== undefined) this.#soon()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#timer = undefined
    await this.#running
  }

  #soon(): void {
    // One after the other, should a turn take longer than an hour.
    this.#running = this.#running.then(() => this.#turn())
  }

  async #turn(): Promise<void> {
    if (!this.#deps.store.ready) return
    try {
      await this.dropExpired()
    } catch (error) {
      this.#counts.errors++
      this.#log.error({ err: error }, 'old flows could not be dropped; it is tried again in an hour')
    }
  }

  /** Drops what has expired in every tier. */
  async dropExpired(): Promise<void> {
    // Before the sums by hour, which it is taken away from.
    await this.#dropOlder(topTable, this.#days.top, stepSeconds.hour)
    for (const tier of ['raw', 'minute', 'hour'] as const) await this.#dropOlder(tierTables[tier], this.#days[tier], stepSeconds[tier])
    await this.#dropOlder(totalTable, this.#days.hour, stepSeconds.hour)
    // Counters are compared with flows by the minute, so they live as long as those.
    await this.#dropOlder(interfaceCounterTable, this.#days.minute, stepSeconds.minute)
    await this.#dropOlder(ruleMinuteTable, Math.max(this.#days.minute, shortestRuleDays), stepSeconds.minute)
  }

  async #dropOlder(table: string, days: number, step: number): Promise<void> {
    const now = Math.floor((this.#deps.now ?? Date.now)() / 1000)
    const oldest = now - days * daySeconds - step
    const { rows } = await this.#deps.store.query<{ partition_id: string; rows: string }>(
      `select partition_id, sum(rows) as rows from system.parts
       where database = currentDatabase() and table = {table:String} and active
       group by partition_id having max(max_time) < toDateTime({oldest:UInt32}, 'UTC') order by partition_id`,
      { params: { table, oldest: Math.max(0, oldest) } },
    )
    for (const { partition_id: id, rows: flows } of rows) {
      // The engine's own ids are digits here; a name cannot be bound as a parameter.
      if (!/^\w+$/.test(id)) throw new Error(`table ${table} has a partition with the impossible id ${JSON.stringify(id)}`)
      await this.#deps.store.command(`alter table ${table} drop partition id '${id}'`)
      this.#counts.dropped_partitions++
      this.#counts.dropped_rows += Number(flows)
      this.#log.info({ table, partition: id, rows: Number(flows) }, 'dropped rows that have outlived their time')
    }
  }
}

function tierDays({ rawDays, minuteDays, hourDays, topDays }: RetentionConfig): Readonly<Record<Tier | 'top', number>> {
  return { raw: rawDays, minute: minuteDays, hour: hourDays, top: Math.min(topDays, hourDays) }
}
