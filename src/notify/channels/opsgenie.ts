// Opsgenie's alert API: START creates an alert under the correlation id as its alias, END closes it
// (docs.opsgenie.com/docs/alert-api). The secret is the API key.
import { clip, factsOf, isEnd, title, type AlertMessage, type WebhookTarget } from '../alert-message.ts'
import type { HttpPost } from '../http-post.ts'
import type { WebhookChannel } from '../webhook-channel.ts'

/** Limits of the API. */
const messageLength = 130
const descriptionLength = 15_000
const detailLength = 1000

export const opsgenie: WebhookChannel = {
  alert: (message, target) => (isEnd(message) ? close(message, target) : create(message, target)),
  hello: (text, target) => ({
    url: target.url,
    headers: headers(target),
    body: { message: 'Drawbridge: test', description: text, source: 'Drawbridge', priority: 'P5' },
  }),
}

function create(message: AlertMessage, target: WebhookTarget): HttpPost {
  const body = {
    message: clip(title(message), messageLength),
    alias: message.correlation,
    description: clip(message.text, descriptionLength),
    details: Object.fromEntries(factsOf(message).map(({ title, value }) => [title, clip(value, detailLength)])),
    source: 'Drawbridge',
    priority: message.type === 'fbm_dosd_attack' ? 'P1' : 'P2',
  }
  return { url: target.url, headers: headers(target), body }
}

function close(message: AlertMessage, target: WebhookTarget): HttpPost {
  const url = new URL(target.url)
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${message.correlation}/close`
  url.searchParams.set('identifierType', 'alias')
  return { url, headers: headers(target), body: { source: 'Drawbridge', note: clip(message.text, descriptionLength) } }
}

const headers = ({ secret }: WebhookTarget): Record<string, string> => (secret === undefined ? {} : { authorization: `GenieKey ${secret}` })
