// Changes the role or the name of a member, and one's own name.
import { ApiError } from '../../contract/api-errors.ts'
import type { Member } from '../../contract/member.ts'
import type { Role } from '../../contract/scopes.ts'
import { change } from '../change.ts'
import type { Principal, State, StateContext } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { parseInput } from '../validation.ts'
import { memberChange, ownChange } from './fields.ts'
import { refuseLastAdministrator } from './last-administrator.ts'
import { administersAll, requirePersonal } from './reach.ts'
import { memberView } from './view.ts'

/**
 * A role counts from the next request on.
 * @param asked `body`: `{name?, role?}`
 * @throws ApiError member_invalid, member_not_found, member_refused, forbidden
 */
export async function editMember(
  context: StateContext,
  principal: Principal,
  { user, body }: { readonly user: string; readonly body: unknown },
): Promise<Member> {
  requireScope(principal, 'admin')
  const { name, role } = parseInput(memberChange, body, 'member_invalid')
  return change(context, principal, async (state) => {
    const asked = { state, principal, now: context.clock.now() }
    const before = await memberView(asked, user)
    if (role !== undefined) await setRole(state, { principal, before, role })
    if (name !== undefined && name !== before.user.name) await renameOther(state, { principal, before, name })
    const result = await memberView(asked, user)
    const detail = { email: before.user.email, from: told(before), to: told(result) }
    return { result, audit: { action: 'member.edit', target: user, detail } }
  })
}

/** @param body `{name}` @throws ApiError member_invalid, member_refused */
export async function editMe(context: StateContext, principal: Principal, body: unknown): Promise<Member> {
  requirePersonal(principal)
  const { name } = parseInput(ownChange, body, 'member_invalid')
  const { id, name: from } = principal.user
  return change(context, principal, async (state) => {
    await setName(state, id, name)
    const result = await memberView({ state, principal, now: context.clock.now() }, id)
    return { result, audit: { action: 'member.edit', target: id, detail: { from: { name: from }, to: { name } } } }
  })
}

const told = ({ role, user: { name } }: Member) => ({ name, role })

async function setRole(state: State, { principal, before, role }: { principal: Principal; before: Member; role: Role }): Promise<void> {
  const { number: account } = principal.account
  if (role !== 'administrator') await refuseLastAdministrator(state, account, before)
  await state.updateTable('member').set({ role }).where('account', '=', account).where('user', '=', before.user.id).execute()
}

async function renameOther(
  state: State,
  { principal, before, name }: { principal: Principal; before: Member; name: string },
): Promise<void> {
  const { id, email } = before.user
  if (!(await administersAll(state, principal, id))) {
    const reason = `${email} belongs to another account too, which this credential does not administer, and changes the name in person`
    throw new ApiError('member_refused', { reason })
  }
  await setName(state, id, name)
}

async function setName(state: State, id: string, name: string): Promise<void> {
  await state.updateTable('user').set({ name }).where('id', '=', id).execute()
}
