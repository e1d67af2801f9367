// Sums by target and vector in a table of fixed size: the heaviest stay, whatever else arrives.
import { narrowWords, sumsPerRow } from '../contract/attack-report.ts'

/** Slots of a set. A key can lie only in the slots of its set, so that finding one takes a bounded time. */
const ways = 8

/** Weight of a packet in bytes: floods of small packets and of large ones both stay in the table. */
const bytesPerPacket = 256

export function attackWeight(packets: number, bytes: number): number {
  return packets * bytesPerPacket + bytes
}

const hashFactor1 = 0x9e3779b1
const hashFactor2 = 0x85ebca6b

/**
 * Heavy hitters of one second, after Metwally's Space-Saving within sets of eight counters. A key that has no counter
 * takes over the lightest of its set and with it, as `missed`, what that one had counted: so much of the key's own
 * traffic may have gone by uncounted before. A counter never exceeds the truth, and what it lacks is at most `missed`;
 * a key with more than an eighth of its set's weight always has a counter. Which keys share a set depends on a secret:
 * nobody can aim at the set of somebody else, and random keys, however many, spread over all sets.
 */
export class AttackCounters {
  readonly capacity: number
  /** Slots that hold something in this second, in order of their first use; `used` of them. */
  readonly slots: Uint32Array<ArrayBuffer>
  used = 0
  readonly tags: Uint32Array<ArrayBuffer>
  readonly addresses: Uint32Array<ArrayBuffer>
  readonly sums: Float64Array<ArrayBuffer>
  /** Of all that was counted here, whoever had the slot: what the table sorts by. */
  readonly weights: Float64Array<ArrayBuffer>
  /** Packets. */
  readonly missed: Float64Array<ArrayBuffer>
  readonly sources: Uint32Array<ArrayBuffer>
  readonly #stamps: Uint32Array<ArrayBuffer>
  readonly #secret: number
  readonly #setMask: number
  #stamp = 1

  /**
   * @param capacity counters, a power of two, at least `ways`
   * @param secret 32 random bits
   */
  constructor(capacity: number, secret: number) {
    this.capacity = capacity
    this.#secret = secret
    this.#setMask = capacity / ways - 1
    this.slots = new Uint32Array(capacity)
    this.tags = new Uint32Array(capacity)
    this.addresses = new Uint32Array(capacity * 4)
    this.sums = new Float64Array(capacity * sumsPerRow)
    this.weights = new Float64Array(capacity)
    this.missed = new Float64Array(capacity)
    this.sources = new Uint32Array(capacity * narrowWords)
    this.#stamps = new Uint32Array(capacity)
  }

  /** Empties the table; the slots are cleared when they are taken. */
  clear(): void {
    this.used = 0
    // 2³² seconds are 136 years.
    this.#stamp++
  }

  /**
   * The slot of a key, given as four address words and a tag. The caller adds to its sums and weight.
   */
  slot(word0: number, word1: number, word2: number, word3: number, tag: number): number {
    let hash = Math.imul(word3 ^ this.#secret, hashFactor1)
    hash = Math.imul(hash ^ (hash >>> 15) ^ word2, hashFactor2)
    hash = Math.imul(hash ^ (hash >>> 13) ^ word1, hashFactor1)
    hash = Math.imul(hash ^ (hash >>> 15) ^ word0, hashFactor2)
    hash = Math.imul(hash ^ (hash >>> 13) ^ tag, hashFactor1)
    hash ^= hash >>> 16
    const base = (hash & this.#setMask) * ways
    const { tags, addresses, weights } = this
    const stamps = this.#stamps
    let lightest = base
    let least = Infinity
    for (let slot = base; slot < base + ways; slot++) {
      if (stamps[slot] !== this.#stamp) {
        // Slots of a set fill from the first one on: behind a free one there is nothing.
        this.slots[this.used++] = slot
        stamps[slot] = this.#stamp
        weights[slot] = 0
        this.missed[slot] = 0
        return this.#take(slot, word0, word1, word2, word3, tag)
      }
      const at = slot * 4
      if (
        tags[slot] === tag &&
        addresses[at + 3] === word3 &&
        addresses[at + 2] === word2 &&
        addresses[at + 1] === word1 &&
        addresses[at] === word0
      )
        return slot
      if (weights[slot] < least) {
        least = weights[slot]
        lightest = slot
      }
    }
    const sum = lightest * sumsPerRow
    this.missed[lightest] += this.sums[sum] + this.sums[sum + 3]
    return this.#take(lightest, word0, word1, word2, word3, tag)
  }

  #take(slot: number, word0: number, word1: number, word2: number, word3: number, tag: number): number {
    const at = slot * 4
    this.addresses[at] = word0
    this.addresses[at + 1] = word1
    this.addresses[at + 2] = word2
    this.addresses[at + 3] = word3
    this.tags[slot] = tag
    // Loops: for so few elements a call of fill() takes longer.
    for (let sum = slot * sumsPerRow; sum < (slot + 1) * sumsPerRow; sum++) this.sums[sum] = 0
    for (let set = slot * narrowWords; set < (slot + 1) * narrowWords; set++) this.sources[set] = 0
    return slot
  }
}
