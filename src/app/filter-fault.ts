// Says in the API's words what is wrong with a filter, and where.
import { ApiError } from '../contract/api-errors.ts'
import type { FilterFault } from '../contract/packet-filter.ts'
import { FilterError } from '../filter/filter-error.ts'

/**
 * @param pointer where in the request the filter stands
 * @throws ApiError filter_invalid with the fault
 */
export function withPlace<T>(pointer: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof FilterError)) throw error
    const { fault } = error
    throw new ApiError('filter_invalid', { reason: `${fault.message}${place(fault)}` }, pointer, fault)
  }
}

/** People count from 1. A fault of the whole has no place. */
function place({ from, to }: FilterFault): string {
  if (to === 0) return ''
  return to <= from + 1 ? ` (at character ${from + 1})` : ` (characters ${from + 1} to ${to})`
}
