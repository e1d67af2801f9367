// Tokens as the state keeps them and as people see them.
import type { Selectable } from 'kysely'
import { z } from 'zod'
import type { ApiToken } from '../../contract/member.ts'
import type { StateTables } from '../../store/state-tables.ts'
import type { User } from '../context.ts'
import { scopeNames, type Scope } from '../../contract/scopes.ts'

export type TokenRow = Selectable<StateTables['token']>

const scopeList = z.array(z.string())

/** Scopes of a row; names that this version does not know give nothing. */
export function tokenScopes(row: Pick<TokenRow, 'scopes'>): Scope[] {
  const names = scopeList.parse(JSON.parse(row.scopes))
  return scopeNames.filter((scope) => names.includes(scope))
}

export function tokenView(row: TokenRow, user: User): ApiToken {
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
    user,
  }
}

/** Whether a token can be used at this time. */
export function isAlive(row: Pick<TokenRow, 'expires_at' | 'revoked_at'>, now: string): boolean {
  return row.revoked_at === null && (row.expires_at === null || row.expires_at > now)
}
