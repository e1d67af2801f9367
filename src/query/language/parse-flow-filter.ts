// The filter language of questions about flows: text to a tree of conditions. `and` binds closer than `or`, `not` closer than both.
import { longestFlowFilter } from '../../contract/flow-question.ts'
import { FilterError } from '../../filter/filter-error.ts'
import { TokenCursor } from '../../filter/token-cursor.ts'
import { conditions, type FlowFilter } from '../flow-filter.ts'
import { readFlowCondition, type ConditionScope, type FlowFilterNames } from './flow-condition.ts'
import { negatedFilter } from './negated-filter.ts'
import { quotedValueAt } from './quoted-values.ts'

/** As many as GraphQL takes. */
const mostConditions = 500
const deepest = 50

/**
 * Reads a filter. See docs/queries.md for the language. Empty text holds every flow.
 * @throws FilterError, and nothing else, for all that is no filter
 */
export function parseFlowFilter(text: string, names: FlowFilterNames = {}): FlowFilter {
  if (text.length > longestFlowFilter) throw tooLong(text)
  const cursor = new TokenCursor(text, quotedValueAt)
  if (isAtEnd(cursor)) return { all: [] }
  const filter = readAny({ cursor, names, depth: 0, conditions: 0 })
  if (!isAtEnd(cursor)) throw cursor.unexpected('and, or, or the end', ['and', 'or'], ['and', 'or'])
  return filter
}

function tooLong({ length }: string): FilterError {
  const message = `a filter has at most ${longestFlowFilter} characters; this one has ${length}`
  return new FilterError({ message, from: longestFlowFilter, to: length, expected: [] })
}

const isAtEnd = (cursor: TokenCursor) => cursor.token.kind === 'end'

interface Reading extends ConditionScope {
  /** Parentheses and negations around the place. */
  depth: number
  /** Read so far. */
  conditions: number
}

function readAny(reading: Reading): FlowFilter {
  const parts = readJoined(reading, ['or', '||'], readAll)
  return parts.length === 1 ? parts[0] : { any: parts }
}

function readAll(reading: Reading): FlowFilter {
  const parts = readJoined(reading, ['and', '&&'], readNegated)
  return parts.length === 1 ? parts[0] : { all: parts }
}

function readJoined(
  reading: Reading,
  words: readonly string[],
  read: (reading: Reading) => FlowFilter,
): readonly [FlowFilter, ...FlowFilter[]] {
  const parts: [FlowFilter, ...FlowFilter[]] = [read(reading)]
  while (reading.cursor.accept(...words)) parts.push(read(reading))
  return parts
}

function readNegated(reading: Reading): FlowFilter {
  const { cursor } = reading
  if (cursor.text !== 'not' && cursor.text !== '!') return readPrimary(reading)
  deepen(reading)
  cursor.take()
  const of = readNegated(reading)
  reading.depth--
  return negatedFilter(of)
}

function readPrimary(reading: Reading): FlowFilter {
  const { cursor } = reading
  if (cursor.text !== '(') return readCounted(reading)
  deepen(reading)
  cursor.take()
  const inside = readAny(reading)
  if (!cursor.accept(')')) throw cursor.unexpected('and, or, or a closing parenthesis', [')', 'and', 'or'], ['and', 'or'])
  reading.depth--
  return inside
}

function readCounted(reading: Reading): FlowFilter {
  const start = reading.cursor.token
  const condition = readFlowCondition(reading)
  reading.conditions += [...conditions(condition)].length
  if (reading.conditions <= mostConditions) return condition
  const advice = 'values in braces count as one; what has no side counts twice, and so does a range'
  throw reading.cursor.fault(`a filter has at most ${mostConditions} conditions: ${advice}`, [], start)
}

function deepen(reading: Reading): void {
  if (++reading.depth > deepest) throw reading.cursor.fault(`parentheses and negations nest at most ${deepest} deep`)
}
