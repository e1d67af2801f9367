// Slack incoming webhooks: Block Kit (docs.slack.dev/reference/block-kit). Mattermost and Rocket.Chat read the same text.
import { clip, factsOf, isEnd, title, type AlertMessage } from '../alert-message.ts'
import type { WebhookChannel } from '../webhook-channel.ts'

/** Limits of Block Kit: header 150 characters, section 3000, ten fields of 2000. */
const headerLength = 150
const sectionLength = 3000
const fieldLength = 2000
const maxFields = 10

export const slack: WebhookChannel = {
  alert: (message, { url }) => ({ url, headers: {}, body: { text: `${title(message)}: ${message.text}`, blocks: blocks(message) } }),
  hello: (text, { url }) => ({ url, headers: {}, body: { text } }),
}

function blocks(message: AlertMessage): unknown[] {
  const sign = isEnd(message) ? ':large_green_circle:' : ':red_circle:'
  const fields = factsOf(message)
    .slice(0, maxFields)
    .map((fact) => ({ type: 'mrkdwn', text: clip(`*${fact.title}*\n${escaped(fact.value)}`, fieldLength) }))
  return [
    { type: 'header', text: { type: 'plain_text', text: clip(`${sign} ${title(message)}`, headerLength), emoji: true } },
    { type: 'section', text: { type: 'mrkdwn', text: clip(escaped(message.text), sectionLength) } },
    ...(fields.length > 0 ? [{ type: 'section', fields }] : []),
  ]
}

/** Slack reads these three as markup: `<!channel>` in the name of a rule must not call everybody. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
