// Creates, replaces and deletes alert policies.
import { ApiError } from '../../contract/api-errors.ts'
import { destinationKey, knownDestinations } from '../../notify/destinations.ts'
import { cancelDeliveries } from '../../notify/delivery-queue.ts'
import { change } from '../change.ts'
import { timeText, type AlertContext, type Principal, type State } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { newId } from '../../base/secret.ts'
import { findPolicy, maxPolicies } from './policies.ts'
import { parsePolicy, parsePolicyChange, type PolicyFields } from './policy-fields.ts'
import { policyView } from './rows.ts'

export interface SavedPolicy {
  readonly id: string
  /** What keeps it from working as things are now, fit for people. */
  readonly warnings: readonly string[]
}

/** @throws ApiError for faulty fields, unknown destinations, too many policies, forbidden */
export async function createPolicy(context: AlertContext, principal: Principal, body: unknown): Promise<SavedPolicy> {
  requireScope(principal, 'notifications:write')
  const fields = parsePolicy(body)
  const id = newId()
  const at = timeText(context.clock.now())
  await change(context, principal, async (state) => {
    await checkRoom(state, principal)
    await checkDestinations(state, principal, fields)
    const row = { id, account: principal.account.number, ...columns(fields), created_at: at, modified_at: at }
    await state.insertInto('alert_policy').values(row).execute()
    return { result: undefined, audit: { action: 'alert_policy.create', target: id, detail: { ...fields } } }
  })
  return { id, warnings: warnings(context, fields) }
}

/** @throws ApiError alert_policy_not_found and as createPolicy */
export async function replacePolicy(
  context: AlertContext,
  principal: Principal,
  { id, body }: { id: string; body: unknown },
): Promise<SavedPolicy> {
  requireScope(principal, 'notifications:write')
  const fields = await change(context, principal, async (state) => {
    // The view holds what parsePolicy let through before.
    const now = policyView(await findPolicy(state, principal, id)) as unknown as PolicyFields
    const fields = parsePolicyChange(body, now)
    await checkDestinations(state, principal, fields)
    const modified_at = timeText(context.clock.now())
    await state
      .updateTable('alert_policy')
      .set({ ...columns(fields), modified_at })
      .where('id', '=', id)
      .execute()
    return { result: fields, audit: { action: 'alert_policy.replace', target: id, detail: { before: { ...now }, after: { ...fields } } } }
  })
  return { id, warnings: warnings(context, fields) }
}

/** Takes back what still waits to be sent for it. @throws ApiError alert_policy_not_found, forbidden */
export async function deletePolicy(context: AlertContext, principal: Principal, id: string): Promise<void> {
  requireScope(principal, 'notifications:write')
  await change(context, principal, async (state) => {
    const { name } = await findPolicy(state, principal, id)
    await state.deleteFrom('alert_policy').where('id', '=', id).execute()
    await cancelDeliveries(state, { policy: id }, { now: context.clock.now(), error: 'the policy was deleted' })
    return { result: undefined, audit: { action: 'alert_policy.delete', target: id, detail: { name } } }
  })
}

function columns(fields: PolicyFields) {
  return {
    ...fields,
    enabled: fields.enabled ? 1 : 0,
    mechanisms: JSON.stringify(fields.mechanisms),
    filters: fields.filters && JSON.stringify(fields.filters),
  }
}

async function checkRoom(state: State, { account }: Principal): Promise<void> {
  const { count } = await state
    .selectFrom('alert_policy')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('account', '=', account.number)
    .executeTakeFirstOrThrow()
  if (count >= maxPolicies)
    throw new ApiError('invalid_request', { reason: `an account has ${maxPolicies} alert policies at the most; delete one` })
}

async function checkDestinations(state: State, { account }: Principal, { mechanisms }: PolicyFields): Promise<void> {
  const known = await knownDestinations(state, account.number)
  const missing = (kind: string, list: PolicyFields['mechanisms']['webhooks']) =>
    (list ?? []).findIndex(({ id }) => !known.has(destinationKey(kind, id)))
  const webhook = missing('webhook', mechanisms.webhooks)
  if (webhook !== -1)
    throw new ApiError('alert_webhook_invalid', { id: mechanisms.webhooks?.[webhook]?.id ?? '' }, `/mechanisms/webhooks/${webhook}/id`)
  const service = missing('pagerduty', mechanisms.pagerduty)
  if (service !== -1)
    throw new ApiError('alert_pagerduty_invalid', { id: mechanisms.pagerduty?.[service]?.id ?? '' }, `/mechanisms/pagerduty/${service}/id`)
  const syslog = missing('syslog', mechanisms.syslog)
  if (syslog !== -1)
    throw new ApiError('alert_mechanism_required', { reason: 'the only syslog id is default' }, `/mechanisms/syslog/${syslog}/id`)
}

function warnings({ config: { alerts } }: AlertContext, { mechanisms }: PolicyFields): string[] {
  const found: string[] = []
  if ((mechanisms.email ?? []).length > 0 && alerts.smtp.host === '')
    found.push('no mail is sent until alerts.smtp.host is set in the configuration')
  if ((mechanisms.syslog ?? []).length > 0 && alerts.syslog === '')
    found.push('nothing goes to syslog until alerts.syslog is set in the configuration')
  return found
}
