// Keeps the minute sums of rules that the detector tells, and answers from them.
import type { Log } from '../../base/log.ts'
import type { RuleHistory, RuleMinute } from '../../contract/rule-minutes.ts'
import { queryRuleMinutes } from '../../query/rule-minutes.ts'
import type { FlowStore } from '../../store/flow-store.ts'
import type { State } from '../context.ts'
import { watchedSince } from '../rule/rows.ts'

export interface RuleHistoryDependencies {
  readonly flows: Pick<FlowStore, 'query' | 'insertRows'>
  readonly state: State
  readonly log: Pick<Log, 'warn'>
}

const everyMs = 60_000
/** Two hours of 1000 rules: what waits while the store is down. 30 MB. */
const maxWaiting = 120_000
/** 3 MB of JSON an insert. */
const rowsPerInsert = 20_000

/** Component: one insert a minute for all rules. */
export class StoredRuleHistory implements RuleHistory {
  readonly #deps: RuleHistoryDependencies
  /** Told and not stored yet, by rule and minute: what is told again replaces what waits. */
  readonly #waiting = new Map<string, RuleMinute>()
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> = Promise.resolve()
  readonly #counts = { stored_rows: 0, dropped_rows: 0, failed_writes: 0 }

  constructor(deps: RuleHistoryDependencies) {
    this.#deps = deps
  }

  async start(): Promise<void> {
    this.#timer = setInterval(() => void this.write(), everyMs)
    this.#timer.unref()
  }

  /** Stores what waits. Stop the detector before. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.write()
  }

  counters(): Readonly<Record<'stored_rows' | 'dropped_rows' | 'failed_writes' | 'waiting_rows', number>> {
    return { ...this.#counts, waiting_rows: this.#waiting.size }
  }

  /** Takes minutes to be stored; those beyond the bound push out the oldest. */
  add(minutes: readonly RuleMinute[]): void {
    for (const minute of minutes) {
      const key = `${minute.rule} ${minute.minute}`
      // Behind all others again: what was told last is dropped last.
      this.#waiting.delete(key)
      this.#waiting.set(key, minute)
    }
    for (const key of this.#waiting.keys()) {
      if (this.#waiting.size <= maxWaiting) break
      this.#waiting.delete(key)
      this.#counts.dropped_rows++
    }
  }

  async minutes(rule: string, from: number, to: number): Promise<readonly RuleMinute[]> {
    const { flows, state } = this.#deps
    return queryRuleMinutes(flows, { rule, from: Math.max(from, await watchedSince(state, rule)), to })
  }

  /** Stores what waits. What the store does not take waits for the next time. */
  async write(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#writeAll())
    await this.#writing
  }

  async #writeAll(): Promise<void> {
    try {
      while (this.#waiting.size > 0) await this.#writeSome()
    } catch (error) {
      this.#counts.failed_writes++
      this.#deps.log.warn({ err: error }, 'minute sums of rules could not be stored; it is tried again in a minute')
    }
  }

  async #writeSome(): Promise<void> {
    const taken = [...this.#waiting].slice(0, rowsPerInsert)
    await this.#deps.flows.insertRows(
      'rule_minutes',
      taken.map(([, minute]) => ({ ...minute, incident: minute.incident ? 1 : 0 })),
    )
    // What was told again meanwhile stays.
    for (const [key, minute] of taken) if (this.#waiting.get(key) === minute) this.#waiting.delete(key)
    this.#counts.stored_rows += taken.length
  }
}
