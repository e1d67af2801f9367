// To which accounts a user belongs, and as what.
import { roles, roleScopes, scopeNames, hasScope, type Role, type Scope } from '../../contract/scopes.ts'
import type { Account, State, User } from '../context.ts'

export interface Membership {
  readonly account: Account
  readonly user: User
  readonly role: Role
}

const joined = (state: State) =>
  state
    .selectFrom('member')
    .innerJoin('account', 'account.number', 'member.account')
    .innerJoin('user', 'user.id', 'member.user')
    .select(['account.number', 'account.id as account_id', 'account.name as account_name', 'member.role'])
    .select(['user.id', 'user.email', 'user.name'])

type Row = Awaited<ReturnType<ReturnType<typeof joined>['executeTakeFirstOrThrow']>>

/** All of a user, the oldest account first. */
export async function membershipsOf(state: State, user: string): Promise<Membership[]> {
  const rows = await joined(state).where('member.user', '=', user).orderBy('member.account').execute()
  return rows.flatMap(membership)
}

/** Undefined for who does not belong to the account any more. */
export async function membershipOf(
  state: State,
  { account, user }: { readonly account: number; readonly user: string },
): Promise<Membership | undefined> {
  const row = await joined(state).where('member.account', '=', account).where('member.user', '=', user).executeTakeFirst()
  return row && membership(row)[0]
}

/** A role that this version does not know gives nothing. */
function membership({ number, account_id, account_name, role: text, ...user }: Row): Membership[] {
  const role = roles.find((role) => role === text)
  return role === undefined ? [] : [{ account: { number, id: account_id, name: account_name }, user, role }]
}

/** What a credential with these scopes may do in the hands of this role. */
export function scopesWithin(role: Role, granted: readonly Scope[]): Scope[] {
  return scopeNames.filter((scope) => hasScope(granted, scope) && hasScope(roleScopes[role], scope))
}
