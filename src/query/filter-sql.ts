// A filter as a SQL condition. Every value is a bound parameter; operators and columns come from tables.
import { isIP } from 'node:net'
import { parsePrefixOrAddress } from '../base/ip-prefix.ts'
import { kindOf, type ColumnDimension, type ConstantDimension } from './flow-dimensions.ts'
import type { BitsOperator, CidrOperator, ComparisonOperator, FlowFilter } from './flow-filter.ts'
import { FlowQueryError } from './flow-query-error.ts'
import type { SqlParameters } from './sql-parameters.ts'
import { timeCondition } from './time-ranges.ts'
import { prefixesSql } from './value-ranges.ts'

type Comparison = Extract<FlowFilter, { dimension: unknown }>
type ListCondition = Extract<FlowFilter, { list: unknown }>
type TimeFilter = Extract<FlowFilter, { time: unknown }>

type SymbolOperator = Exclude<ComparisonOperator, CidrOperator | BitsOperator>

const symbols: Readonly<Record<SymbolOperator, string>> = {
  eq: '=',
  neq: '!=',
  gt: '>',
  geq: '>=',
  lt: '<',
  leq: '<=',
  in: 'IN',
  notin: 'NOT IN',
  like: 'LIKE',
  notlike: 'NOT LIKE',
}

/** Highest value of ClickHouse's DateTime: 32 bits of seconds. */
const latestTime = 0xffff_ffff

export interface FilterScope {
  readonly parameters: SqlParameters
  /** Seconds in a row of the tier; bounds of the time are rounded to the nearest row. */
  readonly tierSeconds: number
  /** Seconds since 1970. Bounds after it are rounded up, so that the row that is still filling is on their near side. */
  readonly now?: number
  /** Dataset that errors name. */
  readonly node: string
}

/** ClickHouse parses 256 KiB (max_query_size); the rest of a statement takes a few of them. */
const longestCondition = 200_000

/**
 * The filter as a condition that can stand beside AND.
 * @throws FlowQueryError for a value that a dimension cannot have, and where the condition would be too long
 */
export function filterSql(filter: FlowFilter, scope: FilterScope): string {
  const sql = conditionSql(filter, scope)
  if (sql.length <= longestCondition) return sql
  throw new FlowQueryError('bad_arguments', { node: scope.node, reason: 'the filter has too many conditions; use lists in their place' })
}

function conditionSql(filter: FlowFilter, scope: FilterScope): string {
  if ('all' in filter) return joined(filter.all, ' AND ', scope)
  if ('any' in filter) return joined(filter.any, ' OR ', scope)
  if ('time' in filter) return timeSql(filter, scope)
  if ('list' in filter) return listSql(filter, scope.parameters)
  return comparisonSql(filter, scope)
}

function joined(parts: readonly FlowFilter[], word: ' AND ' | ' OR ', scope: FilterScope): string {
  if (parts.length === 0) return '1'
  return `(${parts.map((part) => conditionSql(part, scope)).join(word)})`
}

function timeSql(filter: TimeFilter, { parameters, tierSeconds, now = Infinity }: FilterScope): string {
  const { ranges, negated } = timeCondition(filter.operator, filter.values, filter.time.seconds)
  const bind = (time: number) => {
    const rounded = (time > now ? Math.ceil(time / tierSeconds) : Math.round(time / tierSeconds)) * tierSeconds
    return `toDateTime(${parameters.bind(Math.min(Math.max(rounded, 0), latestTime), 'UInt32')}, 'UTC')`
  }
  const tests = ranges.map(({ from, to }) => {
    const ends = []
    if (from !== -Infinity) ends.push(`time_received >= ${bind(from)}`)
    if (to !== Infinity) ends.push(`time_received < ${bind(to)}`)
    return `(${ends.join(' AND ')})`
  })
  const any = tests.length === 0 ? '0' : `(${tests.join(' OR ')})`
  return negated ? `NOT ${any}` : any
}

function comparisonSql(filter: Comparison, scope: FilterScope): string {
  const { dimension, operator } = filter
  // ClickHouse's protocol has no way to say it, and no flow contains it.
  if (filter.values.some((value) => String(value).includes('\0'))) {
    throw new FlowQueryError('bad_arguments', { node: scope.node, reason: `${dimension.name}: a NUL character cannot be searched for` })
  }
  if (operator === 'incidr' || operator === 'notincidr') return cidrSql(filter, scope)
  if (operator === 'bits' || operator === 'notbits') return bitsSql(dimension, { operator, values: filter.values }, scope)
  if (dimension.type === 'column' && dimension.kind === 'address' && operator !== 'like' && operator !== 'notlike') {
    return addressSql(dimension, { operator, values: filter.values }, scope)
  }
  const { expression, type } = operand(dimension)
  const values = operator === 'like' || operator === 'notlike' ? patterns(filter, scope) : filter.values
  return comparison(expression, operator, scope.parameters, { type, values })
}

