// The choice of unit in the address of a page.
import type { Metric } from '../api/flow-groups.ts'

export interface UnitSearch {
  readonly unit?: Metric
}

/** Reads search parameters of unknown origin. */
export function readUnitSearch(search: Readonly<Record<string, unknown>>): UnitSearch {
  const unit = search['unit']
  return unit === 'bits' || unit === 'packets' ? { unit } : {}
}
