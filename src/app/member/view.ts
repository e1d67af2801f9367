// Members as people see them.
import { sql } from 'kysely'
import { ApiError } from '../../contract/api-errors.ts'
import type { Member } from '../../contract/member.ts'
import { roles } from '../../contract/scopes.ts'
import { timeText, type Principal, type State } from '../context.ts'

/** @param now ms since 1970 */
interface Asked {
  readonly state: State
  readonly principal: Principal
  readonly now: number
}

function rows({ state, principal, now }: Asked) {
  const account = principal.account.number
  const at = timeText(now)
  return state
    .selectFrom('member')
    .innerJoin('user', 'user.id', 'member.user')
    .where('member.account', '=', account)
    .select(['user.id', 'user.email', 'user.name', 'user.last_seen_at', 'member.role', 'member.created_at'])
    .select((row) => [
      sql<number>`user.password_hash is not null`.as('has_password'),
      row
        .selectFrom('session')
        .whereRef('session.user', '=', 'user.id')
        .where('session.kind', '=', 'session')
        .where('session.expires_at', '>', at)
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .as('sessions'),
      row
        .selectFrom('token')
        .whereRef('token.user', '=', 'user.id')
        .where('token.account', '=', account)
        .where('token.revoked_at', 'is', null)
        .where((where) => where.or([where('token.expires_at', 'is', null), where('token.expires_at', '>', at)]))
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .as('tokens'),
    ])
}

type Row = Awaited<ReturnType<ReturnType<typeof rows>['executeTakeFirstOrThrow']>>

/** All of the account, in the order in which they came. */
export async function memberViews(asked: Asked): Promise<Member[]> {
  const found = await rows(asked).orderBy('member.created_at').orderBy('user.email').execute()
  return found.map((row) => view(row, asked.principal))
}

/** @throws ApiError member_not_found */
export async function memberView(asked: Asked, user: string): Promise<Member> {
  const row = await rows(asked).where('user.id', '=', user).executeTakeFirst()
  if (!row) throw new ApiError('member_not_found', { id: user })
  return view(row, asked.principal)
}

function view({ id, email, name, last_seen_at, role, created_at, has_password, sessions, tokens }: Row, principal: Principal): Member {
  return {
    user: { id, email, name },
    // The table holds no other.
    role: roles.find((known) => known === role) ?? 'viewer',
    you: id === principal.user.id,
    joined: last_seen_at !== null,
    has_password: has_password === 1,
    created_at,
    last_seen_at,
    sessions: sessions ?? 0,
    tokens: tokens ?? 0,
  }
}
