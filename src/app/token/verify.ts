// Tells whom an API token or a global key stands for.
import type { ApiToken } from '../../contract/member.ts'
import type { Principal, StateContext } from '../context.ts'
import { timeText } from '../context.ts'
import { membershipOf, scopesWithin } from '../member/membership.ts'
import { isAlive, tokenScopes, tokenView, type TokenRow } from './rows.ts'
import { hashSecret, sameHash } from '../../base/secret.ts'

/** `last_used_at` is as exact as this, so that a busy client does not write to disk with every request. */
const usedEveryMilliseconds = 60_000

export interface VerifiedToken {
  readonly principal: Principal
  readonly token: ApiToken
}

/** @returns undefined for a secret that is unknown, expired or revoked, and for the token of who is no member any more */
export async function verifyToken(context: StateContext, secret: string): Promise<VerifiedToken | undefined> {
  const row = await findAlive(context, secret, 'token')
  return row && verified(context, row)
}

/** A global key with the e-mail address of its user, as in X-Auth-Key and X-Auth-Email. */
export async function verifyKey(context: StateContext, { key, email }: { key: string; email: string }): Promise<VerifiedToken | undefined> {
  const row = await findAlive(context, key, 'key')
  const result = row && (await verified(context, row))
  return result?.principal.user.email.toLowerCase() === email.toLowerCase() ? result : undefined
}

async function findAlive({ state, clock }: StateContext, secret: string, kind: ApiToken['kind']): Promise<TokenRow | undefined> {
  const hash = hashSecret(secret)
  const row = await state.selectFrom('token').selectAll().where('secret_hash', '=', hash).where('kind', '=', kind).executeTakeFirst()
  if (!row || !sameHash(row.secret_hash, hash)) return undefined
  return isAlive(row, timeText(clock.now())) ? row : undefined
}

async function verified({ state, clock }: StateContext, row: TokenRow): Promise<VerifiedToken | undefined> {
  const membership = await membershipOf(state, row)
  if (!membership) return undefined
  const now = clock.now()
  if (row.last_used_at === null || Date.parse(row.last_used_at) <= now - usedEveryMilliseconds) {
    await state
      .updateTable('token')
      .set({ last_used_at: timeText(now) })
      .where('id', '=', row.id)
      .execute()
  }
  const via = row.kind === 'key' ? 'key' : 'token'
  const { account, user, role } = membership
  const scopes = scopesWithin(role, tokenScopes(row))
  return { principal: { account, user, scopes, via, credential: row.id }, token: tokenView(row, user) }
}
