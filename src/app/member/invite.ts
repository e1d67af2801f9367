// Adds somebody to an account, and makes links to sign in with. No mail is sent: whoever asked passes the link on.
import { newId } from '../../base/secret.ts'
import { ApiError } from '../../contract/api-errors.ts'
import type { Invitation } from '../../contract/member.ts'
import { change } from '../change.ts'
import { timeText, type Principal, type State, type StateContext } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { createLink, linkMilliseconds } from '../session/create-link.ts'
import { parseInput } from '../validation.ts'
import { invitation } from './fields.ts'
import { administersAll } from './reach.ts'
import { memberView } from './view.ts'

/** Of an account. */
const maxMembers = 1000

/**
 * Somebody who is known from another account stays the same user, name included.
 * @param body `{email, role, name?}`
 * @throws ApiError member_invalid, member_refused, forbidden
 */
export async function inviteMember(context: StateContext, principal: Principal, body: unknown): Promise<Invitation> {
  requireScope(principal, 'admin')
  const { email, role, name = email.split('@')[0] ?? email } = parseInput(invitation, body, 'member_invalid')
  const account = principal.account.number
  return change(context, principal, async (state) => {
    const now = context.clock.now()
    await refuseTooMany(state, account)
    const user = await findOrAdd(state, { email, name, now })
    const row = { account, user, role, created_at: timeText(now) }
    const { numInsertedOrUpdatedRows: added } = await state
      .insertInto('member')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow()
    if (added !== 1n) throw new ApiError('member_refused', { reason: `${email} is a member already; change the role instead` })
    const result = await invitationOf(state, { principal, user, now })
    return { result, audit: { action: 'member.invite', target: user, detail: { email, role } } }
  })
}

/**
 * A link to sign in with, for somebody who has lost the last one or the password. Earlier links of the same user stop working.
 * @param user id of a member of this account
 * @throws ApiError member_not_found, member_refused, forbidden
 */
export async function linkMember(context: StateContext, principal: Principal, user: string): Promise<Invitation> {
  requireScope(principal, 'admin')
  return change(context, principal, async (state) => {
    const result = await invitationOf(state, { principal, user, now: context.clock.now() })
    const { email } = result.member.user
    if (result.link === null) throw new ApiError('member_refused', { reason: foreignReason(email) })
    return { result, audit: { action: 'member.link', target: user, detail: { email } } }
  })
}

async function refuseTooMany(state: State, account: number): Promise<void> {
  const { members } = await state
    .selectFrom('member')
    .select(({ fn }) => fn.countAll<number>().as('members'))
    .where('account', '=', account)
    .executeTakeFirstOrThrow()
  if (members >= maxMembers)
    throw new ApiError('member_refused', { reason: `an account has ${maxMembers} members at the most; remove one` })
}

/** The id of the user with this address. */
async function findOrAdd(state: State, { email, name, now }: { email: string; name: string; now: number }): Promise<string> {
  const known = await state.selectFrom('user').select('id').where('email', '=', email).executeTakeFirst()
  if (known) return known.id
  const id = newId()
  await state
    .insertInto('user')
    .values({ id, email, name, created_at: timeText(now) })
    .execute()
  return id
}

interface Invited {
  readonly principal: Principal
  readonly user: string
  readonly now: number
}

async function invitationOf(state: State, { principal, user, now }: Invited): Promise<Invitation> {
  const member = await memberView({ state, principal, now }, user)
  if (!(await administersAll(state, principal, user))) return { member, link: null, expires_at: null }
  const secret = await createLink(state, { account: principal.account.number, user }, now)
  return { member, link: `/sign-in#link=${secret}`, expires_at: timeText(now + linkMilliseconds) }
}

const foreignReason = (email: string) =>
  `${email} belongs to another account too, which this credential does not administer, and signs in there; where that is lost, whoever runs the server makes a link: drawbridge members link ${email}`
