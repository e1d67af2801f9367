// What a format of webhook is.
import type { AlertMessage, WebhookTarget } from './alert-message.ts'
import type { HttpPost } from './http-post.ts'

export interface WebhookChannel {
  /** The request that tells an alert. */
  alert(message: AlertMessage, target: WebhookTarget): HttpPost
  /** The request that shows that the webhook works. */
  hello(text: string, target: WebhookTarget): HttpPost
  /** For services that answer 200 also when they refuse: what they say then, undefined when they took it. */
  readonly refusal?: (answer: string) => string | undefined
}
