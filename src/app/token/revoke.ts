// Revokes an API token or key at once, with the sessions that were opened with it.
import { ApiError } from '../../contract/api-errors.ts'
import { change } from '../change.ts'
import { timeText, type Principal, type StateContext } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { deleteSessionsOf } from '../session/rows.ts'
import { tokenView, type TokenView } from './rows.ts'

/**
 * Doing it twice changes nothing.
 * @throws ApiError invalid_request when there is no such token, forbidden
 */
export async function revokeToken(context: StateContext, principal: Principal, id: string): Promise<TokenView> {
  requireScope(principal, 'admin')
  return change(context, principal, async (state) => {
    const row = await state
      .selectFrom('token')
      .selectAll()
      .where('account', '=', principal.account.number)
      .where('id', '=', id)
      .executeTakeFirst()
    if (!row) throw new ApiError('invalid_request', { reason: `there is no token ${id}` })
    const revoked_at = row.revoked_at ?? timeText(context.clock.now())
    await state.updateTable('token').set({ revoked_at }).where('id', '=', id).execute()
    await deleteSessionsOf(state, id)
    return { result: tokenView({ ...row, revoked_at }), audit: { action: 'token.revoke', target: id, detail: { name: row.name } } }
  })
}
