// The filter language: text to a tree of conditions.
import { filterLimits } from '../contract/agent-protocol.ts'
import type { PacketFilter } from '../contract/packet-filter.ts'
import { isAtEnd, readFilter } from './boolean-grammar.ts'
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
  return readFilter<PacketFilter>(cursor, {
    deepest: filterLimits.depth,
    condition: countedConditions(),
    joined: (kind, of) => ({ kind, of }),
    negated: (of) => ({ kind: 'not', of }),
  })
}

/** Reads conditions of one filter, as many as it can have. */
function countedConditions() {
  let read = 0
  return (cursor: TokenCursor, negations: number): PacketFilter => {
    const start = cursor.token
    const condition = readCondition(cursor)
    // `udp port 53` are two.
    read += condition.kind === 'all' ? condition.of.length : 1
    if (condition.kind === 'bytes' && negations > 0) throw negatedBytes(cursor, start)
    if (read <= filterLimits.conditions) return condition
    throw cursor.fault(`a filter has at most ${filterLimits.conditions} conditions; lists in braces count as one`, [], start)
  }
}
