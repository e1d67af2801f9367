// Browser sessions in the state.
import type { BrowserSession } from '../../contract/member.ts'
import { timeText, type Principal, type State } from '../context.ts'
import { hashSecret, newId, newSecret } from '../../base/secret.ts'

/** A session ends when it was not used for this time. */
export const sessionMilliseconds = 30 * 86_400_000
/** Sessions of a user; beyond it those that end first go. */
const maxSessions = 100
/** What is kept of what a browser says of itself. */
const maxUserAgent = 256

export interface NewSession {
  /** 32 hex digits; after a sign-in with an API token a dot and the id of the token follow. */
  readonly id: string
  /** For the cookie. */
  readonly secret: string
}

/** Id of the token that a session was opened with: its scopes and its end are the session's. Undefined after a link. */
export function sessionToken(id: string): string | undefined {
  return id.split('.')[1]
}

/** Ends all sessions that were opened with a token. */
export async function deleteSessionsOf(state: State, token: string): Promise<void> {
  await state.deleteFrom('session').where('id', 'like', `%.${token}`).execute()
}

/** Ends the sessions of who asks but for the one that asks, and the links that nobody has used. @returns how many sessions */
export async function endOtherSessions(state: State, { user, credential }: Principal): Promise<number> {
  await state.deleteFrom('session').where('user', '=', user.id).where('kind', '=', 'link').execute()
  const { numDeletedRows } = await state
    .deleteFrom('session')
    .where('user', '=', user.id)
    .where('id', '!=', credential)
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}

export interface SessionOwner {
  /** Number of the account that it begins in. */
  readonly account: number
  readonly user: string
  /** Id of the token that it was opened with. */
  readonly token: string | undefined
  readonly with: BrowserSession['with']
  /** What the browser says of itself. */
  readonly userAgent: string | undefined
}

/** Adds a session and clears away the ended ones. */
export async function insertSession(state: State, owner: SessionOwner, now: number): Promise<NewSession> {
  const { account, user, token, with: opened_with, userAgent } = owner
  const session = { id: token === undefined ? newId() : `${newId()}.${token}`, secret: newSecret() }
  await state.deleteFrom('session').where('expires_at', '<=', timeText(now)).execute()
  const surplus = await state
    .selectFrom('session')
    .select('id')
    .where('user', '=', user)
    .where('kind', '=', 'session')
    .orderBy('expires_at', 'desc')
    .limit(maxSessions)
    .offset(maxSessions - 1)
    .execute()
  for (const { id } of surplus) await state.deleteFrom('session').where('id', '=', id).execute()
  const times = { created_at: timeText(now), expires_at: timeText(now + sessionMilliseconds), used_at: timeText(now) }
  const opened = { opened_with, user_agent: userAgent?.slice(0, maxUserAgent) ?? null }
  await state
    .insertInto('session')
    .values({ id: session.id, kind: 'session', secret_hash: hashSecret(session.secret), account, user, ...times, ...opened })
    .execute()
  await noteSeen(state, user, times.used_at)
  return session
}

/** @param at time text */
export async function noteSeen(state: State, user: string, at: string): Promise<void> {
  await state.updateTable('user').set({ last_seen_at: at }).where('id', '=', user).execute()
}
