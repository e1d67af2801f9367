// Tells whose browser session a cookie belongs to, and keeps the session alive while it is used.
import type { Selectable } from 'kysely'
import type { StateTables } from '../../store/state-tables.ts'
import { timeText, type Principal, type StateContext } from '../context.ts'
import { roleScopes } from '../../contract/scopes.ts'
import { membershipOf, membershipsOf, scopesWithin, type Membership } from '../member/membership.ts'
import { isAlive, tokenScopes } from '../token/rows.ts'
import { hashSecret, sameHash } from '../../base/secret.ts'
import { noteSeen, sessionMilliseconds, sessionToken } from './rows.ts'

export interface VerifiedSession {
  /** In the account that the session began in; in the first of its user's where that is over. */
  readonly principal: Principal
  /** The same in every account that the session may use. */
  readonly principals: readonly Principal[]
  /** Whether the end of the session has moved, so that the cookie is due for a new one too. */
  readonly extended: boolean
}

type SessionRow = Selectable<StateTables['session']>

/** The end of a session is as exact as this, so that a page that asks every second does not write as often. */
const extendEveryMilliseconds = 60_000

/** @returns undefined for a secret that is unknown or ended, and for who belongs to no account any more */
export async function verifySession(context: StateContext, secret: string): Promise<VerifiedSession | undefined> {
  const { state, clock } = context
  const hash = hashSecret(secret)
  const row = await state.selectFrom('session').selectAll().where('secret_hash', '=', hash).where('kind', '=', 'session').executeTakeFirst()
  if (!row || !sameHash(row.secret_hash, hash) || row.expires_at <= timeText(clock.now())) return undefined
  const principals = await principalsOf(context, row)
  const principal = principals.find(({ account }) => account.number === row.account) ?? principals[0]
  if (!principal) return undefined
  return { principal, principals, extended: await extend(context, row) }
}

/** Looked up at every request: a role that is lowered counts at once. */
async function principalsOf(context: StateContext, row: SessionRow): Promise<Principal[]> {
  const token = sessionToken(row.id)
  if (token !== undefined) return tokenPrincipals(context, row, token)
  const memberships = await membershipsOf(context.state, row.user)
  return memberships.map((membership) => principalOf(membership, roleScopes[membership.role], row))
}

async function tokenPrincipals({ state, clock }: StateContext, row: SessionRow, id: string): Promise<Principal[]> {
  const token = await state.selectFrom('token').selectAll().where('id', '=', id).executeTakeFirst()
  const membership = await membershipOf(state, row)
  if (!token || !membership || !isAlive(token, timeText(clock.now()))) return []
  return [principalOf(membership, scopesWithin(membership.role, tokenScopes(token)), row)]
}

function principalOf({ account, user }: Membership, scopes: Principal['scopes'], { id }: SessionRow): Principal {
  return { account, user, scopes, via: 'session', credential: id }
}

async function extend({ state, clock }: StateContext, row: SessionRow): Promise<boolean> {
  const now = clock.now()
  if (row.used_at !== null && Date.parse(row.used_at) > now - extendEveryMilliseconds) return false
  const times = { used_at: timeText(now), expires_at: timeText(now + sessionMilliseconds) }
  await state.updateTable('session').set(times).where('id', '=', row.id).execute()
  await noteSeen(state, row.user, times.used_at)
  return true
}
