// The budget that routers share: it is never exceeded, whoever holds most pays, and maps account for every entry.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BudgetedMap, SharedBudget } from './shared-budget.ts'

function mapsOn(budget: SharedBudget, count: number): BudgetedMap<string>[] {
  return Array.from({ length: count }, () => {
    const map: BudgetedMap<string> = new BudgetedMap(
      budget,
      budget.open(() => {
        const [oldest] = map.keys()
        if (oldest !== undefined) map.delete(oldest)
      }),
    )
    return map
  })
}

describe('a shared budget', () => {
  it('lets whoever holds most give up what is oldest', () => {
    const budget = new SharedBudget(10)
    const [large, small] = mapsOn(budget, 2) as [BudgetedMap<string>, BudgetedMap<string>]
    for (let i = 0; i < 8; i++) large.set(i, 'x')
    for (let i = 0; i < 4; i++) small.set(i, 'y')
    expect([...large.keys()]).toEqual([2, 3, 4, 5, 6, 7])
    expect(small.size).toBe(4)
    expect(budget.used).toBe(10)
    expect(budget.evictions).toBe(2)
  })

  it('makes one that floods pay itself', () => {
    const budget = new SharedBudget(100)
    const maps = mapsOn(budget, 10)
    for (const map of maps) for (let i = 0; i < 5; i++) map.set(i, 'x')
    for (let i = 0; i < 10_000; i++) maps[0]?.set(i, 'flood')
    expect(maps.slice(1).every((map) => map.size === 5)).toBe(true)
    expect(maps[0]?.size).toBe(55)
  })

  it('gives units back', () => {
    const budget = new SharedBudget(10)
    const [map] = mapsOn(budget, 1) as [BudgetedMap<string>]
    for (let i = 0; i < 5; i++) map.set(i, 'x')
    map.set(4, 'again')
    expect(map.delete(0)).toBe(true)
    expect(map.delete(0)).toBe(false)
    expect(budget.used).toBe(4)
    map.clear()
    expect(budget.used).toBe(0)
  })

  it('stays within its limit and knows what is held, whatever is done', () => {
    const step = fc.record({ map: fc.nat(3), key: fc.nat(20), kind: fc.constantFrom('set', 'set', 'set', 'delete', 'clear') })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const budget = new SharedBudget(15)
        const maps = mapsOn(budget, 4)
        for (const { map: index, key, kind } of steps) {
          const map = maps[index]
          const largest = Math.max(...maps.map(({ size }) => size))
          const others = maps.filter((other) => other !== map && other.size < largest).map((other) => [other, other.size] as const)
          if (kind === 'set') map.set(key, 'x')
          else if (kind === 'delete') map.delete(key)
          else map.clear()
          expect(budget.used).toBe(maps.reduce((sum, { size }) => sum + size, 0))
          expect(budget.used).toBeLessThanOrEqual(15)
          for (const [other, size] of others) expect(other.size).toBe(size)
        }
      }),
    )
  })
})
