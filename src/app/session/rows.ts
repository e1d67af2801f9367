// Browser sessions in the state.
import { timeText, type State } from '../context.ts'
import { hashSecret, newId, newSecret } from '../../base/secret.ts'

/** A session ends when it was not used for this time. */
export const sessionMilliseconds = 30 * 86_400_000
/** Sessions of an account; beyond it those that end first go. */
const maxSessions = 1000

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

/** Adds a session and clears away the ended ones. */
export async function insertSession(
  state: State,
  owner: { readonly account: number; readonly user: string; readonly token: string | undefined },
  now: number,
): Promise<NewSession> {
  const { account, user, token } = owner
  const session = { id: token === undefined ? newId() : `${newId()}.${token}`, secret: newSecret() }
  await state.deleteFrom('session').where('expires_at', '<=', timeText(now)).execute()
  const surplus = await state
    .selectFrom('session')
    .select('id')
    .where('account', '=', account)
    .where('kind', '=', 'session')
    .orderBy('expires_at', 'desc')
    .limit(maxSessions)
    .offset(maxSessions - 1)
    .execute()
  for (const { id } of surplus) await state.deleteFrom('session').where('id', '=', id).execute()
  const times = { created_at: timeText(now), expires_at: timeText(now + sessionMilliseconds), used_at: timeText(now) }
  await state
    .insertInto('session')
    .values({ id: session.id, kind: 'session', secret_hash: hashSecret(session.secret), account, user, ...times })
    .execute()
  return session
}
