// The last seconds of one kind of traffic to one target: sums and senders, second by second.
import { slowSeconds, sumsPerRow } from '../contract/attack-report.ts'

/** Seconds that are kept: those over which slow records are spread, and two that may come late. */
const ringSeconds = slowSeconds + 2
/** Of each second: which it is, packets, bytes, samples. */
const perSecond = 4

/**
 * The spans that are looked at, in seconds: the short one shows an attack soon, the long one holds more samples where
 * few are taken.
 */
export const attackSpans = [3, 10] as const

/** Traffic over some seconds: rates per second, and the packets that they were estimated from. */
export interface AttackRate {
  packets: number
  bits: number
  samples: number
}

const nothing: AttackRate = { packets: 0, bits: 0, samples: 0 }

export class AttackWindow {
  /** Mean rates over `attackSpans` up to the second that was settled last. */
  readonly rates: readonly [short: AttackRate, long: AttackRate] = [{ ...nothing }, { ...nothing }]
  readonly #words: number
  readonly #ring = new Float64Array(ringSeconds * perSecond)
  readonly #sources: Uint32Array
  /** Of all seconds in the ring. */
  #packets = 0
  #bytes = 0
  #settled = 0

  /** @param words 32-bit words of a set of senders */
  constructor(words: number) {
    this.#words = words
    this.#sources = new Uint32Array(ringSeconds * words)
  }

  /** Over the longer span. */
  get long(): AttackRate {
    return this.rates[1]
  }

  /** Adds row `row` of a report's sums and sets. */
  add(second: number, rows: { readonly sums: Float64Array; readonly sources: Uint32Array }, row: number): void {
    const at = row * sumsPerRow
    const { sums, sources } = rows
    const slot = this.#slot(second)
    if (slot < 0) return
    this.#addSums(slot, sums, at, 1)
    // A record that covers more than a second counts evenly with the seconds before it came.
    if (sums[at + 3] > 0) for (let ago = 0; ago < slowSeconds; ago++) this.#addSlow(second - ago, sums, at + 3)
    for (let word = 0; word < this.#words; word++) this.#sources[slot * this.#words + word] |= sources[row * this.#words + word]
  }

  #addSlow(second: number, sums: Float64Array, at: number): void {
    const slot = this.#slot(second)
    if (slot >= 0) this.#addSums(slot, sums, at, 1 / slowSeconds)
  }

  #addSums(slot: number, sums: Float64Array, at: number, part: number): void {
    const ring = slot * perSecond + 1
    for (let sum = 0; sum < 3; sum++) this.#ring[ring + sum] += sums[at + sum] * part
    this.#packets += sums[at] * part
    this.#bytes += sums[at + 1] * part
  }

  /** The slot of a second, emptied when another one had it; −1 when the second is too old. */
  #slot(second: number): number {
    const slot = second % ringSeconds
    const at = slot * perSecond
    if (this.#ring[at] === second) return slot
    if (this.#ring[at] > second) return -1
    this.#ring[at] = second
    this.#packets -= this.#ring[at + 1]
    this.#bytes -= this.#ring[at + 2]
    this.#ring.fill(0, at + 1, at + perSecond)
    this.#sources.fill(0, slot * this.#words, (slot + 1) * this.#words)
    return slot
  }

  /**
   * Works out `rates` for the spans that end with `newest`.
   * @param least where neither rate can reach these, they read as 0: most windows hold a packet or two
   */
  settle(newest: number, least: { readonly packets: number; readonly bits: number }): void {
    this.#settled = newest
    const [span] = attackSpans
    if (this.#packets < least.packets * span && this.#bytes * 8 < least.bits * span) {
      for (const rate of this.rates) rate.packets = rate.bits = rate.samples = 0
      return
    }
    this.#rate(attackSpans[0], this.rates[0])
    this.#rate(attackSpans[1], this.rates[1])
  }

  #rate(seconds: number, into: AttackRate): void {
    let packets = 0
    let bytes = 0
    let samples = 0
    for (let second = this.#settled - seconds + 1; second <= this.#settled; second++) {
      const at = (second % ringSeconds) * perSecond
      if (this.#ring[at] !== second) continue
      packets += this.#ring[at + 1]
      bytes += this.#ring[at + 2]
      samples += this.#ring[at + 3]
    }
    into.packets = packets / seconds
    into.bits = (bytes * 8) / seconds
    into.samples = samples
  }

  /** The first of the three seconds that ended last that had at least half as many packets as the newest. */
  onset(): number {
    const half = this.#packetsOf(this.#settled) / 2
    for (let second = this.#settled - 2; second < this.#settled; second++) if (this.#packetsOf(second) >= half) return second
    return this.#settled
  }

  #packetsOf(second: number): number {
    const at = (second % ringSeconds) * perSecond
    return this.#ring[at] === second ? this.#ring[at + 1] : 0
  }

  /** About how many senders there were in the seconds that ended last; Infinity when there were too many to tell. */
  senders(seconds: number): number {
    const words = new Uint32Array(this.#words)
    for (let second = this.#settled - seconds + 1; second <= this.#settled; second++) {
      const slot = second % ringSeconds
      if (this.#ring[slot * perSecond] !== second) continue
      for (let word = 0; word < words.length; word++) words[word] |= this.#sources[slot * words.length + word]
    }
    return distinctCount(words)
  }
}

/**
 * Linear counting (Whang et al. 1990): of m bits z are still 0 after about −m · ln(z ÷ m) different addresses. Infinity
 * when none is.
 */
export function distinctCount(words: Uint32Array): number {
  const bits = words.length * 32
  let zeros = bits
  for (const value of words) zeros -= bitCount(value)
  return zeros === 0 ? Infinity : -bits * Math.log(zeros / bits)
}

function bitCount(value: number): number {
  let bits = value - ((value >>> 1) & 0x55555555)
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333)
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
