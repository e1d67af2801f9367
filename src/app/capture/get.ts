// Reads one capture, what its download holds, and what the filter language has.
import type { Capture, CaptureManifest } from '../../contract/capture.ts'
import { filterExamples, filterFields, filterOperators } from '../../contract/packet-filter.ts'
import type { CaptureContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'

type Context = Pick<CaptureContext, 'capturing'>

/** @throws ApiError capture_not_found, forbidden */
export async function getCapture({ capturing }: Context, principal: Principal, id: string): Promise<Capture> {
  requireScope(principal, 'captures:read')
  return capturing.get(principal.account.number, id)
}

/** @throws ApiError capture_not_found, capture_state, forbidden */
export async function getManifest({ capturing }: Context, principal: Principal, id: string): Promise<CaptureManifest> {
  requireScope(principal, 'captures:read')
  return capturing.manifest(principal.account.number, id)
}

/** For help: everything that a filter can ask for. @throws ApiError forbidden */
export function getFilterFields(principal: Principal) {
  requireScope(principal, 'captures:read')
  return { fields: filterFields, operators: filterOperators, examples: filterExamples }
}
