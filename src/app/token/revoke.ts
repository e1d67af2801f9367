// Revokes an API token or key at once, with the sessions that were opened with it.
import { ApiError } from '../../contract/api-errors.ts'
import type { ApiToken } from '../../contract/member.ts'
import { hasScope } from '../../contract/scopes.ts'
import { change } from '../change.ts'
import { timeText, type Principal, type StateContext } from '../context.ts'
import { isPersonal } from '../member/reach.ts'
import { requireScope } from '../scopes.ts'
import { deleteSessionsOf } from '../session/rows.ts'
import { tokenView } from './rows.ts'

/**
 * Any of the account for administrators, their own for others. Doing it twice changes nothing.
 * @throws ApiError token_not_found, forbidden for a token that does not administer
 */
export async function revokeToken(context: StateContext, principal: Principal, id: string): Promise<ApiToken> {
  const all = hasScope(principal.scopes, 'admin')
  if (!isPersonal(principal)) requireScope(principal, 'admin')
  return change(context, principal, async (state) => {
    const row = await state
      .selectFrom('token')
      .selectAll()
      .where('account', '=', principal.account.number)
      .where('id', '=', id)
      .$if(!all, (query) => query.where('user', '=', principal.user.id))
      .executeTakeFirst()
    if (!row) throw new ApiError('token_not_found', { id })
    const user = await state.selectFrom('user').select(['id', 'email', 'name']).where('id', '=', row.user).executeTakeFirstOrThrow()
    const revoked_at = row.revoked_at ?? timeText(context.clock.now())
    await state.updateTable('token').set({ revoked_at }).where('id', '=', id).execute()
    await deleteSessionsOf(state, id)
    return { result: tokenView({ ...row, revoked_at }, user), audit: { action: 'token.revoke', target: id, detail: { name: row.name } } }
  })
}
