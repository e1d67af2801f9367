// The filter that holds exactly the flows that another one does not, by turning round each condition.
import type { ComparisonOperator, FlowFilter } from '../flow-filter.ts'
import type { TimeOperator } from '../time-ranges.ts'
import { noFlow } from './no-flow.ts'

type ListCondition = Extract<FlowFilter, { list: unknown }>

const times = { eq: 'neq', neq: 'eq', gt: 'leq', leq: 'gt', lt: 'geq', geq: 'lt', in: 'notin', notin: 'in' } as const satisfies Record<
  TimeOperator,
  TimeOperator
>

const comparisons: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  ...times,
  like: 'notlike',
  notlike: 'like',
  incidr: 'notincidr',
  notincidr: 'incidr',
  bits: 'notbits',
  notbits: 'bits',
}

/** Conditions on nothing hold every flow, whether all or one of them suffices. */
export function negatedFilter(filter: FlowFilter): FlowFilter {
  if ('all' in filter) return filter.all.length === 0 ? noFlow : { any: filter.all.map(negatedFilter) }
  if ('any' in filter) return filter.any.length === 0 ? noFlow : { all: filter.any.map(negatedFilter) }
  if ('time' in filter) return { ...filter, operator: times[filter.operator] }
  if ('dimension' in filter) return { ...filter, operator: comparisons[filter.operator] }
  return negatedList(filter)
}

function negatedList(filter: ListCondition): FlowFilter {
  const { list, operator, values } = filter
  if (operator === 'isempty') return { list, operator, values: [values[0] !== true] }
  if (operator === 'hasany') return { all: values.map((value) => ({ list, operator: 'nothas', values: [value] })) }
  return { list, operator: operator === 'nothas' ? 'hasall' : 'nothas', values }
}
