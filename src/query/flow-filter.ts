// The filter of a question about flows: a tree of conditions on dimensions, and what it says about time and columns.
import type { FlowColumnName } from '../contract/flow-columns.ts'
import type { ColumnDimension, ConstantDimension, TimeDimension } from './flow-dimensions.ts'
import { always, hull, intersection, never, timeCondition, type TimeOperator, type TimeRange } from './time-ranges.ts'

/** Only on addresses: in, or in none, of some prefixes. */
export type CidrOperator = 'incidr' | 'notincidr'
/** Only on numbers: has all, or not all, of the bits of the value. */
export type BitsOperator = 'bits' | 'notbits'
export type ComparisonOperator = TimeOperator | 'like' | 'notlike' | CidrOperator | BitsOperator
export type ListOperator = 'has' | 'nothas' | 'hasall' | 'hasany' | 'isempty'

export type FlowFilter =
  | { readonly all: readonly FlowFilter[] }
  | { readonly any: readonly FlowFilter[] }
  /** `values`: seconds since 1970. */
  | { readonly time: TimeDimension; readonly operator: TimeOperator; readonly values: readonly number[] }
  /** `values`: one, or several for `in`, `notin`, `incidr` and `notincidr`; those of the latter two are CIDR text or addresses. */
  | {
      readonly dimension: ColumnDimension | ConstantDimension
      readonly operator: ComparisonOperator
      readonly values: readonly (string | number | bigint)[]
    }
  /** On a list of ids. `isempty` takes `true` or `false` as its only value. */
  | { readonly list: ColumnDimension; readonly operator: ListOperator; readonly values: readonly (string | boolean)[] }

/** Everything that a condition tests, in the order of the tree. */
export function* conditions(filter: FlowFilter): Generator<Exclude<FlowFilter, { all: unknown } | { any: unknown }>> {
  if ('all' in filter) for (const part of filter.all) yield* conditions(part)
  else if ('any' in filter) for (const part of filter.any) yield* conditions(part)
  else yield filter
}

/** Columns that the filter reads, but for the receive time, which every tier has. */
export function filterColumns(filter: FlowFilter): Set<FlowColumnName> {
  const columns = new Set<FlowColumnName>()
  for (const condition of conditions(filter)) {
    if ('list' in condition) columns.add(condition.list.column)
    else if ('dimension' in condition && condition.dimension.type === 'column') columns.add(condition.dimension.column)
  }
  return columns
}

/** Receive times outside of which no flow can pass the filter. */
export function filterRange(filter: FlowFilter): TimeRange {
  if ('all' in filter) return filter.all.map(filterRange).reduce(intersection, always)
  // An empty OR list is no constraint, as an empty AND list is none.
  if ('any' in filter) return filter.any.length === 0 ? always : filter.any.map(filterRange).reduce(hull, never)
  if (!('time' in filter)) return always
  const { ranges, negated } = timeCondition(filter.operator, filter.values, filter.time.seconds)
  return negated ? always : ranges.reduce(hull, never)
}

/** All finite times at which the answer to a condition of the filter changes. */
export function filterBounds(filter: FlowFilter): number[] {
  const bounds: number[] = []
  for (const condition of conditions(filter)) {
    if (!('time' in condition)) continue
    for (const { from, to } of timeCondition(condition.operator, condition.values, condition.time.seconds).ranges) bounds.push(from, to)
  }
  return bounds.filter(Number.isFinite)
}
