// Reads one condition of a filter: a field, an operator that may be left out, and what the field has to be.
import { numberFields, type FilterSide, type NumberSpan, type PacketFilter } from '../contract/packet-filter.ts'
import { readBytes } from './filter-bytes.ts'
import { addressWords, allStarts, conditionStarts, fieldNames, portWords, type FieldMeaning } from './filter-names.ts'
import { equal, numbersOf, ports, readFlags, readNumber, readPrefixes, readSpans, unequal, type NumberRange } from './filter-values.ts'
import type { TokenCursor } from './token-cursor.ts'

/** @throws FilterError for all that is no condition */
export function readCondition(cursor: TokenCursor): PacketFilter {
  const field = readField(cursor)
  if (field.kind === 'address') return readAddress(cursor, field.side)
  if (field.kind === 'port') return readPorts(cursor, field.side)
  if (field.kind === 'flags') return readTcpFlags(cursor)
  if (field.kind === 'fragment') return readFragment(cursor)
  if (field.kind === 'is') return readShort(cursor, field)
  if (field.kind === 'bytes') return readBytes(cursor, field.base)
  const { names } = numberFields[field.field]
  return compared(cursor, numbersOf(field.field), { name: names[0], of: (spans) => ({ kind: 'number', field: field.field, spans }) })
}

/** `src`, `src port`, `src net` and the names of one word. */
function readField(cursor: TokenCursor): FieldMeaning {
  const meaning = cursor.token.kind === 'word' ? fieldNames.get(cursor.text) : undefined
  if (meaning === undefined) throw cursor.unexpected('a condition', conditionStarts, allStarts)
  cursor.take()
  if (meaning.kind !== 'address' || meaning.side === 'either') return meaning
  if (cursor.accept(...portWords)) return { kind: 'port', side: meaning.side }
  cursor.accept(...addressWords)
  return meaning
}

const orders = { '<': 'below', lt: 'below', '<=': 'most', le: 'most', '>': 'above', gt: 'above', '>=': 'least', ge: 'least' } as const

/** Takes `==`, `in` and the like, or nothing. @returns whether the condition is turned round */
function readEquality(cursor: TokenCursor): boolean {
  if (cursor.accept(...unequal)) return true
  if (cursor.accept(...equal) || cursor.accept('in')) return false
  if (cursor.text !== 'not' || cursor.ahead(1).text.toLowerCase() !== 'in') return false
  cursor.take()
  cursor.take()
  return true
}

function negatedIf(negated: boolean, of: PacketFilter): PacketFilter {
  return negated ? { kind: 'not', of } : of
}

function readAddress(cursor: TokenCursor, side: FilterSide): PacketFilter {
  if (Object.hasOwn(orders, cursor.text)) throw cursor.unexpected('an operator for addresses', ['in', '==', '!='])
  const negated = readEquality(cursor)
  return negatedIf(negated, { kind: 'address', side, prefixes: readPrefixes(cursor) })
}

function readPorts(cursor: TokenCursor, side: FilterSide): PacketFilter {
  return compared(cursor, ports, { name: 'a port', of: (spans) => ({ kind: 'port', side, spans }) })
}

interface NumberCondition {
  readonly name: string
  readonly of: (spans: readonly NumberSpan[]) => PacketFilter
}

function compared(cursor: TokenCursor, range: NumberRange, condition: NumberCondition): PacketFilter {
  const order = Object.hasOwn(orders, cursor.text) ? orders[cursor.text as keyof typeof orders] : undefined
  if (order === undefined) {
    const negated = readEquality(cursor)
    return negatedIf(negated, condition.of(readSpans(cursor, range)))
  }
  const operator = cursor.take()
  const value = readNumber(cursor, range)
  const from = order === 'above' ? value + 1 : order === 'least' ? value : range.least
  const to = order === 'below' ? value - 1 : order === 'most' ? value : range.most
  if (from <= to) return condition.of([[from, to]])
  const message = `${condition.name} is from ${range.least} to ${range.most}: nothing is ${operator.text} ${value}`
  throw cursor.fault(message, [], { ...operator, to: cursor.ahead(-1).to })
}

function readTcpFlags(cursor: TokenCursor): PacketFilter {
  cursor.accept(...equal)
  return { kind: 'tcp_flags', ...readFlags(cursor) }
}

function readFragment(cursor: TokenCursor): PacketFilter {
  const part = (['first', 'later', 'any'] as const).find((name) => cursor.accept(name))
  return { kind: 'fragment', part: part ?? 'any' }
}

/** `udp`, and `udp port 53` for both. */
function readShort(cursor: TokenCursor, { field, value }: Extract<FieldMeaning, { kind: 'is' }>): PacketFilter {
  const is: PacketFilter = { kind: 'number', field, spans: [[value, value]] }
  return field === 'protocol' && isPort(cursor) ? { kind: 'all', of: [is, readCondition(cursor)] } : is
}

function isPort(cursor: TokenCursor): boolean {
  const meaning = fieldNames.get(cursor.text)
  if (meaning?.kind === 'port') return true
  const word: string = cursor.ahead(1).text.toLowerCase()
  return meaning?.kind === 'address' && meaning.side !== 'either' && portWords.some((name) => name === word)
}
