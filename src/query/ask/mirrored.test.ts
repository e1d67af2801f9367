// What passes a filter passes the mirrored one on its way back, and what passed earlier passes the earlier one.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { flowDimension, flowDimensions } from '../flow-dimensions.ts'
import type { ComparisonOperator } from '../flow-filter.ts'
import { flowPasses } from '../testing/plain-flows.ts'
import { filterableDimensions, flowFilters } from '../testing/random-flow-filters.ts'
import { randomFlows } from '../testing/random-flows.ts'
import { earlierFilter } from './earlier.ts'
import { mirroredDimension, mirroredFilter } from './mirrored.ts'
import { turned } from './testing/plain-ask.ts'

const from = Date.UTC(2026, 0, 4) / 1000
const flows = randomFlows({ count: 60, seed: 4, from, to: from + 7200 })
const filters = flowFilters({ dimensions: filterableDimensions, times: [from, from + 3600, from + 5400] })

describe('the mirrored filter', () => {
  it('passes what goes back of what the filter passes', () => {
    fc.assert(
      fc.property(filters, (filter) => {
        const mirrored = mirroredFilter(filter)
        for (const flow of flows) expect(flowPasses(mirrored, turned(flow))).toBe(flowPasses(filter, flow))
      }),
      { seed: 5, numRuns: 100 },
    )
  })

  const operators: readonly [ComparisonOperator, string[], string[]][] = [
    ['eq', ['inbound'], ['outbound']],
    ['neq', ['inbound'], ['', 'inbound', 'internal', 'external']],
    ['in', ['inbound', 'outbound', 'internal'], ['outbound', 'inbound', 'internal']],
    ['like', ['in%'], ['outbound', 'internal']],
    ['like', ['_n%_n%'], ['outbound', 'internal']],
    ['notlike', ['%n'], ['', 'outbound', 'inbound', 'internal', 'external']],
    ['like', [`${'%'.repeat(4000)}b${'%'.repeat(4000)}`], ['outbound', 'inbound']],
    ['like', ['%_'.repeat(2000)], []],
    ['gt', ['inbound'], ['inbound', 'internal']],
    ['leq', ['external'], ['', 'external']],
  ]
  it.each(operators)('knows which directions pass %s %j', (operator, values, passed) => {
    const dimension = flowDimension('direction')
    if (dimension?.type !== 'column') throw new Error('flows have a direction')
    expect(mirroredFilter({ dimension, operator, values })).toEqual({ dimension, operator: 'in', values: passed })
  })
})

it('mirrors every dimension of one end into that of the other, and back', () => {
  const mirrored = flowDimensions.flatMap((dimension) =>
    dimension.type === 'column' ? [[dimension, mirroredDimension(dimension)] as const] : [],
  )
  for (const [dimension, other] of mirrored) {
    expect(mirroredDimension(other)).toEqual(dimension)
    const isOfEnd = /^(nat_)?(src|dst)_|^(in|out)_if$|^tunnel_(src|dst)$/.test(dimension.column)
    expect([dimension.column, other.column !== dimension.column]).toEqual([dimension.column, isOfEnd])
  }
})

it('passes earlier what the filter passes later', () => {
  fc.assert(
    fc.property(filters, fc.constantFrom(3600, 5400, 1), (filter, seconds) => {
      const earlier = earlierFilter(filter, seconds)
      for (const flow of flows) {
        const later = { ...flow, time_received: flow.time_received + seconds }
        expect(flowPasses(earlier, flow)).toBe(flowPasses(filter, later))
      }
    }),
    { seed: 6, numRuns: 100 },
  )
})
