// Changes an owned prefix: how far it may be used, its drivers, its lock. The prefix itself stays: register another one.
import { change } from '../change.ts'
import { timeText, type AdvertisingContext, type Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'
import type { OwnedPrefix } from '../../contract/owned-prefix.ts'
import { parseOwnedPrefixChange } from './fields.ts'
import { judged } from './judged.ts'
import { readOwnedPrefix, updateOwnedPrefix } from './rows.ts'

/**
 * A lock forbids new announcements; what is announced stays until it is withdrawn. Unlocking forgets the reason.
 * @param request.body the fields that change
 * @throws ApiError prefix_not_found, prefix_invalid, forbidden
 */
export async function editOwnedPrefix(
  context: AdvertisingContext,
  principal: Principal,
  { id, body }: { readonly id: string; readonly body: unknown },
): Promise<OwnedPrefix> {
  requireScope(principal, 'prefixes:write')
  const changes = parseOwnedPrefixChange(body)
  const account = principal.account.number
  const after = await change(context, principal, async (state) => {
    const before = await readOwnedPrefix(state, account, id)
    // partial() makes keys optional, it never puts undefined in: JSON has none.
    const wanted = { ...before, ...(changes as Partial<OwnedPrefix>) }
    const { fields } = await judged(state, wanted, before)
    const after = { ...before, ...fields, modified_at: timeText(context.clock.now()) }
    await updateOwnedPrefix(state, after)
    return { result: after, audit: { action: 'prefix.edit', target: after.cidr, detail: { before, after } } }
  })
  await context.advertising.ownedPrefixesChanged()
  return after
}
