// Reads and deletes webhook destinations.
import type { Selectable } from 'kysely'
import { ApiError } from '../../contract/api-errors.ts'
import { cancelDeliveries } from '../../notify/delivery-queue.ts'
import type { StateTables } from '../../store/state-tables.ts'
import { change } from '../change.ts'
import type { AlertContext, Principal, State } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { webhookView } from './rows.ts'

/** In the order in which they were made. */
export async function listWebhooks(context: AlertContext, principal: Principal) {
  requireScope(principal, 'notifications:read')
  return (await webhooksOf(context.state, principal).execute()).map(webhookView)
}

/** @throws ApiError alert_webhook_not_found */
export async function getWebhook(context: AlertContext, principal: Principal, id: string) {
  requireScope(principal, 'notifications:read')
  return webhookView(await findWebhook(context.state, principal, id))
}

/**
 * Takes back what still waits to be sent to it. Policies that name it keep its id and send to their other destinations.
 * @throws ApiError alert_webhook_not_found, forbidden
 */
export async function deleteWebhook(context: AlertContext, principal: Principal, id: string): Promise<void> {
  requireScope(principal, 'notifications:write')
  await change(context, principal, async (state) => {
    const { name } = await findWebhook(state, principal, id)
    await state.deleteFrom('alert_webhook').where('id', '=', id).execute()
    await cancelDeliveries(state, { kind: 'webhook', destination: id }, { now: context.clock.now(), error: 'the webhook was deleted' })
    return { result: undefined, audit: { action: 'alert_webhook.delete', target: id, detail: { name } } }
  })
}

/** @throws ApiError alert_webhook_not_found */
export async function findWebhook(state: State, principal: Principal, id: string): Promise<Selectable<StateTables['alert_webhook']>> {
  const row = await webhooksOf(state, principal).where('id', '=', id).executeTakeFirst()
  if (!row) throw new ApiError('alert_webhook_not_found')
  return row
}

function webhooksOf(state: State, { account }: Principal) {
  return state.selectFrom('alert_webhook').selectAll().where('account', '=', account.number).orderBy('created_at').orderBy('id')
}
