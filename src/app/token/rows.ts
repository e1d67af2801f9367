// Tokens as the state keeps them and as people see them.
import type { Selectable } from 'kysely'
import { z } from 'zod'
import type { StateTables } from '../../store/state-tables.ts'
import type { Account, State, User } from '../context.ts'
import { scopeNames, type Scope } from '../../contract/scopes.ts'

export type TokenRow = Selectable<StateTables['token']>

/** A token without its secret, which nobody can show again. */
export interface TokenView {
  readonly id: string
  /** `key` is a global key, used with X-Auth-Email and X-Auth-Key. */
  readonly kind: 'token' | 'key'
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly created_at: string
  readonly expires_at: string | null
  readonly revoked_at: string | null
  readonly last_used_at: string | null
}

const scopeList = z.array(z.string())

/** Scopes of a row; names that this version does not know give nothing. */
export function tokenScopes(row: Pick<TokenRow, 'scopes'>): Scope[] {
  const names = scopeList.parse(JSON.parse(row.scopes))
  return scopeNames.filter((scope) => names.includes(scope))
}

export function tokenView(row: TokenRow): TokenView {
  const { id, name, created_at, expires_at, revoked_at, last_used_at } = row
  return {
    id,
    kind: row.kind === 'key' ? 'key' : 'token',
    name,
    scopes: tokenScopes(row),
    created_at,
    expires_at,
    revoked_at,
    last_used_at,
  }
}

/** Whether a token can be used at this time. */
export function isAlive(row: Pick<TokenRow, 'expires_at' | 'revoked_at'>, now: string): boolean {
  return row.revoked_at === null && (row.expires_at === null || row.expires_at > now)
}

/** The account and user that a credential stands for; undefined when one of them is gone. */
export async function ownersOf(
  state: State,
  credential: { readonly account: number; readonly user: string },
): Promise<{ account: Account; user: User } | undefined> {
  const account = await state
    .selectFrom('account')
    .select(['number', 'id', 'name'])
    .where('number', '=', credential.account)
    .executeTakeFirst()
  const user = await state.selectFrom('user').select(['id', 'email', 'name']).where('id', '=', credential.user).executeTakeFirst()
  return account && user && { account, user }
}
