// What is wrong with a filter, and where.
import type { FilterFault } from '../contract/packet-filter.ts'

export class FilterError extends Error {
  readonly fault: FilterFault

  constructor(fault: FilterFault) {
    super(fault.message)
    this.name = 'FilterError'
    this.fault = fault
  }
}

/** A fault of a filter as a whole, which has no place in its text. */
export function wholeFault(message: string): FilterError {
  return new FilterError({ message, from: 0, to: 0, expected: [] })
}
