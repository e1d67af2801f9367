// Lists API tokens and keys, without their secrets.
import type { ApiToken } from '../../contract/member.ts'
import { hasScope } from '../../contract/scopes.ts'
import type { Principal, StateContext } from '../context.ts'
import { isPersonal } from '../member/reach.ts'
import { requireScope } from '../scopes.ts'
import { tokenView } from './rows.ts'

/**
 * The newest first: all of the account for administrators, their own for others.
 * @throws ApiError forbidden for a token that does not administer
 */
export async function listTokens({ state }: Pick<StateContext, 'state'>, principal: Principal): Promise<ApiToken[]> {
  const all = hasScope(principal.scopes, 'admin')
  if (!isPersonal(principal)) requireScope(principal, 'admin')
  const rows = await state
    .selectFrom('token')
    .innerJoin('user', 'user.id', 'token.user')
    .selectAll('token')
    .select(['user.email as user_email', 'user.name as user_name'])
    .where('token.account', '=', principal.account.number)
    .$if(!all, (query) => query.where('token.user', '=', principal.user.id))
    .orderBy('token.created_at', 'desc')
    .orderBy('token.id')
    .execute()
  return rows.map(({ user_email: email, user_name: name, ...row }) => tokenView(row, { id: row.user, email, name }))
}
