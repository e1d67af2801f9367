// Opens a browser session for who has a one-time link, an API token, or an e-mail address with its password.
import { z } from 'zod'
import { ApiError } from '../../contract/api-errors.ts'
import type { BrowserSession } from '../../contract/member.ts'
import { roleScopes } from '../../contract/scopes.ts'
import { change } from '../change.ts'
import { timeText, type AppContext, type Principal, type State, type StateContext } from '../context.ts'
import { passwordSignIn } from '../member/fields.ts'
import { membershipOf, membershipsOf } from '../member/membership.ts'
import { hashSecret, sameHash } from '../../base/secret.ts'
import { verifyToken } from '../token/verify.ts'
import { parseInput } from '../validation.ts'
import { insertSession } from './rows.ts'

export interface SignedIn {
  readonly principal: Principal
  /** For the cookie. */
  readonly secret: string
}

export type SignInContext = Pick<AppContext, 'state' | 'clock' | 'passwords'>

const secretSignIn = z.object(
  { secret: z.string({ error: 'must be text' }).min(1, 'must not be empty').max(512, 'is too long') },
  { error: 'must be a JSON object' },
)

/** The action in the audit by which the first run knows that somebody has been here. */
export const signInAction = 'session.sign_in'

/** Who has shown what, and what makes sure inside the transaction that it still counts. */
interface Proof {
  readonly principal: Principal
  readonly with: BrowserSession['with']
  readonly token?: string
  readonly stillCounts: (state: State) => Promise<boolean>
}

/**
 * A link or password gives what the roles of its user give, in every account that the user belongs to; a token gives its own
 * scopes, and the session ends with it.
 * @param asked `body`: `{secret}` or `{email, password}`
 * @throws ApiError authentication for a secret that is unknown, used, expired or revoked, and for a password that is not that
 *   of this address; invalid_request, rate_limited, too_many_requests
 */
export async function signIn(
  context: SignInContext,
  asked: { readonly body: unknown; readonly userAgent?: string | undefined },
): Promise<SignedIn> {
  const { body, userAgent } = asked
  const proof = hasPassword(body) ? await passwordOwner(context, body) : await secretOwner(context, body)
  if (!proof) throw new ApiError('authentication')
  const { principal, token, with: opened } = proof
  return change(context, principal, async (state) => {
    if (!(await proof.stillCounts(state))) throw new ApiError('authentication')
    const owner = { account: principal.account.number, user: principal.user.id, token, with: opened, userAgent }
    const session = await insertSession(state, owner, context.clock.now())
    const result = { principal: { ...principal, via: 'session' as const, credential: session.id }, secret: session.secret }
    return { result, audit: { action: signInAction, target: session.id, detail: { with: opened, token } } }
  })
}

const hasPassword = (body: unknown) => typeof body === 'object' && body !== null && ('email' in body || 'password' in body)

async function secretOwner(context: SignInContext, body: unknown): Promise<Proof | undefined> {
  const { secret } = parseInput(secretSignIn, body, 'invalid_request')
  return (await linkOwner(context, secret)) ?? (await tokenOwner(context, secret))
}

async function linkOwner({ state, clock }: StateContext, secret: string): Promise<Proof | undefined> {
  const hash = hashSecret(secret)
  const row = await state.selectFrom('session').selectAll().where('secret_hash', '=', hash).where('kind', '=', 'link').executeTakeFirst()
  if (!row || !sameHash(row.secret_hash, hash) || row.used_at !== null || row.expires_at <= timeText(clock.now())) return undefined
  const member = await membershipOf(state, row)
  if (!member) return undefined
  const { account, user, role } = member
  return {
    principal: { account, user, scopes: roleScopes[role], via: 'session', credential: row.id },
    with: 'link',
    stillCounts: (state) => useLink(state, row.id, timeText(clock.now())),
  }
}

async function tokenOwner(context: StateContext, secret: string): Promise<Proof | undefined> {
  const verified = await verifyToken(context, secret)
  return verified && { principal: verified.principal, with: 'token', token: verified.token.id, stillCounts: async () => true }
}

/** An address that nobody has, or that has no password, takes as long and gets the same answer as a wrong password. */
async function passwordOwner({ state, passwords }: SignInContext, body: unknown): Promise<Proof | undefined> {
  const { email, password } = parseInput(passwordSignIn, body, 'invalid_request')
  const row = await state.selectFrom('user').select(['id', 'password_hash']).where('email', '=', email).executeTakeFirst()
  const right = await passwords.matches(email, password, row?.password_hash ?? null)
  const [member] = right && row ? await membershipsOf(state, row.id) : []
  if (!row || !member) return undefined
  const { account, user, role } = member
  return {
    principal: { account, user, scopes: roleScopes[role], via: 'session', credential: user.id },
    with: 'password',
    stillCounts: (state) => isUnchanged(state, row),
  }
}

// Inside the transaction: of two sign-ins with the same link at the same time only one finds it unused.
async function useLink(state: State, id: string, at: string): Promise<boolean> {
  const row = await state.selectFrom('session').select('used_at').where('id', '=', id).executeTakeFirst()
  if (row?.used_at !== null) return false
  await state.updateTable('session').set({ used_at: at }).where('id', '=', id).execute()
  return true
}

// Checking took a while: a password that was changed meanwhile opens nothing any more.
async function isUnchanged(state: State, { id, password_hash }: { id: string; password_hash: string | null }): Promise<boolean> {
  const row = await state.selectFrom('user').select('password_hash').where('id', '=', id).executeTakeFirst()
  return row?.password_hash === password_hash
}
