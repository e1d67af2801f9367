// Seeded random numbers for the fuzzer: the same seed makes the same inputs on every machine.

/** mulberry32: 32 bits of state are plenty, as every sequence of datagrams starts from a seed of its own. */
export class Random {
  #state = 0

  seed(value) {
    this.#state = value | 0
  }

  /** An integer of 32 bits, signed. */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return t ^ (t >>> 14)
  }

  /** An integer from 0 to `limit` − 1. */
  below(limit) {
    return (this.next() >>> 0) % limit
  }

  /** True once in `n` times. */
  oneIn(n) {
    return (this.next() >>> 0) % n === 0
  }

  pick(list) {
    return list[(this.next() >>> 0) % list.length]
  }
}

/** Mixes two integers into the seed of a sequence, so that neighbours have nothing in common. */
export function mixSeed(seed, index) {
  let h = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35)
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad)
  return h ^ (h >>> 15)
}
