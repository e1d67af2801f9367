// Reads what stands behind a field: addresses, numbers, ranges, lists, TCP flags.
import { formatIpPrefix, parsePrefixOrAddress } from '../base/ip-prefix.ts'
import { nearestName } from '../base/nearest-name.ts'
import { numberFields, protocolWords, tcpFlagBits, type NumberFieldName, type NumberSpan } from '../contract/packet-filter.ts'
import type { FilterToken } from './filter-tokens.ts'
import { normalSpans } from './number-spans.ts'
import type { TokenCursor } from './token-cursor.ts'

export const equal = ['==', '=', 'eq']
export const unequal = ['!=', 'ne']

/** Values of one list at most; agents take no more. */
const longestList = 256

/** Numbers that a place takes. */
export interface NumberRange {
  /** For people: `a port`. */
  readonly what: string
  readonly least: number
  readonly most: number
  /** Values that have names. */
  readonly words: Readonly<Record<string, number>>
  readonly expected: readonly string[]
}

/** Class selectors, assured forwarding `af<class><drop>`, expedited forwarding, voice admit (RFC 2474, 2597, 3246, 5865). */
const dscpWords: Readonly<Record<string, number>> = Object.fromEntries([
  ...Array.from({ length: 8 }, (_, index) => [`cs${index}`, index * 8] as const),
  ...[1, 2, 3, 4].flatMap((group) => [1, 2, 3].map((drop) => [`af${group}${drop}`, group * 8 + drop * 2] as const)),
  ['ef', 46] as const,
  ['va', 44] as const,
])

const fieldWords: Partial<Record<NumberFieldName, Readonly<Record<string, number>>>> = { protocol: protocolWords, dscp: dscpWords }

export const ports: NumberRange = { what: 'a port', least: 0, most: 65_535, words: {}, expected: ['53', '1000-2000', '{53, 123}'] }

export function numbersOf(field: NumberFieldName): NumberRange {
  const { names, least, most } = numberFields[field]
  const words = fieldWords[field] ?? {}
  const [first = String(least), second = String(most)] = Object.keys(words)
  return { what: `a value of ${names[0]}`, least, most, words, expected: [first, second, `${least}-${most}`] }
}

const addressExamples = ['203.0.113.7', '203.0.113.0/24', '2001:db8::/32', '{203.0.113.0/24, 2001:db8::/32}']

/** One address or prefix, or a list of them in braces, as canonical prefixes without repetition. */
export function readPrefixes(cursor: TokenCursor): string[] {
  return [...new Set(readList(cursor, readPrefix))]
}

function readPrefix(cursor: TokenCursor): string {
  if (cursor.token.kind !== 'word') throw cursor.unexpected('an address or a prefix', addressExamples)
  const { text } = cursor.token
  const parsed = parsePrefixOrAddress(text)
  if (parsed === undefined) {
    const advice = text.includes('-') ? '; a range of addresses is written as prefixes' : ''
    throw cursor.fault(`${JSON.stringify(text)} is no address and no prefix${advice}`, addressExamples)
  }
  cursor.take()
  return formatIpPrefix(parsed.prefix)
}

/** One number or range, or a list of them in braces; in normal form. */
export function readSpans(cursor: TokenCursor, range: NumberRange): NumberSpan[] {
  return normalSpans(readList(cursor, () => readSpan(cursor, range)))
}

function readSpan(cursor: TokenCursor, range: NumberRange): NumberSpan {
  const { text, kind } = cursor.token
  const dash = text.indexOf('-')
  if (kind !== 'word' || dash <= 0) {
    const value = readNumber(cursor, range)
    return [value, value]
  }
  const token = cursor.take()
  const from = numberAt(cursor, range, { ...token, text: text.slice(0, dash), to: token.from + dash })
  const to = numberAt(cursor, range, { ...token, text: text.slice(dash + 1), from: token.from + dash + 1 })
  if (from > to) throw cursor.fault(`the range ends before it begins; write ${to}-${from}`, [`${to}-${from}`], token)
  return [from, to]
}

/** One number. */
export function readNumber(cursor: TokenCursor, range: NumberRange): number {
  if (cursor.token.kind !== 'word') throw cursor.unexpected(range.what, range.expected)
  return numberAt(cursor, range, cursor.take())
}

function numberAt(cursor: TokenCursor, { what, least, most, words, expected }: NumberRange, token: FilterToken): number {
  const text = token.text.toLowerCase()
  if (Object.hasOwn(words, text)) return words[text] ?? 0
  if (!/^(?:\d{1,10}|0x[\da-f]{1,8})$/.test(text)) {
    const near = /^[a-z]/.test(text) ? nearestName(text, Object.keys(words)) : undefined
    const advice = near === undefined ? '' : `; did you mean ${near}?`
    throw cursor.fault(`${JSON.stringify(token.text)} is not ${what}${advice}`, near === undefined ? expected : [near], token)
  }
  const value = Number(text)
  if (value < least || value > most) throw cursor.fault(`${token.text} is not ${what}: it is from ${least} to ${most}`, expected, token)
  return value
}

function readList<Item>(cursor: TokenCursor, read: (cursor: TokenCursor) => Item): Item[] {
  const start = cursor.token
  if (!cursor.accept('{')) return [read(cursor)]
  const items = [read(cursor)]
  while (cursor.accept(',')) items.push(read(cursor))
  if (!cursor.accept('}')) throw cursor.unexpected('a comma or the end of the list', [',', '}'])
  if (items.length > longestList) throw cursor.fault(`a list has at most ${longestList} values; this one has ${items.length}`, [], start)
  return items
}

/** `syn,!ack`, or `any` for all TCP headers. */
export function readFlags(cursor: TokenCursor): { readonly set: number; readonly unset: number } {
  const start = cursor.token
  if (cursor.accept('any')) return { set: 0, unset: 0 }
  let set = 0
  let unset = 0
  do {
    const isUnset = cursor.accept('!')
    const bit = readFlag(cursor)
    if (isUnset) unset |= bit
    else set |= bit
  } while (cursor.accept(','))
  if ((set & unset) === 0) return { set, unset }
  throw cursor.fault('a flag cannot be both set and not set', [], { ...start, to: cursor.token.from })
}

function readFlag(cursor: TokenCursor): number {
  const names = Object.keys(tcpFlagBits)
  const bits: Readonly<Record<string, number>> = tcpFlagBits
  if (cursor.token.kind !== 'word' || !Object.hasOwn(bits, cursor.text)) throw cursor.unexpected('a TCP flag', names, names)
  return bits[cursor.take().text.toLowerCase()] ?? 0
}
