// Tests that time conditions as ranges mean what the comparison of buckets means, for any numbers.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { timeCondition, type TimeOperator } from './time-ranges.ts'

const compare: Record<TimeOperator, (bucket: number, values: readonly number[]) => boolean> = {
  eq: (bucket, [value]) => bucket === value,
  neq: (bucket, [value]) => bucket !== value,
  gt: (bucket, [value = 0]) => bucket > value,
  geq: (bucket, [value = 0]) => bucket >= value,
  lt: (bucket, [value = 0]) => bucket < value,
  leq: (bucket, [value = 0]) => bucket <= value,
  in: (bucket, values) => values.includes(bucket),
  notin: (bucket, values) => !values.includes(bucket),
}

const operators = Object.keys(compare) as TimeOperator[]

describe('a time condition', () => {
  it.each(operators)('%s holds for the times whose bucket fulfils it', (operator) => {
    // Quarters of seconds stand for fractions, which Time values may have.
    const value = fc.integer({ min: 0, max: 4000 }).map((quarters) => quarters / 4)
    const values = operator.endsWith('in') ? fc.array(value, { maxLength: 4 }) : value.map((one) => [one])
    fc.assert(
      fc.property(values, fc.constantFrom(1, 10, 60), fc.integer({ min: 0, max: 1000 }), (values, seconds, time) => {
        const { ranges, negated } = timeCondition(operator, values, seconds)
        const inside = ranges.some(({ from, to }) => from <= time && time < to)
        expect(inside !== negated).toBe(compare[operator](Math.floor(time / seconds) * seconds, values))
      }),
    )
  })
})
