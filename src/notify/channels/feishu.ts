// Feishu and Lark custom bots: a rich text post, signed when the webhook has a secret
// (open.feishu.cn/document/client-docs/bot-v3/add-custom-bot).
import { createHmac } from 'node:crypto'
import { clip, factsOf, title, type AlertMessage, type WebhookTarget } from '../alert-message.ts'
import type { WebhookChannel } from '../webhook-channel.ts'

/** A request has 20 KB at the most. */
const textLength = 3000

export const feishu: WebhookChannel = {
  alert: (message, target) => ({
    url: target.url,
    headers: {},
    body: { ...signature(target), msg_type: 'post', content: { post: { en_us: { title: title(message), content: lines(message) } } } },
  }),
  hello: (text, target) => ({ url: target.url, headers: {}, body: { ...signature(target), msg_type: 'text', content: { text } } }),
  refusal,
}

function lines(message: AlertMessage): unknown[] {
  const facts = factsOf(message).map(({ title, value }) => [{ tag: 'text', text: `${title}: ${clip(value, 500)}` }])
  const link = message.link === '' ? [] : [[{ tag: 'a', text: 'Open the incident', href: message.link }]]
  return [[{ tag: 'text', text: clip(message.text, textLength) }], ...facts, ...link]
}

/** The key is `<seconds>\n<secret>`, what is signed is nothing. */
function signature({ secret }: WebhookTarget): Record<string, string> {
  if (secret === undefined) return {}
  const timestamp = String(Math.floor(Date.now() / 1000))
  return { timestamp, sign: createHmac('sha256', `${timestamp}\n${secret}`).digest('base64') }
}

/** The status is always 200; the body has a code that is 0 for success. */
function refusal(answer: string): string | undefined {
  try {
    const { code = 0 } = JSON.parse(answer) as { code?: unknown }
    return code === 0 ? undefined : `the bot answered code ${String(code)}`
  } catch {
    return 'the bot did not answer JSON'
  }
}
