// The check that every verb begins with.
import { ApiError } from '../contract/api-errors.ts'
import { hasScope, type Scope } from '../contract/scopes.ts'
import type { Principal } from './context.ts'

/** @throws ApiError forbidden */
export function requireScope(principal: Principal, wanted: Scope): void {
  if (!hasScope(principal.scopes, wanted)) throw new ApiError('forbidden', { scope: wanted })
}
