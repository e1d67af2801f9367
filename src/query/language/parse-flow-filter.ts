// The filter language of questions about flows: text to a tree of conditions.
import { longestFlowFilter } from '../../contract/flow-question.ts'
import { isAtEnd, readFilter } from '../../filter/boolean-grammar.ts'
import { FilterError } from '../../filter/filter-error.ts'
import { TokenCursor } from '../../filter/token-cursor.ts'
import { conditions, type FlowFilter } from '../flow-filter.ts'
import { readFlowCondition, type FlowFilterNames } from './flow-condition.ts'
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
  return readFilter<FlowFilter>(cursor, {
    deepest,
    condition: countedConditions(names),
    joined: (kind, of) => (kind === 'all' ? { all: of } : { any: of }),
    negated: negatedFilter,
  })
}

function tooLong({ length }: string): FilterError {
  const message = `a filter has at most ${longestFlowFilter} characters; this one has ${length}`
  return new FilterError({ message, from: longestFlowFilter, to: length, expected: [] })
}

/** Reads conditions of one filter, as many as it can have. */
function countedConditions(names: FlowFilterNames) {
  let read = 0
  return (cursor: TokenCursor): FlowFilter => {
    const start = cursor.token
    const condition = readFlowCondition({ cursor, names })
    read += [...conditions(condition)].length
    if (read <= mostConditions) return condition
    const advice = 'values in braces count as one; what has no side counts twice, and so does a range'
    throw cursor.fault(`a filter has at most ${mostConditions} conditions: ${advice}`, [], start)
  }
}
