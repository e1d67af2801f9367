// Traffic of one rule by the second, kept in a ring: late records raise seconds of the past.
import type { RuleSeconds } from './evaluator.ts'

/** How far back records may count, in seconds: the window of the collectors' meters. */
export const lateSeconds = 600

/** Seconds before a breach that an incident shows. */
export const leadSeconds = 300

/** Sums of consecutive seconds, as a part of longer arrays. */
export interface SecondSums {
  readonly from: number
  readonly seconds: number
  readonly bytes: Float64Array
  readonly packets: Float64Array
  /** Where the first second stands in both arrays. */
  readonly start: number
}

/** A collector may tell of a second that has begun, while another has not told that the one before is over. */
export const furthestAhead = 5

export class SecondRing implements RuleSeconds {
  readonly capacity: number
  #bits: Float64Array
  #packets: Float64Array
  /** Newest second that has a slot; −1 before the first. */
  #head = -1

  /** @param reach seconds that can be read back from the newest */
  constructor(reach: number) {
    this.capacity = reach
    this.#bits = new Float64Array(reach)
    this.#packets = new Float64Array(reach)
  }

  /** First second that can still be read. */
  get oldest(): number {
    return this.#head - this.capacity + 1
  }

  bits(second: number): number {
    return this.#has(second) ? this.#bits[second % this.capacity] : 0
  }

  packets(second: number): number {
    return this.#has(second) ? this.#packets[second % this.capacity] : 0
  }

  #has(second: number): boolean {
    return second <= this.#head && second > this.#head - this.capacity && second >= 0
  }

  /** @returns whether the second was in reach */
  add(second: number, bits: number, packets: number): boolean {
    if (second > this.#head) this.advance(second)
    if (!this.#has(second)) return false
    const slot = second % this.capacity
    this.#bits[slot] += bits
    this.#packets[slot] += packets
    return true
  }

  /**
   * Adds seconds from `from` to `to`, which must have room. One loop over arrays: 1000 rules of which records cover a
   * minute have 60 000 seconds each second, for each thread.
   * @returns the first second that had traffic, Infinity when none had
   */
  addAll(sums: SecondSums, from: number, to: number): number {
    const { bytes, packets } = sums
    let at = sums.start + from - sums.from
    let slot = from % this.capacity
    let first = Infinity
    for (let second = from; second <= to; second++, at++) {
      if (first === Infinity && (bytes[at] !== 0 || packets[at] !== 0)) first = second
      this.#bits[slot] += bytes[at] * 8
      this.#packets[slot] += packets[at]
      if (++slot === this.capacity) slot = 0
    }
    return first
  }

  /** Makes room up to and including a second. */
  advance(second: number): void {
    if (second <= this.#head) return
    const first = Math.max(this.#head + 1, second - this.capacity + 1)
    for (let cleared = first; cleared <= second; cleared++) {
      const slot = cleared % this.capacity
      this.#bits[slot] = 0
      this.#packets[slot] = 0
    }
    this.#head = second
  }
}

/** Seconds that the ring of a rule with this duration must hold: its longest breach, what is shown before it, what comes late. */
export function ringReach(duration: number): number {
  return Math.max(900, duration + leadSeconds) + lateSeconds + 100
}
