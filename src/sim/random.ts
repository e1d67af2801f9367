// Random numbers that are the same for the same seed on every machine.

/** A seeded generator (mulberry32: 32 bits of state, period 2³²). Not for secrets. */
export class Random {
  private state: number

  /** @param seed any integer; its low 32 bits count */
  constructor(seed: number) {
    this.state = seed >>> 0
  }

  /** 0 ≤ x < 1, in steps of 2⁻³². */
  unit(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }

  /** A whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.unit() * (high - low + 1))
  }

  /** true with the given probability. */
  chance(probability: number): boolean {
    return this.unit() < probability
  }

  /** One item of a list that is not empty. */
  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.unit() * items.length)]
  }

  /**
   * Heavy-tailed size (Pareto): most values are near `low`, a few are as large as `high`.
   * @param shape the smaller, the heavier the tail; 1.2 is usual for flow sizes
   */
  pareto(low: number, high: number, shape: number): number {
    const ratio = Math.pow(low / high, shape)
    return low / Math.pow(1 - this.unit() * (1 - ratio), 1 / shape)
  }

  /** A rank from 0 to n − 1, low ranks most often: rank r about in proportion to 1 / (r + 1). */
  rank(n: number): number {
    return Math.min(n - 1, Math.floor(Math.exp(this.unit() * Math.log(n + 1))) - 1)
  }
}

/** Items with weights, picked in proportion to them. */
export class WeightedChoice<T> {
  private readonly items: readonly T[]
  private readonly bounds: readonly number[]
  private readonly total: number

  constructor(items: readonly T[], weight: (item: T) => number) {
    this.items = items
    let total = 0
    this.bounds = items.map((item) => (total += weight(item)))
    this.total = total
  }

  pick(random: Random): T {
    const at = random.unit() * this.total
    const index = this.bounds.findIndex((bound) => at < bound)
    // Rounding could leave `at` on the last bound.
    return this.items[Math.max(index, 0)]
  }
}
