// What simulated traffic draws: sizes with heavy tails, ranks, choices by weight; the same for the same seed.
import { SeededRandom } from '../base/seeded-random.ts'

export class Random extends SeededRandom {
  /** A whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return low + this.below(high - low + 1)
  }

  /** true with the given probability. */
  chance(probability: number): boolean {
    return this.unit() < probability
  }

  /** One item of a list that is not empty. */
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]
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
