// Google Chat webhooks: text, START and END in one thread (developers.google.com/workspace/chat/quickstart/webhooks).
import { clip, factsOf, title, type AlertMessage } from '../alert-message.ts'
import type { WebhookChannel } from '../webhook-channel.ts'

/** A message has 32 000 bytes at the most; no character of ours needs more than four. */
const textLength = 8000

export const gchat: WebhookChannel = {
  alert: (message, { url }) => ({
    url: inThread(url),
    headers: {},
    body: { text: clip(words(message), textLength), thread: { threadKey: message.correlation } },
  }),
  hello: (text, { url }) => ({ url, headers: {}, body: { text } }),
}

function inThread(url: URL): URL {
  const threaded = new URL(url)
  threaded.searchParams.set('messageReplyOption', 'REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD')
  return threaded
}

function words(message: AlertMessage): string {
  const facts = factsOf(message).map(({ title, value }) => `${title}: ${value}`)
  // `<users/all>` would call everybody.
  return [`*${title(message)}*`, message.text, ...facts].join('\n').replaceAll(/<(?=users\/)/g, '‹')
}
