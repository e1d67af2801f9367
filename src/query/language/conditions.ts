// Makes the condition of a filter that fits a dimension.
import type { BaseDimension } from '../flow-dimensions.ts'
import type { ComparisonOperator, FlowFilter } from '../flow-filter.ts'
import type { TimeOperator } from '../time-ranges.ts'
import type { FlowValue } from './flow-values.ts'

/** @param values as the rules of the dimension read them */
export function conditionOf(dimension: BaseDimension, operator: ComparisonOperator, values: readonly FlowValue[]): FlowFilter {
  // The rules of a time read numbers, and no text asks a time for bits, prefixes or patterns.
  if (dimension.type === 'time') return { time: dimension, operator: operator as TimeOperator, values: values.map(Number) }
  return { dimension, operator, values }
}
