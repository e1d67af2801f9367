// Datadog's event API (docs.datadoghq.com/api/latest/events). The secret is the API key.
import { clip, isEnd, title, type WebhookTarget } from '../alert-message.ts'
import type { WebhookChannel } from '../webhook-channel.ts'

/** Limits of the API. */
const titleLength = 100
const textLength = 4000
const keyLength = 100

export const datadog: WebhookChannel = {
  alert: (message, target) => ({
    url: target.url,
    headers: headers(target),
    body: {
      title: clip(title(message), titleLength),
      text: clip(message.text, textLength),
      alert_type: isEnd(message) ? 'success' : 'error',
      aggregation_key: clip(message.correlation, keyLength),
      date_happened: Math.floor(message.at / 1000),
      tags: ['source:drawbridge', `alert_type:${message.type}`, `policy:${message.policy.id}`],
    },
  }),
  hello: (text, target) => ({ url: target.url, headers: headers(target), body: { title: 'Drawbridge: test', text, alert_type: 'info' } }),
}

const headers = ({ secret }: WebhookTarget): Record<string, string> => (secret === undefined ? {} : { 'dd-api-key': secret })
