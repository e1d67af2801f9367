// Tells whose browser session a cookie belongs to, and keeps the session alive while it is used.
import type { Selectable } from 'kysely'
import type { StateTables } from '../../store/state-tables.ts'
import { timeText, type Principal, type StateContext } from '../context.ts'
import { scopeNames, type Scope } from '../../contract/scopes.ts'
import { isAlive, ownersOf, tokenScopes } from '../token/rows.ts'
import { hashSecret, sameHash } from '../../base/secret.ts'
import { sessionMilliseconds, sessionToken } from './rows.ts'

export interface VerifiedSession {
  readonly principal: Principal
  /** Whether the end of the session has moved, so that the cookie is due for a new one too. */
  readonly extended: boolean
}

type SessionRow = Selectable<StateTables['session']>

/** The end of a session is as exact as this, so that a page that asks every second does not write as often. */
const extendEveryMilliseconds = 60_000

/** @returns undefined for a secret that is unknown or ended */
export async function verifySession(context: StateContext, secret: string): Promise<VerifiedSession | undefined> {
  const { state, clock } = context
  const hash = hashSecret(secret)
  const row = await state.selectFrom('session').selectAll().where('secret_hash', '=', hash).where('kind', '=', 'session').executeTakeFirst()
  if (!row || !sameHash(row.secret_hash, hash) || row.expires_at <= timeText(clock.now())) return undefined
  const scopes = await sessionScopes(context, row)
  const owners = scopes && (await ownersOf(state, row))
  if (!owners) return undefined
  return { principal: { ...owners, scopes, via: 'session', credential: row.id }, extended: await extend(context, row) }
}

async function sessionScopes({ state, clock }: StateContext, { id }: SessionRow): Promise<readonly Scope[] | undefined> {
  const token = sessionToken(id)
  if (token === undefined) return scopeNames
  const row = await state.selectFrom('token').selectAll().where('id', '=', token).executeTakeFirst()
  return row && isAlive(row, timeText(clock.now())) ? tokenScopes(row) : undefined
}

async function extend({ state, clock }: StateContext, row: SessionRow): Promise<boolean> {
  const now = clock.now()
  if (row.used_at !== null && Date.parse(row.used_at) > now - extendEveryMilliseconds) return false
  const times = { used_at: timeText(now), expires_at: timeText(now + sessionMilliseconds) }
  await state.updateTable('session').set(times).where('id', '=', row.id).execute()
  return true
}
