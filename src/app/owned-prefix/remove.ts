// Removes an owned prefix: nothing inside it can be announced any more.
import { ApiError } from '../../contract/api-errors.ts'
import type { OwnedPrefix } from '../../contract/owned-prefix.ts'
import { change } from '../change.ts'
import type { AdvertisingContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { isAnnounced, readOwnedPrefix } from './rows.ts'

/**
 * @returns the prefix that was
 * @throws ApiError prefix_not_found, prefix_in_use, forbidden
 */
export async function removeOwnedPrefix(context: AdvertisingContext, principal: Principal, id: string): Promise<OwnedPrefix> {
  requireScope(principal, 'prefixes:write')
  const removed = await change(context, principal, async (state) => {
    const prefix = await readOwnedPrefix(state, principal.account.number, id)
    if (await isAnnounced(state, id)) throw new ApiError('prefix_in_use', { prefix: prefix.cidr })
    await state.deleteFrom('owned_prefix').where('id', '=', id).execute()
    return { result: prefix, audit: { action: 'prefix.remove', target: prefix.cidr, detail: { prefix } } }
  })
  await context.advertising.ownedPrefixesChanged()
  return removed
}
