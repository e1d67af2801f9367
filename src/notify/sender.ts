// Sends one delivery by its channel: looks up where it goes, decrypts the secret, and speaks the format.
import type { Kysely } from 'kysely'
import type { Config } from '../contract/config.ts'
import type { StateTables } from '../store/state-tables.ts'
import type { AlertMessage, WebhookTarget } from './alert-message.ts'
import { sendMail } from './channels/mail.ts'
import { pagerdutyEvent } from './channels/pagerduty.ts'
import { sendSyslog } from './channels/syslog.ts'
import { DeliveryError } from './delivery-error.ts'
import type { DueDelivery } from './delivery-queue.ts'
import { postJson, type HttpPost } from './http-post.ts'
import type { SecretBox } from '../base/secret-box.ts'
import type { TargetGuard } from './target-guard.ts'
import type { WebhookChannel } from './webhook-channel.ts'
import { webhookChannels, type WebhookType } from './webhook-types.ts'

export interface SenderConfig {
  readonly alerts: Config['alerts']
  readonly timeoutMs: number
}

export interface SenderDependencies {
  readonly state: Kysely<StateTables>
  readonly secrets: Pick<SecretBox, 'open'>
  readonly guard: TargetGuard
}

/** The destination was deleted before its delivery was sent. */
export class DestinationGoneError extends Error {
  override readonly name = 'DestinationGoneError'
}

const helloText = 'Hello World! This is a test message sent from Drawbridge. If you can see this, your webhook is configured properly.'

export class Sender {
  readonly #config: SenderConfig
  readonly #deps: SenderDependencies

  constructor(config: SenderConfig, deps: SenderDependencies) {
    this.#config = config
    this.#deps = deps
  }

  /** @throws DeliveryError, DestinationGoneError, SecretBoxError */
  async send({ kind, destination, message }: DueDelivery): Promise<void> {
    const { alerts, timeoutMs } = this.#config
    if (kind === 'webhook') return this.#webhook(destination, message)
    if (kind === 'pagerduty') return this.#pagerduty(destination, message)
    if (kind === 'email') return sendMail(message, destination, { smtp: alerts.smtp, timeoutMs })
    if (alerts.syslog === '') throw new DeliveryError('no syslog server is configured; set alerts.syslog', { rejected: true })
    return sendSyslog(message, alerts.syslog, timeoutMs)
  }

  /** Sends the test message of a webhook. @throws DeliveryError */
  async hello(type: WebhookType, target: WebhookTarget): Promise<void> {
    const { timeoutMs } = this.#config
    const channel = webhookChannels[type]
    judge(channel, await postJson(channel.hello(helloText, target), { timeoutMs, guard: this.#deps.guard }))
  }

  async #webhook(id: string, message: AlertMessage): Promise<void> {
    const row = await this.#deps.state.selectFrom('alert_webhook').selectAll().where('id', '=', id).executeTakeFirst()
    if (!row) throw new DestinationGoneError('the webhook was deleted')
    // Only types of the table are written.
    const channel = webhookChannels[row.type as WebhookType]
    const secret = row.secret === null ? undefined : this.#deps.secrets.open(row.secret, webhookPlace(id))
    const post = identified(channel.alert(message, { url: new URL(row.url), secret }), message)
    judge(channel, await postJson(post, { timeoutMs: this.#config.timeoutMs, guard: this.#deps.guard }))
  }

  async #pagerduty(id: string, message: AlertMessage): Promise<void> {
    const row = await this.#deps.state.selectFrom('alert_pagerduty').selectAll().where('id', '=', id).executeTakeFirst()
    if (!row) throw new DestinationGoneError('the PagerDuty service was deleted')
    const key = this.#deps.secrets.open(row.routing_key, pagerdutyPlace(id))
    const post = identified(pagerdutyEvent(message, new URL(this.#config.alerts.pagerduty_url), key), message)
    await postJson(post, { timeoutMs: this.#config.timeoutMs })
  }
}

/** Where the secrets are sealed for: see SecretBox. */
export const webhookPlace = (id: string): string => `webhook/${id}`
export const pagerdutyPlace = (id: string): string => `pagerduty/${id}`

/** The same key at every try: a receiver that sees it twice can drop the second. */
function identified(post: HttpPost, { delivery }: AlertMessage): HttpPost {
  return { ...post, headers: { ...post.headers, 'idempotency-key': delivery } }
}

function judge(channel: WebhookChannel, answer: string): void {
  const refusal = channel.refusal?.(answer)
  if (refusal !== undefined) throw new DeliveryError(refusal, { rejected: true })
}
