// Removes somebody from an account, with all that they could get in with.
import { change } from '../change.ts'
import { timeText, type Principal, type State, type StateContext } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { membershipsOf } from './membership.ts'
import { refuseLastAdministrator } from './last-administrator.ts'
import { memberView } from './view.ts'

/**
 * Their tokens of this account are revoked, and all of their browsers are signed out. What they did stays in the audit log under
 * their name.
 * @throws ApiError member_not_found, member_refused, forbidden
 */
export async function removeMember(context: StateContext, principal: Principal, user: string): Promise<{ readonly id: string }> {
  requireScope(principal, 'admin')
  const account = principal.account.number
  return change(context, principal, async (state) => {
    const now = context.clock.now()
    const member = await memberView({ state, principal, now }, user)
    await refuseLastAdministrator(state, account, member)
    await state.deleteFrom('member').where('account', '=', account).where('user', '=', user).execute()
    await state
      .updateTable('token')
      .set({ revoked_at: timeText(now) })
      .where('account', '=', account)
      .where('user', '=', user)
      .where('revoked_at', 'is', null)
      .execute()
    await state.deleteFrom('session').where('user', '=', user).execute()
    if ((await membershipsOf(state, user)).length === 0) await forget(state, user, member.joined)
    const { email } = member.user
    return { result: { id: user }, audit: { action: 'member.remove', target: user, detail: { email, role: member.role } } }
  })
}

/** Somebody who belongs nowhere any more has no password either, and begins anew when invited again. */
async function forget(state: State, user: string, joined: boolean): Promise<void> {
  const acted = joined || (await state.selectFrom('audit').select('id').where('user', '=', user).limit(1).executeTakeFirst())
  if (acted) await state.updateTable('user').set({ password_hash: null }).where('id', '=', user).execute()
  else await state.deleteFrom('user').where('id', '=', user).execute()
}
