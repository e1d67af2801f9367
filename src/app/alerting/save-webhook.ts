// Creates and replaces webhook destinations, after their address has taken a test message.
import { z } from 'zod'
import { ApiError } from '../../contract/api-errors.ts'
import { DeliveryError } from '../../notify/delivery-error.ts'
import { webhookPlace } from '../../notify/sender.ts'
import { webhookTypeOf, webhookTypes, type WebhookType } from '../../notify/webhook-types.ts'
import { change } from '../change.ts'
import { timeText, type AlertContext, type Principal, type State } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { newId } from '../../base/secret.ts'
import { parseInput } from '../validation.ts'
import { findWebhook } from './webhooks.ts'

/** Of an account. */
export const maxWebhooks = 100

const input = z.object(
  {
    name: z.string({ error: 'must be text' }).min(1, 'must not be empty').max(256, 'must not be longer than 256 characters'),
    url: z.string({ error: 'must be text' }).max(4096, 'must not be longer than 4096 characters'),
    // It is sent as a header of HTTP: RFC 9110 §5.5 has visible ASCII and spaces there.
    secret: z
      .string({ error: 'must be text' })
      .max(4096, 'must not be longer than 4096 characters')
      .regex(/^[\x20-\x7e]*$/, 'must hold visible ASCII only')
      .nullable()
      .optional(),
    type: z.enum(webhookTypes, { error: `must be one of ${webhookTypes.join(', ')}` }).optional(),
  },
  { error: 'must be a JSON object' },
)

interface Webhook {
  readonly name: string
  readonly url: URL
  readonly type: WebhookType
  /** undefined when there is none. */
  readonly secret: string | undefined
}

/**
 * @param body `{name, url, secret?, type?}`; the type follows from the address unless it is named
 * @throws ApiError alert_webhook_test_failed, invalid_request, forbidden
 */
export async function createWebhook(context: AlertContext, principal: Principal, body: unknown): Promise<{ id: string }> {
  requireScope(principal, 'notifications:write')
  const { secret, ...rest } = parseWebhook(context, body)
  const webhook = { ...rest, secret: secret === null || secret === '' ? undefined : secret }
  await checkRoom(context.state, principal)
  await test(context, webhook)
  const id = newId()
  await change(context, principal, async (state) => {
    await checkRoom(state, principal)
    const at = timeText(context.clock.now())
    const row = {
      id,
      account: principal.account.number,
      ...columns(context, id, webhook),
      created_at: at,
      last_success: at,
      last_failure: null,
    }
    await state.insertInto('alert_webhook').values(row).execute()
    return { result: undefined, audit: { action: 'alert_webhook.create', target: id, detail: auditDetail(webhook) } }
  })
  return { id }
}

/**
 * Without `secret` the secret stays, as nobody can read it to send it again; null and the empty text remove it.
 * @throws ApiError alert_webhook_not_found and as createWebhook
 */
export async function replaceWebhook(
  context: AlertContext,
  principal: Principal,
  { id, body }: { id: string; body: unknown },
): Promise<{ id: string }> {
  requireScope(principal, 'notifications:write')
  const { secret: given, ...rest } = parseWebhook(context, body)
  const now = await findWebhook(context.state, principal, id)
  const before = now.secret === null ? undefined : now.secret
  if (before !== undefined && given === undefined && new URL(now.url).origin !== rest.url.origin) {
    // Otherwise who may change a webhook could have its secret sent to a server of their own.
    throw new ApiError('invalid_request', { reason: 'secret must be given again when url names another server' }, '/secret')
  }
  const kept = before === undefined ? undefined : context.secrets.open(before, webhookPlace(id))
  const webhook = { ...rest, secret: given === undefined ? kept : given || undefined }
  const same = now.url === rest.text && now.type === rest.type && kept === webhook.secret
  if (!same) await test(context, webhook)
  await change(context, principal, async (state) => {
    const { name, type, url } = await findWebhook(state, principal, id)
    await state
      .updateTable('alert_webhook')
      .set(columns(context, id, webhook))
      .where('id', '=', id)
      .execute()
    const detail = { before: auditDetail({ name, type, url: new URL(url) }), after: auditDetail(webhook) }
    return { result: undefined, audit: { action: 'alert_webhook.replace', target: id, detail } }
  })
  return { id }
}

function parseWebhook({ notifier }: AlertContext, body: unknown) {
  const { url: text, type, ...rest } = parseInput(input, body, 'invalid_request')
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url) throw new ApiError('invalid_request', { reason: 'url is not an address like https://example.com/hook' }, '/url')
  const objection = notifier.objection(url)
  if (objection !== undefined) throw new ApiError('invalid_request', { reason: `url ${objection}` }, '/url')
  return { ...rest, text, url, type: type ?? webhookTypeOf(url) }
}

async function test({ notifier }: AlertContext, { type, url, secret }: Webhook): Promise<void> {
  try {
    await notifier.hello(type, { url, secret })
  } catch (error) {
    if (error instanceof DeliveryError) throw new ApiError('alert_webhook_test_failed', { reason: error.message }, '/url')
    throw error
  }
}

function columns({ secrets }: AlertContext, id: string, { name, text, type, secret }: Webhook & { readonly text: string }) {
  return { name, url: text, type, secret: secret === undefined ? null : secrets.seal(secret, webhookPlace(id)) }
}

/** The path of an address may be a secret. */
const auditDetail = ({ name, type, url }: { readonly name: string; readonly type: string; readonly url: URL }) => ({
  name,
  type,
  host: url.host,
})

async function checkRoom(state: State, { account }: Principal): Promise<void> {
  const { count } = await state
    .selectFrom('alert_webhook')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('account', '=', account.number)
    .executeTakeFirstOrThrow()
  if (count >= maxWebhooks)
    throw new ApiError('invalid_request', { reason: `an account has ${maxWebhooks} webhooks at the most; delete one` })
}
