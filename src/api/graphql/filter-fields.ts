// The keys of the filter input, each a dimension with an operator, and the filter that an input stands for.
import type { ComparisonOperator, FlowFilter, ListOperator } from '../../query/flow-filter.ts'
import { flowDimensions, type ColumnDimension, type FlowDimension } from '../../query/flow-dimensions.ts'
import { FlowQueryError } from '../../query/flow-query-error.ts'
import type { TimeOperator } from '../../query/time-ranges.ts'
import { dataset } from './dataset-names.ts'

const comparing: readonly TimeOperator[] = ['eq', 'neq', 'gt', 'geq', 'lt', 'leq', 'in', 'notin']
const matching: readonly ComparisonOperator[] = ['like', 'notlike']
const listing: readonly ListOperator[] = ['has', 'nothas', 'hasall', 'hasany', 'isempty']

interface FilterField {
  readonly name: string
  /** GraphQL type of the value. */
  readonly type: string
  /** From values that the scalar has checked. */
  readonly filter: (values: readonly unknown[]) => FlowFilter
}

/** Conditions that one filter can hold, and values that one list can. */
const maxConditions = 500
const maxValues = 500

function fieldsOf(dimension: FlowDimension): FilterField[] {
  if (dimension.scalar === 'ids' && dimension.type === 'column') return listing.map((operator) => listField(dimension, operator))
  const operators: readonly ComparisonOperator[] = dimension.scalar === 'string' ? [...comparing, ...matching] : comparing
  return operators.map((operator) => {
    const many = operator === 'in' || operator === 'notin'
    return {
      name: operator === 'eq' ? dimension.name : `${dimension.name}_${operator}`,
      type: many ? `[${dimension.scalar}!]` : dimension.scalar,
      filter: (values) => comparisonFilter(dimension, operator, values),
    }
  })
}

function comparisonFilter(dimension: FlowDimension, operator: ComparisonOperator, values: readonly unknown[]): FlowFilter {
  // The scalar of the dimension has checked the values: Time and Date give seconds, the others strings and integers.
  if (dimension.type === 'time') return { time: dimension, operator: operator as TimeOperator, values: values as number[] }
  return { dimension, operator, values: values as (string | number | bigint)[] }
}

function listField(list: ColumnDimension, operator: ListOperator): FilterField {
  const type = { has: 'string', nothas: 'string', hasall: '[string!]', hasany: '[string!]', isempty: 'bool' }[operator]
  return {
    name: `${list.name}_${operator}`,
    type,
    // As above: strings, and for isempty a boolean.
    filter: (values) => ({ list, operator, values: values as (string | boolean)[] }),
  }
}

/** All keys but AND and OR, in the order of the dimensions. */
export const filterFields: readonly FilterField[] = flowDimensions.flatMap(fieldsOf)

const byName = new Map(filterFields.map((field) => [field.name, field]))

/**
 * The filter of an input object that GraphQL has checked. A key that is null is no condition.
 * @throws FlowQueryError when it holds too much
 */
export function filterOf(input: Readonly<Record<string, unknown>>): FlowFilter {
  let count = 0
  const convert = (input: Readonly<Record<string, unknown>>): FlowFilter => {
    const all: FlowFilter[] = []
    for (const [key, value] of Object.entries(input)) {
      if (value === null || value === undefined) continue
      if (++count > maxConditions) throw tooMuch(`more than ${maxConditions} conditions`)
      if (key === 'AND' || key === 'OR') {
        // GraphQL has checked that these are lists of filter inputs.
        const parts = (value as Record<string, unknown>[]).map(convert)
        all.push(key === 'AND' ? { all: parts } : { any: parts })
        continue
      }
      const values: readonly unknown[] = Array.isArray(value) ? value : [value]
      if (values.length > maxValues) throw tooMuch(`${key} has more than ${maxValues} values`)
      const field = byName.get(key)
      if (!field) throw tooMuch(`unknown field ${key}`)
      all.push(field.filter(values))
    }
    return { all }
  }
  return convert(input)
}

const tooMuch = (reason: string) => new FlowQueryError('bad_arguments', { node: dataset, reason })
