// Microsoft Teams by the address of a workflow ("post to a channel when a webhook request is received"): an adaptive card
// (adaptivecards.io, version 1.4).
import { clip, factsOf, isEnd, title, type AlertMessage } from '../alert-message.ts'
import type { HttpPost } from '../http-post.ts'
import type { WebhookChannel } from '../webhook-channel.ts'

/** A message has about 28 KB at the most. */
const textLength = 4000
const valueLength = 500

export const msteams: WebhookChannel = {
  alert: (message, { url }) => card(url, alertBody(message), message.link),
  hello: (text, { url }) => card(url, [{ type: 'TextBlock', text, wrap: true }], ''),
}

function alertBody(message: AlertMessage): unknown[] {
  const color = isEnd(message) ? 'Good' : 'Attention'
  return [
    { type: 'TextBlock', text: title(message), weight: 'Bolder', size: 'Medium', color, wrap: true },
    { type: 'TextBlock', text: clip(message.text, textLength), wrap: true },
    { type: 'FactSet', facts: factsOf(message).map((fact) => ({ title: fact.title, value: clip(fact.value, valueLength) })) },
  ]
}

function card(url: URL, body: unknown[], link: string): HttpPost {
  const actions = link === '' ? [] : [{ type: 'Action.OpenUrl', title: 'Open the incident', url: link }]
  const content = { $schema: 'http://adaptivecards.io/schemas/adaptive-card.json', type: 'AdaptiveCard', version: '1.4', body, actions }
  const attachment = { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }
  return { url, headers: {}, body: { type: 'message', attachments: [attachment] } }
}