function comparison(
  expression: string,
  operator: SymbolOperator,
  parameters: SqlParameters,
  to: { type: string; values: readonly unknown[] },
) {
  const many = operator === 'in' || operator === 'notin'
  // ClickHouse does not take an empty list as the right side of IN.
  if (many && to.values.length === 0) return operator === 'in' ? '0' : '1'
  const value = many ? parameters.bind(to.values, `Array(${to.type})`) : parameters.bind(to.values[0], to.type)
  return `${expression} ${symbols[operator]} ${value}`
}

/** What stands left of the operator, and the type of what stands right of it. */
function operand(dimension: ColumnDimension | ConstantDimension): { expression: string; type: string } {
  if (dimension.type === 'constant') {
    // A constant of the dimension table, no value of the question.
    return typeof dimension.value === 'number'
      ? { expression: `toInt64(${dimension.value})`, type: 'Int64' }
      : { expression: `'${dimension.value}'`, type: 'String' }
  }
  const text = kindOf(dimension).text?.(dimension.column)
  return text === undefined ? { expression: dimension.column, type: 'UInt64' } : { expression: text, type: 'String' }
}

/** No value is half as long, and each wildcard costs time with every flow. */
const longestPattern = 256

function patterns({ dimension, values }: Comparison, { node }: FilterScope): string[] {
  if (values.every((value) => String(value).length <= longestPattern)) return values.map((value) => likePattern(String(value)))
  throw new FlowQueryError('bad_arguments', { node, reason: `${dimension.name}: a pattern has at most ${longestPattern} characters` })
}

// % is the wildcard. A backslash is no escape in the filter language, so it is doubled for ClickHouse, where it is one.
const likePattern = (pattern: string) => pattern.replaceAll('\\', '\\\\')

// Addresses are compared as 128-bit numbers: an index can be used, and 2001:db8:0::1 equals 2001:db8::1.
function addressSql(
  dimension: ColumnDimension,
  { operator, values }: { readonly operator: SymbolOperator; readonly values: Comparison['values'] },
  { parameters, node }: FilterScope,
): string {
  const addresses = values.map((value) => {
    const address = addressValue(String(value))
    if (address === undefined)
      throw new FlowQueryError('bad_arguments', { node, reason: `${dimension.name}: "${value}" is not an IP address` })
    return address
  })
  return comparison(dimension.column, operator, parameters, { type: 'IPv6', values: addresses })
}

function addressValue(text: string): string | undefined {
  if (text === '') return '::'
  const family = text.includes('%') ? 0 : isIP(text)
  if (family === 0) return undefined
  return family === 4 ? `::ffff:${text}` : text
}

function cidrSql({ dimension, operator, values }: Comparison, { parameters, node }: FilterScope): string {
  const refused = (reason: string) => new FlowQueryError('bad_arguments', { node, reason: `${dimension.name}: ${reason}` })
  if (dimension.type !== 'column' || dimension.kind !== 'address') throw refused('only addresses can be in a prefix')
  const prefixes = values.map(String)
  const wrong = prefixes.find((prefix) => parsePrefixOrAddress(prefix) === undefined)
  if (wrong !== undefined) throw refused(`"${wrong}" is not a prefix such as 203.0.113.0/24 or 2001:db8::/32`)
  const held = prefixesSql(dimension.column, prefixes, parameters)
  return operator === 'incidr' ? `(${held})` : `NOT (${held})`
}

function bitsSql(
  dimension: Comparison['dimension'],
  { operator, values }: { readonly operator: BitsOperator; readonly values: Comparison['values'] },
  { parameters, node }: FilterScope,
): string {
  if (dimension.type !== 'column' || dimension.kind !== 'number') {
    throw new FlowQueryError('bad_arguments', { node, reason: `${dimension.name}: only numbers have bits` })
  }
  const bits = parameters.bind(values[0], 'UInt64')
  return `bitAnd(${dimension.column}, ${bits}) ${operator === 'bits' ? '=' : '!='} ${bits}`
}

const idPattern = /^[0-9a-f]{32}$/i

function listSql({ list, operator, values }: ListCondition, parameters: SqlParameters): string {
  const column = list.column
  if (operator === 'isempty') return values[0] === true ? `empty(${column})` : `notEmpty(${column})`
  const ids = values.map(String)
  // No flow has an id that is none.
  const known = ids.filter((id) => idPattern.test(id))
  const has = known.map((id) => `has(${column}, toFixedString(unhex(${parameters.bind(id, 'String')}), 16))`)
  if (operator === 'hasany') return has.length === 0 ? '0' : `(${has.join(' OR ')})`
  const all = known.length < ids.length ? '0' : has.length === 0 ? '1' : `(${has.join(' AND ')})`
  return operator === 'nothas' ? `NOT ${all}` : all
}
