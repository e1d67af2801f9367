// Tests that calls are bounded: a burst, then a steady rate, and a new burst after a pause.
import { describe, expect, it } from 'vitest'
import { CallBudget } from './call-budget.ts'

describe('CallBudget', () => {
  it('lets a burst through, and then so many a second', () => {
    const budget = new CallBudget({ burst: 3, perSecond: 2 })
    expect(Array.from({ length: 6 }, () => budget.take(1000))).toEqual([0, 0, 0, 500, 1000, 1500])
    expect(budget.take(1500)).toBe(1500)
    expect(budget.take(10_000)).toBe(0)
  })

  it('gives no more than the burst after a long pause', () => {
    const budget = new CallBudget({ burst: 2, perSecond: 1 })
    budget.take(0)
    expect(Array.from({ length: 3 }, () => budget.take(1_000_000))).toEqual([0, 0, 1000])
  })

  it('lets more than the steady rate through by no more than the burst, over any time', () => {
    const budget = new CallBudget({ burst: 5, perSecond: 4 })
    const made = Array.from({ length: 200 }, (_, index) => index * 10 + budget.take(index * 10))
    made.forEach((first, from) => {
      const within = made.filter((at, index) => index >= from && at < first + 10_000).length
      expect(within).toBeLessThanOrEqual(5 + 40)
    })
  })
})
