// Reads what stands behind a field: one value, a range, or a list of both in braces.
import { nearestName } from '../../base/nearest-name.ts'
import type { FilterToken } from '../../filter/filter-tokens.ts'
import type { TokenCursor } from '../../filter/token-cursor.ts'
import type { FlowValue, ValueRules } from './flow-values.ts'
import { valueText } from './quoted-values.ts'

/** Values of one list at most; as many as GraphQL takes. */
export const longestList = 500

type ValueRange = readonly [from: FlowValue, to: FlowValue]

/** Without repetitions; `values` in the order in which they were written. */
export interface ValueSet {
  readonly values: readonly FlowValue[]
  /** Inclusive. */
  readonly ranges: readonly ValueRange[]
}

/** @throws FilterError */
export function readValueSet(cursor: TokenCursor, rules: ValueRules): ValueSet {
  const values = new Set<FlowValue>()
  const ranges: ValueRange[] = []
  readItems(cursor, () => {
    const range = readRange(cursor, rules)
    if (range === undefined) values.add(readValue(cursor, rules))
    else ranges.push(range)
  })
  return { values: [...values], ranges }
}

/** One item, or a list of them in braces; an empty list holds nothing. @throws FilterError */
export function readItems(cursor: TokenCursor, readItem: () => void): void {
  if (!cursor.accept('{')) {
    readItem()
    return
  }
  if (cursor.accept('}')) return
  let count = 0
  do {
    if (++count > longestList) throw cursor.fault(`a list has at most ${longestList} values`)
    readItem()
  } while (cursor.accept(','))
  if (!cursor.accept('}')) throw cursor.unexpected('a comma or the end of the list', [',', '}'])
}

/** One value. @throws FilterError */
export function readValue(cursor: TokenCursor, rules: ValueRules): FlowValue {
  const { token } = cursor
  if (token.kind !== 'word' && token.kind !== 'quoted') throw cursor.unexpected(rules.what, rules.expected)
  const value = rules.read(valueText(token))
  if (value === undefined) throw noValue(cursor, rules, token)
  cursor.take()
  return value
}

/** Characters of a value that a fault repeats. */
const longestTold = 64

/** What is no value, and the word that was meant. */
export function noValue(cursor: TokenCursor, { what, expected, words }: ValueRules, token: FilterToken): Error {
  const text = valueText(token)
  const near = /^[a-z]/i.test(text) ? nearestName(text, words) : undefined
  const advice = near === undefined ? '' : `; did you mean ${near}?`
  const told = text.length > longestTold ? `${text.slice(0, longestTold)}…` : text
  return cursor.fault(`${JSON.stringify(told)} is not ${what}${advice}`, near === undefined ? expected : [near], token)
}

/** Longer than two values and a dash; bounds the places at which a word is cut. */
const longestRange = 130

/** `1000-2000`, of dimensions that have ranges: a word that is no value itself and is two with a dash between them. */
function readRange(cursor: TokenCursor, { read, print, inOrder }: ValueRules): ValueRange | undefined {
  const { kind, text } = cursor.token
  if (kind !== 'word' || text.length > longestRange || inOrder === undefined || read(text) !== undefined) return undefined
  for (let dash = text.indexOf('-', 1); dash !== -1; dash = text.indexOf('-', dash + 1)) {
    const from = read(text.slice(0, dash))
    const to = read(text.slice(dash + 1))
    if (from === undefined || to === undefined) continue
    if (!inOrder(from, to)) throw backwards(cursor, inOrder(to, from) ? `${print(to)}-${print(from)}` : undefined)
    cursor.take()
    return [from, to]
  }
  return undefined
}

function backwards(cursor: TokenCursor, turned: string | undefined): Error {
  if (turned === undefined) return cursor.fault('a range has two addresses of the same IP version, no prefixes')
  return cursor.fault(`the range ends before it begins; write ${turned}`, [turned])
}

/** As many as SQL is made of. */
const longestPattern = 256

/** The pattern behind `like`. @throws FilterError */
export function readPattern(cursor: TokenCursor, example: string): string {
  const { kind } = cursor.token
  if (kind !== 'word' && kind !== 'quoted')
    throw cursor.unexpected('a pattern in quotation marks, in which % stands for any text', [example])
  const pattern = valueText(cursor.token)
  if (pattern.length > longestPattern) throw cursor.fault(`a pattern has at most ${longestPattern} characters`)
  cursor.take()
  return pattern
}
