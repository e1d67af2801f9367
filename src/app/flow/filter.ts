// Reads the filter of a question about flows.
import type { FlowFilter } from '../../query/flow-filter.ts'
import { parseFlowFilter } from '../../query/language/parse-flow-filter.ts'
import { withPlace } from '../filter-fault.ts'

/**
 * @param text of the filter language; empty holds every flow
 * @param rules names of the account's rules by id
 * @throws ApiError filter_invalid with the fault and the pointer `/filter`
 */
export function readFlowFilter(text: string, rules: ReadonlyMap<string, string>): FlowFilter {
  const ids = new Map([...rules].map(([id, name]) => [name, id]))
  return withPlace('/filter', () => parseFlowFilter(text, { rules: ids }))
}
