// What a collector thread does with flows for rules: looks their addresses up, counts what goes to rule prefixes, and
// notes the rules with the flow.
import { columnIndex, type FlowBatch } from '../contract/flow-batch.ts'
import { RuleMatcher } from '../enrich/rule-matcher.ts'
import type { RuleTable } from '../enrich/rule-table.ts'
import { RuleMeter, type CountedSeconds, type MeterDoubts, type Rows, type RowTimes } from './rule-meter.ts'
import { RuleSets } from './rule-sets.ts'

/** Rules noted with an end of a flow at the most, those of the longest prefixes first: 16 bytes each in the store. */
const mostIdsNoted = 32

/** Everything that is made for one table. */
interface Watched {
  readonly table: RuleTable
  readonly sets: RuleSets
  readonly meter: RuleMeter
  /** Number that each set has among the id lists of the batch at hand; 0 none yet. */
  readonly listOf: Uint32Array
}

export class RuleStage {
  readonly matcher = new RuleMatcher()
  readonly doubts: MeterDoubts = { moved: 0, early: 0, earlyBytes: 0 }
  #watched: Watched | null = null
  readonly #ready: CountedSeconds[] = []
  /** Second in which `take` told something last. */
  #toldIn = Number.NaN
  /** Lists of the batch at hand. */
  #lists: string[] = []
  /** Set of rules that each row counts for. */
  #setOf = new Uint32Array(0)

  /** The table in use; null where there are no rules. */
  get table(): RuleTable | null {
    return this.#watched?.table ?? null
  }

  /** Counts by another table from now on. What was counted stays with the rules that it was counted for. */
  watch(table: RuleTable | null, now: number): void {
    this.flush(now)
    this.#watched = null
    if (table === null) return
    const sets = new RuleSets(table)
    const meter = new RuleMeter(table.rules, sets, { doubts: this.doubts, tell: (counted) => this.#ready.push(counted) })
    this.#watched = { table, sets, meter, listOf: new Uint32Array(sets.capacity) }
    // The new table's sets have no lists yet.
    this.#lists = []
  }

  /**
   * Counts and notes rows `from` to `to` − 1, which belong to one account and are complete but for their rules.
   * @returns whether the account has rules: then `matcher` has the cells of the rows
   */
  apply(batch: FlowBatch, rows: Rows, account: number, times: RowTimes): boolean {
    const watched = this.#watched
    if (watched === null || !this.matcher.match(watched.table, batch, rows, account)) return false
    this.#findSets(watched, rows.to - rows.from, times.now)
    watched.meter.count(batch, rows, this.#setOf, times)
    this.#note(watched, batch, rows)
    return true
  }

  /** A flow in a tunnel counts for the rules of both destinations, once for each: no forged inner header hides a victim. */
  #findSets(watched: Watched, rows: number, now: number): void {
    const { table, sets } = watched
    const { destinations, outerDestinations, tunnelled } = this.matcher
    const { cellSet } = table
    if (this.#setOf.length < rows) this.#setOf = new Uint32Array(destinations.length)
    const setOf = this.#setOf
    for (let row = 0; row < rows; row++) setOf[row] = cellSet[destinations[row]]
    if (!tunnelled) return
    if (!sets.hasRoom(rows)) this.#forgetUnions(watched, now)
    for (let row = 0; row < rows; row++)
      if (outerDestinations[row] !== 0) setOf[row] = sets.union(setOf[row], cellSet[outerDestinations[row]])
  }

  #forgetUnions({ sets, meter, listOf }: Watched, now: number): void {
    meter.flush(now)
    listOf.fill(0, 0, sets.size)
    sets.clear()
  }

  /** Gives each row the rules of its destination and of its source. */
  #note(watched: Watched, batch: FlowBatch, { from, to }: Rows): void {
    if (batch.idLists !== this.#lists) {
      this.#lists = batch.idLists
      watched.listOf.fill(0, 0, watched.sets.size)
    }
    const { cellSet } = watched.table
    const { sources } = this.matcher
    const { listOf } = watched
    const { rule_ids: lists } = batch.columns
    const setOf = this.#setOf
    let any = 0
    for (let index = 0; index < to - from; index++) {
      const source = cellSet[sources[index]]
      const destination = setOf[index]
      any |= source | destination
      const at = (from + index) * 2
      if (destination !== 0) lists[at] = listOf[destination] || this.#makeList(watched, destination)
      if (source !== 0) lists[at + 1] = listOf[source] || this.#makeList(watched, source)
    }
    if (any !== 0) batch.present[columnIndex.rule_ids] = 1
  }

  #makeList({ table, sets, listOf }: Watched, set: number): number {
    const ids = [...sets.members(set).subarray(0, mostIdsNoted)].map((rule) => table.rules[rule])
    listOf[set] = this.#lists.push(ids.join('')) - 1
    return listOf[set]
  }

  /** What is to be told: once a second, also when nothing came. Empty while there are no rules. */
  take(now: number): CountedSeconds[] {
    const second = Math.floor(now / 1000)
    if (second !== this.#toldIn) {
      this.#toldIn = second
      this.#watched?.meter.close(now)
    }
    return this.#ready.splice(0)
  }

  /** Makes ready to be told what was counted so far. */
  flush(now: number): void {
    this.#watched?.meter.flush(now)
  }
}
