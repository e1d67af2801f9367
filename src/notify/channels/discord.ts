// Discord webhooks: one embed (discord.com/developers/docs/resources/webhook).
import { clip, factsOf, isEnd, title, type AlertMessage } from '../alert-message.ts'
import type { WebhookChannel } from '../webhook-channel.ts'

/** Limits of an embed: title 256 characters, description 4096, 25 fields of 256 and 1024, all together 6000. */
const titleLength = 256
const descriptionLength = 2000
const fieldLength = 200
const maxFields = 16
const red = 0xd6_2d_20
const green = 0x2e_a0_43

/** Names in an alert must not call anybody. */
const nobody = { parse: [] }

export const discord: WebhookChannel = {
  alert: (message, { url }) => ({ url, headers: {}, body: { embeds: [embed(message)], allowed_mentions: nobody } }),
  hello: (text, { url }) => ({ url, headers: {}, body: { content: text, allowed_mentions: nobody } }),
}

function embed(message: AlertMessage): Record<string, unknown> {
  const facts = factsOf(message).slice(0, maxFields)
  return {
    title: clip(title(message), titleLength),
    description: clip(message.text, descriptionLength),
    ...(message.link === '' ? {} : { url: message.link }),
    color: isEnd(message) ? green : red,
    timestamp: new Date(message.at).toISOString(),
    fields: facts.map(({ title, value }) => ({ name: title, value: clip(value, fieldLength), inline: true })),
  }
}
