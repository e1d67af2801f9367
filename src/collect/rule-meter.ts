// Counts traffic for rules: which part of a flow lies in which second, and sums by rule for the main thread.
import type { FlowBatch } from '../contract/flow-batch.ts'
import type { RuleCounts } from '../contract/rule-counts.ts'
import { RuleSeconds } from './rule-seconds.ts'
import type { RuleSets } from './rule-sets.ts'

/** What a thread tells; the thread's number is added when it is sent. */
export type CountedSeconds = Omit<RuleCounts, 'thread' | 'bytes' | 'packets'> & {
  readonly bytes: Float64Array<ArrayBuffer>
  readonly packets: Float64Array<ArrayBuffer>
}

/** Rows `from` to `to` − 1 of a batch. */
export interface Rows {
  readonly from: number
  readonly to: number
}

/** When rows were received, and how far the clock of their times is ahead of ours. */
export interface RowTimes {
  /** Milliseconds since 1970. */
  readonly now: number
  /** Milliseconds; NaN when not known. */
  readonly skew: number
}

const word = 0x1_0000_0000
/** Exporters tell their clock in whole seconds, and datagrams take their time: a skew below this is no skew. */
const credibleSkewMs = 5000
/** A flow that ended this long before it was told, or that ends so far in the future, is not believed. */
const latestTellingMs = 300_000
const furthestFutureMs = 5000

/** Flows of which the times, or a part of the volume, were not taken as told. */
export interface MeterDoubts {
  /** Flows with ends that cannot be: counted as if they had ended when they came. */
  moved: number
  /** Flows that began before the window, and the estimated bytes that lie before it, which are not counted. */
  early: number
  earlyBytes: number
}

export interface MeterDependencies {
  /** Counted up. */
  readonly doubts: MeterDoubts
  readonly tell: (counted: CountedSeconds) => void
}

export class RuleMeter {
  readonly #rules: readonly string[]
  readonly #sets: RuleSets
  readonly #seconds: RuleSeconds
  readonly #deps: MeterDependencies
  // Of the flow at hand, by the millisecond.
  #bytesEach = 0
  #packetsEach = 0

  /** @param rules ids by number */
  constructor(rules: readonly string[], sets: RuleSets, deps: MeterDependencies) {
    this.#rules = rules
    this.#sets = sets
    this.#deps = deps
    this.#seconds = new RuleSeconds(sets.capacity)
  }

  /**
   * Counts rows that have their sampling settled.
   * @param sets set of rules of each row, the first row's at 0; set 0 has none
   */
  count(batch: FlowBatch, { from, to }: Rows, sets: Uint32Array, { now, skew }: RowTimes): void {
    this.#reach(now)
    const { bytes, packets, sampling_rate: rates, flow_start: starts, flow_end: ends } = batch.columns
    // From here on times are milliseconds from the beginning of the window.
    const base = this.#seconds.base * 1000
    const origin = base + (Math.abs(skew) > credibleSkewMs ? skew : 0)
    for (let row = from; row < to; row++) {
      const set = sets[row - from]
      if (set === 0) continue
      if (this.#seconds.full) this.flush(now)
      const w = row * 2
      const rate = rates[row]
      const flowBytes = (bytes[w + 1] * word + bytes[w]) * rate
      const flowPackets = (packets[w + 1] * word + packets[w]) * rate
      const told = ends[w + 1] * word + ends[w]
      const started = starts[w + 1] * word + starts[w]
      const duration = started === 0 ? 0 : told - started
      const end = this.#credibleEnd(told - origin, now - base)
      const last = Math.trunc(end / 1000)
      if (end - duration >= last * 1000) this.#seconds.add(set, last, flowBytes, flowPackets)
      else {
        this.#bytesEach = flowBytes / duration
        this.#packetsEach = flowPackets / duration
        this.#spread(set, end - duration, end)
      }
    }
  }

  /** Empties the window and moves it on when the second of `now` is not in it. */
  #reach(now: number): void {
    const second = Math.floor(now / 1000)
    if (this.#seconds.covers(second)) return
    this.flush(now)
    this.#seconds.moveTo(second)
  }

  /** No flow ends after it was told; one that cannot be dated is taken to end then. */
  #credibleEnd(end: number, now: number): number {
    if (end <= now && end >= now - latestTellingMs) return end
    if (end < now || end > now + furthestFutureMs) this.#deps.doubts.moved++
    return now
  }

  /** Whole seconds by their beginning and end, the parts of seconds before and behind them by themselves. */
  #spread(set: number, begin: number, end: number): void {
    const start = Math.max(0, begin)
    if (begin < 0) {
      this.#deps.doubts.early++
      this.#deps.doubts.earlyBytes -= begin * this.#bytesEach
    }
    const first = Math.trunc(start / 1000)
    const last = Math.trunc(end / 1000)
    if (first === last) {
      this.#addPart(set, first, end - start)
      return
    }
    this.#addPart(set, first, (first + 1) * 1000 - start)
    if (end > last * 1000) this.#addPart(set, last, end - last * 1000)
    if (last === first + 1) return
    this.#seconds.begin(set, first + 1, this.#bytesEach * 1000, this.#packetsEach * 1000)
    this.#seconds.end(set, last, this.#bytesEach * 1000, this.#packetsEach * 1000)
  }

  #addPart(set: number, second: number, milliseconds: number): void {
    this.#seconds.add(set, second, this.#bytesEach * milliseconds, this.#packetsEach * milliseconds)
  }

  /** Tells the sums and forgets them. To be called before the numbers of sets change. */
  flush(now: number): void {
    if (this.#seconds.span.seconds > 0) this.close(now)
  }

  /** The same also when nothing came, so that the last second is known to be over. */
  close(now: number): void {
    this.#deps.tell(this.#sums(Math.floor(now / 1000) - 1))
  }

  #sums(closed: number): CountedSeconds {
    const { from, seconds } = this.#seconds.span
    const places = new Map<number, number>()
    for (const set of this.#seconds.sets) for (const rule of this.#sets.members(set)) if (!places.has(rule)) places.set(rule, places.size)
    const bytes = new Float64Array(places.size * seconds)
    const packets = new Float64Array(places.size * seconds)
    this.#seconds.drain((set, setBytes, setPackets) => {
      for (const rule of this.#sets.members(set)) {
        // Every rule of every set has a place.
        const at = places.get(rule)! * seconds
        addTo(bytes, at, setBytes)
        addTo(packets, at, setPackets)
      }
    })
    return { closed, rules: [...places.keys()].map((rule) => this.#rules[rule]), from, seconds, bytes, packets }
  }
}

function addTo(sums: Float64Array, at: number, added: Float64Array): void {
  for (let second = 0; second < added.length; second++) sums[at + second] = sums[at + second] + added[second]
}
