// Seconds above a limit: when a run of them began, whether it has lasted, since when it is calm. One for each limit of a rule.
import type { IncidentMetric } from '../contract/incident.ts'
import type { Moment, RuleSeconds } from './evaluator.ts'
import { lateSeconds } from './second-ring.ts'

/** A run is judged by the mean of this many of its last seconds: sampled traffic is grainy, and single seconds dip. */
export const meanSeconds = 10

/**
 * In that mean a second counts as this many times the limit at most. Otherwise one second of ten times the limit would
 * carry a run over nine silent ones; like this it goes on over three of ten, or four with half the limit.
 */
export const clipFactor = 1.5

/** A gap in counting (a restart) longer than this ends a run, in seconds. */
export const longestGap = 600

// States of this many seconds are kept: what late records can reach, and the mean before it.
const span = lateSeconds + 2 * meanSeconds

/** What a run must know after a restart. */
export interface RunMemory {
  /** First second of the run that is alive, 0 for none, and how many of its seconds were counted. */
  readonly since: number
  readonly counted: number
  /** First calm second, null while the traffic is not calm. */
  readonly calm: number | null
}

export class BreachRun {
  readonly metric: IncidentMetric
  readonly limit: number
  readonly #duration: number
  /** First second of the run that each second belongs to, 0 for none; by second modulo `span`. */
  readonly #starts = new Uint32Array(span)
  #judged = 0
  /** No run begins before it: the end of the last incident. */
  #floor = 0
  #restored: (RunMemory & { readonly until: number }) | null = null
  /** Last second above the limit that calm begins after. */
  #lastAbove = 0
  #incident: number | null = null
  #countedFrom = 0
  /** Run that is alive: its first second, 0 for none, and the last second at which it was. */
  since = 0
  #aliveAt = 0
  /** First second of the earliest run that has lasted and was found by the last `judge`; 0 for none. */
  fired = 0
  calmSince: number | null = null

  /** @param limit per second; @param duration seconds */
  constructor(metric: IncidentMetric, limit: number, duration: number) {
    this.metric = metric
    this.limit = limit
    this.#duration = duration
  }

  rate(seconds: RuleSeconds, second: number): number {
    return this.metric === 'bits' ? seconds.bits(second) : seconds.packets(second)
  }

