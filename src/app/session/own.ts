// The browsers that somebody is signed in with: lists them and signs them out.
import { ApiError } from '../../contract/api-errors.ts'
import type { BrowserSession } from '../../contract/member.ts'
import { change } from '../change.ts'
import { timeText, type Principal, type StateContext } from '../context.ts'
import { requirePersonal } from '../member/reach.ts'
import { endOtherSessions } from './rows.ts'

const ways = ['link', 'password', 'token'] as const

/** The one that was used last first. @throws ApiError member_refused for who asks with a token */
export async function listSessions({ state, clock }: StateContext, principal: Principal): Promise<BrowserSession[]> {
  if (principal.via !== 'session') requirePersonal(principal)
  const rows = await state
    .selectFrom('session')
    .select(['id', 'created_at', 'used_at', 'expires_at', 'opened_with', 'user_agent'])
    .where('user', '=', principal.user.id)
    .where('kind', '=', 'session')
    .where('expires_at', '>', timeText(clock.now()))
    .orderBy('used_at', 'desc')
    .orderBy('id')
    .execute()
  return rows.map(({ id, created_at, used_at, expires_at, opened_with, user_agent }) => ({
    id,
    this_one: id === principal.credential,
    created_at,
    used_at: used_at ?? created_at,
    expires_at,
    with: ways.find((way) => way === opened_with) ?? 'link',
    user_agent,
  }))
}

/** @throws ApiError session_not_found, member_refused */
export async function endSession(context: StateContext, principal: Principal, id: string): Promise<{ readonly id: string }> {
  requirePersonal(principal)
  return change(context, principal, async (state) => {
    const { numDeletedRows } = await state
      .deleteFrom('session')
      .where('user', '=', principal.user.id)
      .where('kind', '=', 'session')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    if (numDeletedRows === 0n) throw new ApiError('session_not_found', { id })
    return { result: { id }, audit: { action: 'session.end', target: id } }
  })
}

/** All but the one that asks, and unused links. @throws ApiError member_refused */
export async function endSessions(context: StateContext, principal: Principal): Promise<{ readonly ended: number }> {
  requirePersonal(principal)
  return change(context, principal, async (state) => {
    const ended = await endOtherSessions(state, principal)
    return { result: { ended }, audit: { action: 'session.end_others', target: principal.user.id, detail: { ended } } }
  })
}
