// Opens a browser session for who has a one-time link or an API token.
import { z } from 'zod'
import { ApiError } from '../../contract/api-errors.ts'
import { change } from '../change.ts'
import { timeText, type Principal, type State, type StateContext } from '../context.ts'
import { scopeNames } from '../../contract/scopes.ts'
import { ownersOf } from '../token/rows.ts'
import { hashSecret, sameHash } from '../../base/secret.ts'
import { verifyToken } from '../token/verify.ts'
import { parseInput } from '../validation.ts'
import { insertSession } from './rows.ts'

export interface SignedIn {
  readonly principal: Principal
  /** For the cookie. */
  readonly secret: string
}

const input = z.object(
  { secret: z.string({ error: 'must be text' }).min(1, 'must not be empty').max(512, 'is too long') },
  { error: 'must be a JSON object' },
)

/** The action in the audit by which the first run knows that somebody has been here. */
export const signInAction = 'session.sign_in'

/**
 * A link gives every scope; a token gives its own, and the session ends with it.
 * @param body `{secret}`
 * @throws ApiError authentication for a secret that is unknown, used, expired or revoked; invalid_request
 */
export async function signIn(context: StateContext, body: unknown): Promise<SignedIn> {
  const { secret } = parseInput(input, body, 'invalid_request')
  const { principal, token } = (await linkOwner(context, secret)) ?? (await tokenOwner(context, secret)) ?? {}
  if (!principal) throw new ApiError('authentication')
  return change(context, principal, async (state) => {
    if (token === undefined) await useLink(state, principal.credential, timeText(context.clock.now()))
    const owner = { account: principal.account.number, user: principal.user.id, token }
    const session = await insertSession(state, owner, context.clock.now())
    const result = { principal: { ...principal, via: 'session' as const, credential: session.id }, secret: session.secret }
    return { result, audit: { action: signInAction, target: session.id, detail: { with: token === undefined ? 'link' : 'token', token } } }
  })
}

async function linkOwner({ state, clock }: StateContext, secret: string): Promise<{ principal: Principal; token?: undefined } | undefined> {
  const hash = hashSecret(secret)
  const row = await state.selectFrom('session').selectAll().where('secret_hash', '=', hash).where('kind', '=', 'link').executeTakeFirst()
  if (!row || !sameHash(row.secret_hash, hash) || row.used_at !== null || row.expires_at <= timeText(clock.now())) return undefined
  const owners = await ownersOf(state, row)
  return owners && { principal: { ...owners, scopes: scopeNames, via: 'session', credential: row.id } }
}

async function tokenOwner(context: StateContext, secret: string): Promise<{ principal: Principal; token: string } | undefined> {
  const verified = await verifyToken(context, secret)
  return verified && { principal: verified.principal, token: verified.token.id }
}

// Inside the transaction: of two sign-ins with the same link at the same time only one finds it unused.
async function useLink(state: State, id: string, at: string): Promise<void> {
  const row = await state.selectFrom('session').select('used_at').where('id', '=', id).executeTakeFirst()
  if (row?.used_at !== null) throw new ApiError('authentication')
  await state.updateTable('session').set({ used_at: at }).where('id', '=', id).execute()
}
