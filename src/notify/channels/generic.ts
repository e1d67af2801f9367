// Generic webhook: the body of contract §5.3; the secret is sent as it is in `cf-webhook-auth`.
import { genericBody, type WebhookTarget } from '../alert-message.ts'
import type { WebhookChannel } from '../webhook-channel.ts'

export const generic: WebhookChannel = {
  alert: (message, target) => ({ url: target.url, headers: headers(target), body: genericBody(message) }),
  hello: (text, target) => ({ url: target.url, headers: headers(target), body: { text } }),
}

const headers = ({ secret }: WebhookTarget): Record<string, string> => (secret === undefined ? {} : { 'cf-webhook-auth': secret })
