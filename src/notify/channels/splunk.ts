// Splunk's HTTP event collector (docs.splunk.com, HEC endpoints). The secret is the collector's token. An address that
// ends in `/raw` gets the generic body as it is.
import { genericBody, type WebhookTarget } from '../alert-message.ts'
import type { WebhookChannel } from '../webhook-channel.ts'

export const splunk: WebhookChannel = {
  alert: (message, target) => ({
    url: target.url,
    headers: headers(target),
    body: event(target, genericBody(message), message.at / 1000),
  }),
  hello: (text, target) => ({ url: target.url, headers: headers(target), body: event(target, { text }) }),
}

function event({ url }: WebhookTarget, body: Record<string, unknown>, time?: number): Record<string, unknown> {
  if (/\/raw(?:\/|$)/.test(url.pathname)) return body
  return { event: body, sourcetype: '_json', source: 'drawbridge', ...(time === undefined ? {} : { time }) }
}

const headers = ({ secret }: WebhookTarget): Record<string, string> => (secret === undefined ? {} : { authorization: `Splunk ${secret}` })
