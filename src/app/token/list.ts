// Lists the API tokens and keys of an account, without their secrets.
import type { Principal, StateContext } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { tokenView, type TokenView } from './rows.ts'

/** The newest first. */
export async function listTokens(context: Pick<StateContext, 'state'>, principal: Principal): Promise<TokenView[]> {
  requireScope(principal, 'admin')
  const rows = await context.state
    .selectFrom('token')
    .selectAll()
    .where('account', '=', principal.account.number)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute()
  return rows.map(tokenView)
}
