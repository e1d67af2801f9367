// Lists who belongs to an account, and tells somebody about themselves.
import type { Member } from '../../contract/member.ts'
import type { Principal, StateContext } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { memberView, memberViews } from './view.ts'

/** In the order in which they came. @throws ApiError forbidden */
export async function listMembers({ state, clock }: StateContext, principal: Principal): Promise<Member[]> {
  requireScope(principal, 'admin')
  return memberViews({ state, principal, now: clock.now() })
}

/** Open to every credential: the member whose it is. */
export async function getMe({ state, clock }: StateContext, principal: Principal): Promise<Member> {
  return memberView({ state, principal, now: clock.now() }, principal.user.id)
}
