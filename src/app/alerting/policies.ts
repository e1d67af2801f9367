// Reads alert policies of an account.
import type { Kysely, Selectable } from 'kysely'
import { ApiError } from '../../contract/api-errors.ts'
import type { StateTables } from '../../store/state-tables.ts'
import type { AlertContext, Principal, State } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { policyView } from './rows.ts'

/** Of an account; every alert looks through them. */
export const maxPolicies = 200

/** In the order in which they were made. */
export async function listPolicies(context: AlertContext, principal: Principal) {
  requireScope(principal, 'notifications:read')
  return (await policiesOf(context.state, principal.account.number).execute()).map(policyView)
}

/** @throws ApiError alert_policy_not_found */
export async function getPolicy(context: AlertContext, principal: Principal, id: string) {
  requireScope(principal, 'notifications:read')
  return policyView(await findPolicy(context.state, principal, id))
}

/** @throws ApiError alert_policy_not_found */
export async function findPolicy(state: State, { account }: Principal, id: string): Promise<Selectable<StateTables['alert_policy']>> {
  const row = await policiesOf(state, account.number).where('id', '=', id).executeTakeFirst()
  if (!row) throw new ApiError('alert_policy_not_found')
  return row
}

function policiesOf(state: Kysely<StateTables>, account: number) {
  return state.selectFrom('alert_policy').selectAll().where('account', '=', account).orderBy('created_at').orderBy('id')
}
