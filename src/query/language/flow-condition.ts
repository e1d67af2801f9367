// Reads one condition of a flow filter: a field, an operator that may be left out, and values.
import type { FlowFilter } from '../flow-filter.ts'
import type { BaseDimension, ColumnDimension } from '../flow-dimensions.ts'
import { equal, unequal } from '../../filter/filter-values.ts'
import type { TokenCursor } from '../../filter/token-cursor.ts'
import { namesOf } from '../dimension-names.ts'
import { conditionOf } from './conditions.ts'
import { addressWords, conditionStarts, fieldNamed, fieldNames, fieldOfTwo, isPortField, type FlowField } from './flow-fields.ts'
import { readFlags, startsFlags } from './flag-values.ts'
import { readRules } from './rule-values.ts'
import { hasFlags, valuesOf, type ValueRules } from './flow-values.ts'
import { negatedFilter } from './negated-filter.ts'
import { quotedValue } from './quoted-values.ts'
import { readPattern, readValue, readValueSet, type ValueSet } from './value-sets.ts'

/** Names that a filter may use and that only the account knows. */
export interface FlowFilterNames {
  /** Ids of rules, 32 hex digits, by name. */
  readonly rules?: ReadonlyMap<string, string>
}

/** What is read besides the text. */
export interface ConditionScope {
  readonly cursor: TokenCursor
  readonly names: FlowFilterNames
}

/** A condition on whatever dimension it is asked of: `port` asks it of two. */
type Test = (dimension: BaseDimension) => FlowFilter

/** @throws FilterError for all that is no condition */
export function readFlowCondition(scope: ConditionScope): FlowFilter {
  const field = readField(scope.cursor)
  if (field.kind === 'is') return readShort(scope, field)
  if (field.kind === 'named') throw namedFault(scope.cursor, field)
  const [first] = field.dimensions
  const { test, negated } = readTest(scope, first)
  const [one, other] = field.dimensions.map(test)
  const held = one === undefined || other === undefined ? test(first) : { any: [one, other] }
  return negated ? negatedFilter(held) : held
}

/** `src`, `src port`, `src net` and the names of one word. */
function readField(cursor: TokenCursor): FlowField {
  const token = cursor.token
  const two = token.kind === 'word' && cursor.ahead(1).kind === 'word' ? fieldOfTwo(token.text, cursor.ahead(1).text) : undefined
  const field = two ?? (token.kind === 'word' ? fieldNamed(token.text) : undefined)
  if (field === undefined) throw unknownField(cursor)
  cursor.take()
  if (two !== undefined) cursor.take()
  else if (field.kind === 'dimensions' && field.dimensions.every(isAddress)) cursor.accept(...addressWords)
  return field
}

const isAddress = (dimension: BaseDimension) => dimension.type === 'column' && dimension.kind === 'address'

function unknownField(cursor: TokenCursor): Error {
  const { kind, text } = cursor.token
  if (kind === 'word' && /^[\d:]/.test(text) && /[.:]/.test(text)) {
    return cursor.fault(`expected a field before ${JSON.stringify(text)}, such as src, dst or host`, ['src', 'dst', 'host'])
  }
  return cursor.unexpected('a field', conditionStarts, misplaced.has(cursor.text) ? [] : [...fieldNames, 'not'])
}

/** Words that are written right and stand in the wrong place. */
const misplaced = new Set(['and', 'or', 'in', 'like'])

function namedFault(cursor: TokenCursor, { dimension }: Extract<FlowField, { kind: 'named' }>): Error {
  const instead = dimension.of.map((of) => namesOf(of)[0] ?? of.name)
  const message = `names cannot be asked for; ask for ${instead.join(' and ')}, by value`
  return cursor.fault(message, instead, cursor.ahead(-1))
}

/** `udp`, and `udp port 53` for both. */
function readShort(scope: ConditionScope, { dimension, value }: Extract<FlowField, { kind: 'is' }>): FlowFilter {
  const is = conditionOf(dimension, 'eq', [value])
  const { token } = scope.cursor
  const next = token.kind === 'word' ? (fieldOfTwo(token.text, scope.cursor.ahead(1).text) ?? fieldNamed(token.text)) : undefined
  return isPortField(next) ? { all: [is, readFlowCondition(scope)] } : is
}

