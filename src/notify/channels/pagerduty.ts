// PagerDuty's events API v2: START triggers, END resolves the same incident
// (developer.pagerduty.com/docs/events-api-v2/trigger-events).
import { clip, isEnd, title, type AlertMessage } from '../alert-message.ts'
import type { HttpPost } from '../http-post.ts'

/** Limit of the API. */
const summaryLength = 1024

/** @param routingKey integration key of the service, 32 characters */
export function pagerdutyEvent(message: AlertMessage, endpoint: URL, routingKey: string): HttpPost {
  const head = { routing_key: routingKey, dedup_key: message.correlation }
  if (isEnd(message)) return { url: endpoint, headers: {}, body: { ...head, event_action: 'resolve' } }
  const payload = {
    summary: clip(`${title(message)}: ${message.text}`, summaryLength),
    source: 'drawbridge',
    severity: message.type === 'fbm_dosd_attack' ? 'critical' : 'warning',
    timestamp: new Date(message.at).toISOString(),
    class: message.type,
    custom_details: message.data,
  }
  const links = message.link === '' ? {} : { links: [{ href: message.link, text: 'Incident' }] }
  return { url: endpoint, headers: {}, body: { ...head, event_action: 'trigger', client: 'Drawbridge', payload, ...links } }
}
