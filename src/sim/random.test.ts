import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Random, WeightedChoice } from './random.ts'

describe('Random', () => {
  it('gives the same numbers for the same seed, on every machine', () => {
    const random = new Random(42)
    expect(Array.from({ length: 4 }, () => random.integer(0, 999))).toEqual([601, 448, 852, 669])
    expect(new Random(1).unit()).not.toBe(new Random(2).unit())
  })

  it('stays within the bounds', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: -50, max: 50 }), fc.integer({ min: 0, max: 100 }), (seed, low, span) => {
        const random = new Random(seed)
        for (let n = 0; n < 20; n++) {
          const value = random.integer(low, low + span)
          expect(value >= low && value <= low + span && Number.isInteger(value)).toBe(true)
          const size = random.pareto(1, 1 + span, 1.2)
          expect(size >= 1 && size <= 1 + span + 1e-9).toBe(true)
          const rank = random.rank(span + 1)
          expect(rank >= 0 && rank <= span).toBe(true)
        }
      }),
    )
  })

  it('prefers low ranks', () => {
    const random = new Random(1)
    const ranks = Array.from({ length: 10_000 }, () => random.rank(1000))
    expect(ranks.filter((rank) => rank < 10).length).toBeGreaterThan(2500)
    expect(ranks.filter((rank) => rank > 500).length).toBeGreaterThan(500)
  })
})

describe('WeightedChoice', () => {
  it('picks in proportion to the weights', () => {
    const random = new Random(1)
    const choice = new WeightedChoice([1, 3], (weight) => weight)
    const threes = Array.from({ length: 4000 }, () => choice.pick(random)).filter((item) => item === 3).length
    expect(threes).toBeGreaterThan(2900)
    expect(threes).toBeLessThan(3100)
  })
})
