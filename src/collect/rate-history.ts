// Counts of one router over the last minutes, to take rates and the loss from.
import type { RouterStatus } from '../contract/collector-status.ts'

/** Counts of a router at a moment, all since the start. */
export interface RateSample {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly records: number
  readonly bits: number
  readonly packets: number
  /** Sequence numbers that were lost, and that came. */
  readonly lost: number
  readonly units: number
}

/** Mean over which flows/s and bits/s are told, and window of the loss. */
const rateWindowMs = 10_000
const lossWindowMs = 300_000
/** Samples come once a second, and none while nothing changes: a longer gap is rest. */
const gapMs = 1500
/** Several threads report at almost the same time. */
const leastGapMs = 500
/** Beyond the window of the rates, one sample in so long is enough. */
const oldEveryMs = 10_000

export class RateHistory {
  /** Oldest first. */
  #samples: RateSample[] = []

  note(sample: RateSample): void {
    const last = this.#samples.at(-1)
    if (last !== undefined && sample.at - last.at < leastGapMs) return
    this.#samples.push(sample)
    this.#thin(sample.at)
  }

  /** Drops what is older than any window, save for one sample to begin with, and most of what only the loss needs. */
  #thin(now: number): void {
    const samples = this.#samples
    while (samples.length > 1 && now - (samples[1]?.at ?? now) >= lossWindowMs) samples.shift()
    const index = samples.findLastIndex((sample) => now - sample.at > rateWindowMs + gapMs)
    const [before, at, after] = [samples[index - 2], samples[index - 1], samples[index]]
    if (before !== undefined && at !== undefined && after !== undefined && after.at - before.at < oldEveryMs) samples.splice(index - 1, 1)
  }

  rates(now: number): Pick<RouterStatus, 'flows_per_second' | 'bits_per_second' | 'packets_per_second' | 'loss'> {
    const from = this.#begin(now)
    const last = this.#samples.at(-1)
    const loss = this.#loss(now)
    if (from === undefined || last === undefined) return { flows_per_second: 0, bits_per_second: 0, packets_per_second: 0, loss }
    const end = now - last.at > gapMs ? now : last.at
    const perSecond = (grown: number): number => (end > from.at ? (grown * 1000) / (end - from.at) : 0)
    return {
      flows_per_second: perSecond(last.records - from.records),
      bits_per_second: perSecond(last.bits - from.bits),
      packets_per_second: perSecond(last.packets - from.packets),
      loss,
    }
  }

  /** The counts where the window of the rates begins. */
  #begin(now: number): RateSample | undefined {
    const start = now - rateWindowMs
    const index = Math.max(
      0,
      this.#samples.findLastIndex((sample) => sample.at <= start),
    )
    const before = this.#samples[index]
    if (before === undefined || before.at >= start) return before
    const next = this.#samples[index + 1]
    // Nothing has changed since, and still had not when the window began.
    const rested = (next?.at ?? now) - before.at > gapMs
    return rested ? { ...before, at: start } : before
  }

  #loss(now: number): number | null {
    const last = this.#samples.at(-1)
    if (last === undefined || last.units === 0) return null
    const start = now - lossWindowMs
    const first = this.#samples.findLast((sample) => sample.at <= start) ?? this.#samples[0] ?? last
    // Nothing has come lately: what was lost over all then stands.
    const alone = last.units === first.units
    const lost = alone ? last.lost : last.lost - first.lost
    const units = alone ? last.units : last.units - first.units
    return lost / (lost + units)
  }
}
