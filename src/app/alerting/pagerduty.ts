// PagerDuty services as destinations. The original connects them by OAuth as a partner of PagerDuty; here the integration
// key of a service is given, either at once or for a token that `connect` has answered.
import { z } from 'zod'
import { ApiError } from '../../contract/api-errors.ts'
import { cancelDeliveries } from '../../notify/delivery-queue.ts'
import { pagerdutyPlace } from '../../notify/sender.ts'
import { change } from '../change.ts'
import { timeText, type AlertContext, type Principal, type State } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { newId } from '../../base/secret.ts'
import { parseInput } from '../validation.ts'

/** Of an account. */
const maxServices = 100
/** How long the token of `connect` waits for its key. */
const tokenLifetimeMs = 3_600_000

const input = z.object(
  {
    name: z
      .string({ error: 'must be text' })
      .min(1, 'must not be empty')
      .max(256, 'must not be longer than 256 characters')
      .default('PagerDuty'),
    integration_key: z
      .string({ error: 'must be text' })
      .regex(/^[\da-z]{32}$/i, 'must be the 32 letters and digits of an Events API v2 integration'),
    token: z.string({ error: 'must be text' }).max(64).optional(),
  },
  { error: 'must be a JSON object with an integration_key' },
)

export async function listPagerduty({ state }: AlertContext, principal: Principal) {
  requireScope(principal, 'notifications:read')
  const account = principal.account.number
  return state
    .selectFrom('alert_pagerduty')
    .select(['id', 'name'])
    .where('account', '=', account)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
}

/** Removes all services and takes back what still waits for them. */
export async function deletePagerduty(context: AlertContext, principal: Principal): Promise<void> {
  requireScope(principal, 'notifications:write')
  const account = principal.account.number
  await change(context, principal, async (state) => {
    const services = await state.deleteFrom('alert_pagerduty').where('account', '=', account).returning('id').execute()
    await state.deleteFrom('alert_pagerduty_token').where('account', '=', account).execute()
    for (const { id } of services) {
      const destination = { kind: 'pagerduty', destination: id }
      await cancelDeliveries(state, destination, { now: context.clock.now(), error: 'the PagerDuty service was deleted' })
    }
    return { result: undefined, audit: { action: 'alert_pagerduty.delete', target: principal.account.id, detail: { services } } }
  })
}

/** A token for which a key can be given within the hour. */
export async function connectPagerduty(context: AlertContext, principal: Principal): Promise<{ id: string }> {
  requireScope(principal, 'notifications:write')
  const token = newId()
  const now = context.clock.now()
  await change(context, principal, async (state) => {
    const account = principal.account.number
    const late = timeText(now - tokenLifetimeMs)
    await state.deleteFrom('alert_pagerduty_token').where('account', '=', account).where('created_at', '<', late).execute()
    await checkRoom(state, principal, 'alert_pagerduty_token')
    await state
      .insertInto('alert_pagerduty_token')
      .values({ token, account, service: null, created_at: timeText(now) })
      .execute()
    // The token is no credential: who uses it needs one.
    return { result: undefined, audit: { action: 'alert_pagerduty.connect', target: token } }
  })
  return { id: token }
}

/** The service that a token has led to. @throws ApiError alert_token_not_found; invalid_request before its key was given */
export async function linkPagerduty({ state }: AlertContext, principal: Principal, token: string): Promise<{ id: string }> {
  requireScope(principal, 'notifications:write')
  const { service } = await findToken(state, principal, token)
  if (service !== null) return { id: service }
  const reason = `the token waits for its key; next: POST …/destinations/pagerduty {"token": "${token}", "integration_key": "…"}`
  throw new ApiError('invalid_request', { reason })
}

/** @param body `{integration_key, name?, token?}` @throws ApiError invalid_request, alert_token_not_found, forbidden */
export async function createPagerduty(context: AlertContext, principal: Principal, body: unknown): Promise<{ id: string; name: string }> {
  requireScope(principal, 'notifications:write')
  const { name, integration_key, token } = parseInput(input, body, 'invalid_request')
  const id = newId()
  const account = principal.account.number
  await change(context, principal, async (state) => {
    await checkRoom(state, principal, 'alert_pagerduty')
    if (token !== undefined) {
      await findToken(state, principal, token)
      await state.updateTable('alert_pagerduty_token').set({ service: id }).where('token', '=', token).execute()
    }
    const routing_key = context.secrets.seal(integration_key, pagerdutyPlace(id))
    await state
      .insertInto('alert_pagerduty')
      .values({ id, account, name, routing_key, created_at: timeText(context.clock.now()) })
      .execute()
    return { result: undefined, audit: { action: 'alert_pagerduty.create', target: id, detail: { name } } }
  })
  return { id, name }
}

async function findToken(state: State, { account }: Principal, token: string): Promise<{ service: string | null }> {
  const row = await state
    .selectFrom('alert_pagerduty_token')
    .select('service')
    .where('token', '=', token)
    .where('account', '=', account.number)
    .executeTakeFirst()
  if (!row) throw new ApiError('alert_token_not_found')
  return row
}

async function checkRoom(state: State, { account }: Principal, table: 'alert_pagerduty' | 'alert_pagerduty_token'): Promise<void> {
  const { count } = await state
    .selectFrom(table)
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('account', '=', account.number)
    .executeTakeFirstOrThrow()
  if (count >= maxServices)
    throw new ApiError('invalid_request', { reason: `an account has ${maxServices} PagerDuty services at the most` })
}