const orders = { '<': 'lt', lt: 'lt', '<=': 'leq', le: 'leq', '>': 'gt', gt: 'gt', '>=': 'geq', ge: 'geq' } as const

interface ReadTest {
  readonly test: Test
  readonly negated: boolean
}

function readTest(scope: ConditionScope, dimension: BaseDimension): ReadTest {
  const { cursor } = scope
  const rules = valuesOf(dimension)
  const order = Object.hasOwn(orders, cursor.text) ? orders[cursor.text as keyof typeof orders] : undefined
  if (order !== undefined) return { test: readOrder(cursor, order, { dimension, rules }), negated: false }
  if (cursor.text === '&') return { test: readBits(cursor, dimension, rules), negated: false }
  const isNot = cursor.text === 'not' && ['in', 'like'].includes(cursor.ahead(1).text.toLowerCase())
  if (isNot) cursor.take()
  if (cursor.text === 'like') return { test: readLike(cursor, dimension, rules), negated: isNot }
  const negated = isNot || cursor.accept(...unequal)
  if (isNot || !negated) cursor.accept('in', ...equal)
  return { test: readEqual(scope, dimension, rules), negated }
}

function readOrder(
  cursor: TokenCursor,
  order: 'lt' | 'leq' | 'gt' | 'geq',
  { dimension, rules }: { readonly dimension: BaseDimension; readonly rules: ValueRules },
): Test {
  if (isList(dimension)) throw cursor.unexpected('an operator for lists', ['in', '==', '!='])
  cursor.take()
  const start = cursor.token
  const value = readValue(cursor, rules)
  if (isAddress(dimension) && String(value).includes('/')) throw cursor.fault('a prefix is neither above nor below an address', [], start)
  return (of) => conditionOf(of, order, [value])
}

const isList = (dimension: BaseDimension): dimension is ColumnDimension => dimension.type === 'column' && dimension.kind === 'ids'

function readBits(cursor: TokenCursor, dimension: BaseDimension, rules: ValueRules): Test {
  if (dimension.type !== 'column' || dimension.kind !== 'number') throw cursor.fault('only numbers have bits', ['==', '!=', 'in'])
  cursor.take()
  const value = readValue(cursor, rules)
  return (of) => conditionOf(of, 'bits', [value])
}

function readLike(cursor: TokenCursor, dimension: BaseDimension, rules: ValueRules): Test {
  const [name = ''] = namesOf(dimension)
  if (!rules.isText) throw cursor.fault(`like is for texts; ${name} is none`, ['==', '!=', 'in', '<', '>'])
  cursor.take()
  const pattern = readPattern(cursor, quotedValue('%'))
  return (of) => conditionOf(of, 'like', [pattern])
}

function readEqual(scope: ConditionScope, dimension: BaseDimension, rules: ValueRules): Test {
  const { cursor } = scope
  if (isList(dimension)) {
    const filter = readRules(scope, dimension, rules)
    return () => filter
  }
  if (hasFlags(dimension) && startsFlags(cursor)) {
    const { set, unset } = readFlags(cursor)
    return (of) => joined([...set.map((bits) => conditionOf(of, 'bits', [bits])), ...unset.map((bit) => conditionOf(of, 'notbits', [bit]))])
  }
  const values = readValueSet(cursor, rules)
  return (of) => setCondition(of, values)
}

function joined(all: readonly FlowFilter[]): FlowFilter {
  const [only] = all
  return all.length === 1 && only !== undefined ? only : { all }
}

/** One of single values, prefixes and ranges. */
function setCondition(of: BaseDimension, { values, ranges }: ValueSet): FlowFilter {
  const [only] = values
  const isOfPrefixes = isAddress(of) && values.some((value) => String(value).includes('/'))
  const operator = isOfPrefixes ? 'incidr' : values.length === 1 ? 'eq' : 'in'
  const parts: FlowFilter[] = ranges.map(([from, to]) => ({ all: [conditionOf(of, 'geq', [from]), conditionOf(of, 'leq', [to])] }))
  if (only !== undefined || ranges.length === 0) parts.unshift(conditionOf(of, operator, values))
  const [first] = parts
  return parts.length === 1 && first !== undefined ? first : { any: parts }
}
