// Exact sums by rule prefix and attack vector, of one second.
import { sumsPerRow, wideWords } from '../contract/attack-report.ts'

const hashFactor = 0x9e3779b1
const firstCapacity = 256

/** Vectors in the lower bits of a key, the number of the prefix above them. */
export const vectorBits = 6

/** An open hash table that grows: it holds at most as many keys as there are prefixes times vectors. */
export class AttackTotals {
  /** Slots that hold something in this second; `used` of them. */
  slots = new Uint32Array(firstCapacity)
  used = 0
  keys = new Uint32Array(firstCapacity)
  sums = new Float64Array(firstCapacity * sumsPerRow)
  sources = new Uint32Array(firstCapacity * wideWords)
  hosts = new Uint32Array(firstCapacity * wideWords)
  /** Headers that were kept. */
  headers = new Uint8Array(firstCapacity)
  #stamps = new Uint32Array(firstCapacity)
  #stamp = 1

  clear(): void {
    this.used = 0
    // 2³² seconds are 136 years.
    this.#stamp++
  }

  slot(key: number): number {
    if (this.used * 2 >= this.keys.length) this.#grow()
    const mask = this.keys.length - 1
    let slot = (Math.imul(key, hashFactor) >>> 7) & mask
    while (this.#stamps[slot] === this.#stamp) {
      if (this.keys[slot] === key) return slot
      slot = (slot + 1) & mask
    }
    this.#stamps[slot] = this.#stamp
    this.slots[this.used++] = slot
    this.keys[slot] = key
    this.headers[slot] = 0
    this.sums.fill(0, slot * sumsPerRow, (slot + 1) * sumsPerRow)
    this.sources.fill(0, slot * wideWords, (slot + 1) * wideWords)
    this.hosts.fill(0, slot * wideWords, (slot + 1) * wideWords)
    return slot
  }

  #grow(): void {
    const { slots, used, keys, sums, sources, hosts, headers } = this
    const capacity = keys.length * 2
    this.slots = new Uint32Array(capacity)
    this.keys = new Uint32Array(capacity)
    this.sums = new Float64Array(capacity * sumsPerRow)
    this.sources = new Uint32Array(capacity * wideWords)
    this.hosts = new Uint32Array(capacity * wideWords)
    this.headers = new Uint8Array(capacity)
    this.#stamps = new Uint32Array(capacity)
    this.used = 0
    for (const old of slots.subarray(0, used)) {
      const slot = this.slot(keys[old])
      this.headers[slot] = headers[old]
      this.sums.set(sums.subarray(old * sumsPerRow, (old + 1) * sumsPerRow), slot * sumsPerRow)
      this.sources.set(sources.subarray(old * wideWords, (old + 1) * wideWords), slot * wideWords)
      this.hosts.set(hosts.subarray(old * wideWords, (old + 1) * wideWords), slot * wideWords)
    }
  }
}
