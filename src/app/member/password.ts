// Sets and removes one's own password. Either signs all other browsers out, as somebody else may be in one of them.
import { ApiError } from '../../contract/api-errors.ts'
import { passwordLength, type Member } from '../../contract/member.ts'
import { change } from '../change.ts'
import type { AppContext, Principal, State } from '../context.ts'
import { endOtherSessions } from '../session/rows.ts'
import { parseInput } from '../validation.ts'
import { passwordChange, passwordRemoval } from './fields.ts'
import { requirePersonal } from './reach.ts'
import { memberView } from './view.ts'

export type PasswordContext = Pick<AppContext, 'state' | 'clock' | 'passwords'>

/** So long after signing in by a link a forgotten password can be replaced without it. */
const freshLinkMs = 15 * 60_000

/**
 * @param body `{password, current?}`; `current` where there is a password, but for 15 min after signing in by a link
 * @throws ApiError password_invalid, member_refused, rate_limited
 */
export async function setPassword(context: PasswordContext, principal: Principal, body: unknown): Promise<Member> {
  requirePersonal(principal)
  const { password, current } = parseInput(passwordChange, body, 'password_invalid')
  checkNew(password, principal.user.email)
  const before = await checkCurrent(context, principal, current)
  const password_hash = await context.passwords.hash(password)
  return store(context, principal, { before, password_hash })
}

/** Links of an administrator are the only way in then. @param body `{current}` @throws ApiError as above */
export async function removePassword(context: PasswordContext, principal: Principal, body: unknown): Promise<Member> {
  requirePersonal(principal)
  const { current } = parseInput(passwordRemoval, body ?? {}, 'password_invalid')
  const before = await checkCurrent(context, principal, current)
  return store(context, principal, { before, password_hash: null })
}

function checkNew(password: string, email: string): void {
  const { least, most } = passwordLength
  const length = Array.from(password).length
  if (length < least) throw invalid(`it has ${length} characters; ${least} are the least`, 'password')
  if (length > most) throw invalid(`it has ${length} characters; ${most} are the most`, 'password')
  if (password.trim().toLowerCase() === email) throw invalid('it is the e-mail address, which others know', 'password')
}

/** The hash that there is. */
async function checkCurrent({ state, clock, passwords }: PasswordContext, principal: Principal, current?: string): Promise<string | null> {
  const { id, email } = principal.user
  const { password_hash } = await state.selectFrom('user').select('password_hash').where('id', '=', id).executeTakeFirstOrThrow()
  if (password_hash === null) return null
  if (current === undefined && (await hasFreshLink(state, principal, clock.now()))) return password_hash
  if (current === undefined) throw invalid('the present password is needed; where it is forgotten, sign in by a new link first', 'current')
  if (!(await passwords.matches(email, current, password_hash))) throw invalid('the present password is another one', 'current')
  return password_hash
}

async function hasFreshLink(state: State, { credential }: Principal, now: number): Promise<boolean> {
  const session = await state.selectFrom('session').select(['opened_with', 'created_at']).where('id', '=', credential).executeTakeFirst()
  return session?.opened_with === 'link' && Date.parse(session.created_at) > now - freshLinkMs
}

interface NewPassword {
  readonly before: string | null
  readonly password_hash: string | null
}

async function store(context: PasswordContext, principal: Principal, { before, password_hash }: NewPassword): Promise<Member> {
  const { id } = principal.user
  return change(context, principal, async (state) => {
    const row = await state.selectFrom('user').select('password_hash').where('id', '=', id).executeTakeFirst()
    if (row?.password_hash !== before) throw invalid('it has just been changed by somebody else; sign in anew')
    await state.updateTable('user').set({ password_hash }).where('id', '=', id).execute()
    await endOtherSessions(state, principal)
    const result = await memberView({ state, principal, now: context.clock.now() }, id)
    const action = password_hash === null ? 'member.remove_password' : 'member.set_password'
    return { result, audit: { action, target: id } }
  })
}

const invalid = (reason: string, field?: string) =>
  new ApiError('password_invalid', { reason }, field === undefined ? undefined : `/${field}`)
