// The filter language: text to a tree of conditions. `and` binds closer than `or`, `not` closer than both.
import { filterLimits } from '../contract/agent-protocol.ts'
import type { PacketFilter } from '../contract/packet-filter.ts'
import { negatedBytes } from './filter-bytes.ts'
import { readCondition } from './filter-condition.ts'
import { conditionStarts } from './filter-names.ts'
import { TokenCursor } from './token-cursor.ts'

/**
 * Reads a filter. See docs/captures.md for the language.
 * @throws FilterError, and nothing else, for all that is no filter
 */
export function parseFilter(text: string): PacketFilter {
  const cursor = new TokenCursor(text)
  if (isAtEnd(cursor)) throw cursor.fault('the filter is empty; leave it out to match every packet', conditionStarts)
  const filter = readAny({ cursor, depth: 0, negations: 0, conditions: 0 })
  if (!isAtEnd(cursor)) throw cursor.unexpected('and, or, or the end', ['and', 'or'], ['and', 'or'])
  return filter
}

const isAtEnd = (cursor: TokenCursor) => cursor.token.kind === 'end'

interface Reading {
  readonly cursor: TokenCursor
  /** Parentheses and negations around the place. */
  depth: number
  /** Negations around the place. */
  negations: number
  /** Read so far. */
  conditions: number
}

function readAny(reading: Reading): PacketFilter {
  return readJoined(reading, { kind: 'any', words: ['or', '||'], read: readAll })
}

function readAll(reading: Reading): PacketFilter {
  return readJoined(reading, { kind: 'all', words: ['and', '&&'], read: readNegated })
}

interface Joint {
  readonly kind: 'all' | 'any'
  readonly words: readonly string[]
  readonly read: (reading: Reading) => PacketFilter
}

function readJoined(reading: Reading, { kind, words, read }: Joint): PacketFilter {
  const first = read(reading)
  const of = [first]
  while (reading.cursor.accept(...words)) of.push(read(reading))
  return of.length === 1 ? first : { kind, of }
}

function readNegated(reading: Reading): PacketFilter {
  const { cursor } = reading
  if (cursor.text !== 'not' && cursor.text !== '!') return readPrimary(reading)
  deepen(reading)
  cursor.take()
  reading.negations++
  const of = readNegated(reading)
  reading.negations--
  reading.depth--
  return { kind: 'not', of }
}

function readPrimary(reading: Reading): PacketFilter {
  const { cursor } = reading
  if (cursor.text !== '(') return readCounted(reading)
  deepen(reading)
  cursor.take()
  const inside = readAny(reading)
  if (!cursor.accept(')')) throw cursor.unexpected('and, or, or a closing parenthesis', [')', 'and', 'or'], ['and', 'or'])
  reading.depth--
  return inside
}

function readCounted(reading: Reading): PacketFilter {
  const start = reading.cursor.token
  const condition = readCondition(reading.cursor)
  // `udp port 53` are two.
  reading.conditions += condition.kind === 'all' ? condition.of.length : 1
  if (condition.kind === 'bytes' && reading.negations > 0) throw negatedBytes(reading.cursor, start)
  if (reading.conditions <= filterLimits.conditions) return condition
  throw reading.cursor.fault(`a filter has at most ${filterLimits.conditions} conditions; lists in braces count as one`, [], start)
}

function deepen(reading: Reading): void {
  if (++reading.depth > filterLimits.depth) {
    throw reading.cursor.fault(`parentheses and negations nest at most ${filterLimits.depth} deep`)
  }
}
