// Questions at random about random flows.
import fc from 'fast-check'
import { flowColumn } from '../../contract/flow-columns.ts'
import { dimensionNamed } from '../dimension-names.ts'
import type { BaseDimension, FlowDimension, TimeDimension } from '../flow-dimensions.ts'
import type { FlowFilter } from '../flow-filter.ts'
import type { FlowOrder } from '../flow-groups.ts'
import { flowTotalNames } from '../flow-metrics.ts'
import type { PlainQuestion } from './plain-groups.ts'
import { filterableDimensions, flowFilters } from './random-flow-filters.ts'

/** Receive times of the flows, seconds since 1970; `to` is excluded. */
export interface FlowTimes {
  readonly from: number
  readonly to: number
}

const isSummed = (dimension: BaseDimension) =>
  dimension.type !== 'column' || (flowColumn[dimension.column].rollup && dimension.kind !== 'ids')

/** Those that sums by hour can answer, but for times shorter than an hour. */
const summedDimensions = filterableDimensions.filter(isSummed)

/**
 * Half of them about columns that the sums keep, most of those for whole hours, so that all tables get to answer.
 * The filter holds the range too.
 */
export function flowQuestions(times: FlowTimes): fc.Arbitrary<PlainQuestion> {
  return fc.tuple(fc.boolean(), fc.constantFrom(3600, 3600, 60, 1)).chain(([summed, step]) => {
    const dimensions = (summed ? summedDimensions : filterableDimensions).filter(
      (dimension) => !summed || dimension.type !== 'time' || dimension.seconds >= step,
    )
    const range = ranges(times, step)
    const named = range.chain(({ from, to }) => flowFilters({ dimensions, times: [from, to, middle(from, to, step)] }))
    return fc
      .record({
        account: fc.constantFrom(1, 1, 1, 2),
        range,
        filter: fc.oneof(fc.constant<FlowFilter>({ all: [] }), named, named),
        grouped: fc.uniqueArray(fc.constantFrom<FlowDimension>(...dimensions), { maxLength: 3 }),
        orders: fc.array(orders, { maxLength: 2 }),
        limit: fc.constantFrom(1, 5, 100, 10_000),
        overrides: fc.constantFrom(new Map(), new Map(), new Map([['192.0.2.1', 50]]), bothFamilies),
      })
      .map(({ account, range, filter, grouped, orders, limit, overrides }) => ({
        account,
        dimensions: grouped,
        filter: { all: [rangeFilter(range), filter] },
        orderBy: orders.flatMap((order) => orderOf(order, grouped)),
        limit,
        overrides,
      }))
  })
}

const bothFamilies = new Map([
  ['192.0.2.2', 7],
  ['2001:db8::1', 2000],
])

const middle = (from: number, to: number, step: number) => Math.round((from + to) / 2 / step) * step

function ranges({ from, to }: FlowTimes, step: number): fc.Arbitrary<FlowTimes> {
  const steps = Math.floor((to - from) / step)
  const ends = fc.tuple(fc.integer({ min: 0, max: steps }), fc.integer({ min: 0, max: steps }))
  const some = ends.map(([one, other]) => ({ from: from + Math.min(one, other) * step, to: from + Math.max(one, other) * step }))
  return fc.oneof(some, fc.constant({ from, to }))
}

/** Flows received in a range. */
export function rangeFilter({ from, to }: FlowTimes): FlowFilter {
  const time = dimensionNamed('datetime') as TimeDimension
  return {
    all: [
      { time, operator: 'geq', values: [from] },
      { time, operator: 'lt', values: [to] },
    ],
  }
}

interface RandomOrder {
  readonly place: number
  readonly descending: boolean
}

const orders: fc.Arbitrary<RandomOrder> = fc.record({ place: fc.nat(9), descending: fc.boolean() })

/** Of a total, or of a dimension that is grouped by. */
function orderOf({ place, descending }: RandomOrder, dimensions: readonly FlowDimension[]): FlowOrder[] {
  const measure = flowTotalNames[place]
  if (measure !== undefined) return [{ measure, descending }]
  const dimension = dimensions[place - flowTotalNames.length]
  return dimension === undefined ? [] : [{ dimension, descending }]
}