  judge(moment: Moment): void {
    if (this.#countedFrom !== moment.countedFrom) this.#beginCounting(moment.countedFrom)
    const from = this.#firstToJudge(moment)
    const last = this.#walk(moment, from)
    this.#judged = moment.newest
    this.#findAlive(moment, from, last)
    this.#findCalm(moment, from)
  }

  /** The incident is over. Seconds from its end on may begin a run. */
  closed(endedAt: number): void {
    this.#floor = endedAt
    this.#judged = Math.min(this.#judged, endedAt - 1)
    this.#restored = null
    this.#lastAbove = 0
    this.since = 0
    this.#aliveAt = 0
    this.fired = 0
  }

  remember(): RunMemory {
    return { since: this.since, counted: this.since === 0 ? 0 : this.#counted(this.since, this.#aliveAt), calm: this.calmSince }
  }

  recall(memory: RunMemory, until: number): void {
    this.#restored = { ...memory, until }
    this.#lastAbove = memory.calm === null ? until : memory.calm - 1
  }

  /** Counting has begun, for the first time or again after a gap. */
  #beginCounting(countedFrom: number): void {
    if (this.#countedFrom !== 0) this.recall(this.remember(), this.#judged)
    this.#countedFrom = countedFrom
    const restored = this.#restored
    const gap = restored === null ? 0 : countedFrom - restored.until
    if (gap < 1 || gap > longestGap) this.#restored = null
  }

  /** Records change the past; what lies before the first changed second stands as it was judged. */
  #firstToJudge({ newest, changedFrom }: Moment): number {
    const changed = Math.min(changedFrom, this.#judged + 1)
    const provisional = this.#restored !== null && newest < this.#countedFrom + span - meanSeconds
    const from = provisional ? this.#countedFrom : changed
    return Math.max(from, this.#countedFrom, this.#floor, newest - span + meanSeconds)
  }

  /** @returns the last second that belongs to a run, 0 for none */
  #walk({ seconds, newest }: Moment, from: number): number {
    this.fired = 0
    let last = 0
    let start = this.#stateBefore(seconds, from, newest)
    for (let second = from; second <= newest; second++) {
      const above = this.rate(seconds, second) > this.limit
      if (start !== 0 && !this.#holds(seconds, start, second)) start = 0
      if (start === 0 && above) start = second
      this.#starts[second % span] = start
      if (start !== 0) last = second
      if (this.fired !== 0 || !above || start === 0 || !this.#lasted(seconds, start, second)) continue
      this.fired = start
      this.#lastAbove = Math.max(this.#lastAbove, second)
    }
    return last
  }

  #stateBefore(seconds: RuleSeconds, from: number, newest: number): number {
    if (from === this.#countedFrom) return this.#restoredStart(seconds, newest)
    return from <= this.#floor || from - 1 > this.#judged ? 0 : this.#starts[(from - 1) % span]
  }

  /** A run from before the restart goes on unless the first seconds that were counted after it are below. */
  #restoredStart(seconds: RuleSeconds, newest: number): number {
    const since = this.#restored?.since ?? 0
    const enough = this.#countedFrom + meanSeconds - 1
    return since === 0 || newest < enough || this.#mean(seconds, this.#countedFrom, enough) > this.limit ? since : 0
  }

  #holds(seconds: RuleSeconds, start: number, second: number): boolean {
    if (start < this.#countedFrom && second < this.#countedFrom + meanSeconds - 1) return true
    return this.#mean(seconds, start, second) > this.limit
  }

  /** Clipped mean of the last counted seconds of a run. */
  #mean(seconds: RuleSeconds, start: number, second: number): number {
    const from = Math.max(start, this.#countedFrom, second - meanSeconds + 1)
    let sum = 0
    for (let at = from; at <= second; at++) sum += Math.min(this.rate(seconds, at), clipFactor * this.limit)
    return sum / (second - from + 1)
  }

  #lasted(seconds: RuleSeconds, start: number, second: number): boolean {
    if (second - start + 1 < this.#duration) return false
    if (start >= this.#countedFrom) return true
    // Over a gap: what was counted must be half of the duration, and above by itself.
    return this.#counted(start, second) >= this.#duration / 2 && this.#mean(seconds, start, second) > this.limit
  }

  #counted(start: number, second: number): number {
    if (start >= this.#countedFrom) return second - start + 1
    return (this.#restored?.counted ?? 0) + Math.max(0, second - this.#countedFrom + 1)
  }

  /**
   * The newest seconds may not be told yet: a run is alive when it was at a second that is, or at a later one.
   * @param last second of a run among those judged from `from` on, 0 for none
   */
  #findAlive({ newest, settled, countedFrom }: Moment, from: number, last: number): void {
    const oldest = Math.max(settled, countedFrom, this.#floor, newest - lateSeconds)
    if (last !== 0) this.#aliveAt = last
    else if (this.#aliveAt >= from) this.#aliveAt = this.#lastBefore(from, oldest)
    this.since = this.#aliveAt < oldest ? 0 : this.#starts[this.#aliveAt % span]
  }

  #lastBefore(from: number, oldest: number): number {
    let second = from - 1
    while (second >= oldest && this.#starts[second % span] === 0) second--
    return second
  }

  /** Late records only add: a second that was above stays above, so that looking at what changed is enough. */
  #findCalm({ seconds, newest, settled, countedFrom, incident }: Moment, from: number): void {
    this.calmSince = null
    // An incident that has just begun, or was opened late: all of it is looked at.
    const first = incident === this.#incident ? from : Math.max(incident ?? 0, newest - lateSeconds)
    this.#incident = incident
    if (incident === null) return
    for (let second = Math.max(first, countedFrom + meanSeconds - 1); second <= newest; second++) this.#noteAbove(seconds, second)
    if (this.#lastAbove < incident) this.#lastAbove = Math.max(incident, countedFrom - 1)
    if (settled > this.#lastAbove && settled >= countedFrom + meanSeconds - 1) this.calmSince = this.#lastAbove + 1
  }

  #noteAbove(seconds: RuleSeconds, second: number): void {
    let sum = 0
    let last = 0
    for (let at = second - meanSeconds + 1; at <= second; at++) {
      const rate = this.rate(seconds, at)
      sum += rate
      if (rate > this.limit) last = at
    }
    if (sum > this.limit * meanSeconds) this.#lastAbove = Math.max(this.#lastAbove, last)
  }
}
