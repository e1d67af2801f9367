// Random numbers that are the same for the same seed on every machine.

/** A seeded generator (mulberry32: 32 bits of state, period 2³²). Not for secrets. */
export class SeededRandom {
  #state: number

  /** @param seed any integer; its low 32 bits count */
  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** 0 ≤ x < 1, in steps of 2⁻³². */
  unit(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }

  /** A whole number from 0 to `count` − 1. */
  below(count: number): number {
    return Math.floor(this.unit() * count)
  }

  /** Overwrites all of it, four bytes at a time. */
  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += 4) {
      const word = this.below(0x1_0000_0000)
      for (let index = 0; index < 4 && at + index < bytes.length; index++) bytes[at + index] = word >>> (index * 8)
    }
  }
}
