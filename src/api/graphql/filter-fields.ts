// The keys of the filter input, each a dimension with an operator, and the filter that an input stands for.
import type { GraphqlScalar } from '../../contract/flow-columns.ts'
import type { CidrOperator, ComparisonOperator, FlowFilter, ListOperator } from '../../query/flow-filter.ts'
import { flowDimensions, type BaseDimension, type ColumnDimension, type FlowDimension } from '../../query/flow-dimensions.ts'
import { FlowQueryError } from '../../query/flow-query-error.ts'
import type { TimeOperator } from '../../query/time-ranges.ts'
import { dataset } from './dataset-names.ts'

const comparing: readonly TimeOperator[] = ['eq', 'neq', 'gt', 'geq', 'lt', 'leq', 'in', 'notin']
const matching: readonly ComparisonOperator[] = ['like', 'notlike']
const holding: readonly CidrOperator[] = ['incidr', 'notincidr']
const listTypes: Readonly<Record<ListOperator, string>> = {
  has: 'string',
  nothas: 'string',
  hasall: '[string!]',
  hasany: '[string!]',
  isempty: 'bool',
}

interface OperatorField<Operator> {
  readonly name: string
  /** GraphQL type of the value. */
  readonly type: string
  readonly operator: Operator
}

/** The keys of a filter input for a dimension of a scalar. */
export function comparisonFields(name: string, scalar: GraphqlScalar): OperatorField<ComparisonOperator>[] {
  const operators = scalar === 'string' ? [...comparing, ...matching] : comparing
  return operators.map((operator) => ({
    name: operator === 'eq' ? name : `${name}_${operator}`,
    type: operator === 'in' || operator === 'notin' ? `[${scalar}!]` : scalar,
    operator,
  }))
}

/** Those for a dimension that is a list of ids. */
export function listFields(name: string): OperatorField<ListOperator>[] {
  // The keys of the table are the operators.
  return Object.entries(listTypes).map(([operator, type]) => ({ name: `${name}_${operator}`, type, operator: operator as ListOperator }))
}

interface FilterField {
  readonly name: string
  /** GraphQL type of the value. */
  readonly type: string
  readonly extension: boolean
  /** What it does, where its name does not say it as the original's do. */
  readonly description?: string
  /** From values that the scalar has checked. */
  readonly filter: (values: readonly unknown[]) => FlowFilter
}

/** Conditions that one filter can hold, and values that one list can. */
const maxConditions = 500
const maxValues = 500

function fieldsOf(dimension: FlowDimension): FilterField[] {
  if (dimension.type === 'named') return []
  if (dimension.scalar === 'ids') return idFields(dimension)
  const { extension } = dimension
  const fields = comparisonFields(dimension.name, dimension.scalar).map(({ name, type, operator }) => ({
    name,
    type,
    extension,
    filter: (values: readonly unknown[]) => comparisonFilter(dimension, operator, values),
  }))
  return dimension.type === 'column' && dimension.kind === 'address' ? [...fields, ...cidrFields(dimension)] : fields
}

function idFields(list: ColumnDimension): FilterField[] {
  return listFields(list.name).map(({ name, type, operator }) => ({
    name,
    type,
    extension: list.extension,
    // As below: strings, and for isempty a boolean.
    filter: (values) => ({ list, operator, values: values as (string | boolean)[] }),
  }))
}

function comparisonFilter(dimension: BaseDimension, operator: ComparisonOperator, values: readonly unknown[]): FlowFilter {
  // The scalar of the dimension has checked the values: Time and Date give seconds, the others strings and integers.
  if (dimension.type === 'time') return { time: dimension, operator: operator as TimeOperator, values: values as number[] }
  return { dimension, operator, values: values as (string | number | bigint)[] }
}

/** The original has no filter on prefixes. */
function cidrFields(dimension: ColumnDimension): FilterField[] {
  return holding.map((operator) => ({
    name: `${dimension.name}_${operator}`,
    type: '[string!]',
    extension: true,
    description: `${operator === 'incidr' ? 'In one' : 'In none'} of some prefixes such as 203.0.113.0/24 and 2001:db8::/32`,
    filter: (values) => comparisonFilter(dimension, operator, values),
  }))
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
