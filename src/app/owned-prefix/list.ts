// Lists the owned prefixes of an account.
import type { OwnedPrefix } from '../../contract/owned-prefix.ts'
import type { AppContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { readOwnedPrefixes } from './rows.ts'

/** Oldest first. @throws ApiError forbidden */
export async function listOwnedPrefixes(context: Pick<AppContext, 'state'>, principal: Principal): Promise<OwnedPrefix[]> {
  requireScope(principal, 'advertisements:read')
  return readOwnedPrefixes(context.state, principal.account.number)
}
