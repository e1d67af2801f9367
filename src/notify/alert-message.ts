// What a channel makes its words from: an alert, who it is for, and the fields that every format shows.
import type { AlertPhase } from '../contract/alert.ts'

export interface AlertMessage {
  /** Id of the delivery, 32 hex digits; the same at every try. */
  readonly delivery: string
  /** For an END the id of the delivery that told the START, where there is one. */
  readonly started: string | undefined
  /** 32 hex digits. */
  readonly account: string
  readonly policy: { readonly id: string; readonly name: string }
  readonly type: string
  readonly phase: AlertPhase
  readonly correlation: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly name: string
  readonly text: string
  readonly data: Readonly<Record<string, unknown>>
  /** Address of the incident's page, empty where there is none. */
  readonly link: string
}

/** Where a webhook goes. */
export interface WebhookTarget {
  readonly url: URL
  readonly secret: string | undefined
}

export const isEnd = (message: AlertMessage): boolean => message.phase === 'ALERT_STATE_EVENT_END'

/** One line: name and whether it begins or ends. */
export function title(message: AlertMessage): string {
  return `${isEnd(message) ? 'Ended: ' : ''}${message.name}`
}

/** The body of contract §5.3. */
export function genericBody(message: AlertMessage): Record<string, unknown> {
  return {
    name: message.name,
    text: message.text,
    data: message.data,
    ts: Math.floor(message.at / 1000),
    account_id: message.account,
    policy_id: message.policy.id,
    policy_name: message.policy.name,
    alert_type: message.type,
    alert_correlation_id: message.correlation,
    alert_event: message.phase,
    link: message.link,
  }
}

export interface ShownFact {
  readonly title: string
  readonly value: string
}

/** The keys of `data` that chats and mails show, with their titles. */
const shownFacts = {
  router: 'Router',
  rule_name: 'Rule',
  attack_type: 'Attack',
  target_ip: 'Target',
  target_port: 'Target port',
  prefixes: 'Prefixes',
  threshold: 'Limit',
  bits_per_second: 'Traffic',
  packets_per_second_string: 'Packets',
  start_time: 'Began',
  end_time: 'Ended',
  duration: 'Lasted',
  top_sources: 'Top sources',
  source_asns: 'Source networks',
  source_countries: 'Source countries',
  top_destinations: 'Top destinations',
} as const

/** Entries of a list that are shown; the whole list is in a generic webhook and on the incident's page. */
const listEntries = 3

/** What is known, in a fixed order. */
export function factsOf({ data }: AlertMessage): ShownFact[] {
  return Object.entries(shownFacts).flatMap(([key, title]) => {
    const value = shown(data[key])
    return value === '' ? [] : [{ title, value }]
  })
}

function shown(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  if (!Array.isArray(value)) return ''
  const more = value.length > listEntries ? ` and ${value.length - listEntries} more` : ''
  return value.slice(0, listEntries).map(shownEntry).join(', ') + more
}

/** An entry is text or a talker of incident-alert.ts. */
function shownEntry(entry: unknown): string {
  if (typeof entry !== 'object' || entry === null) return String(entry)
  const { value = '', name = '', share } = entry as { value?: unknown; name?: unknown; share?: unknown }
  const named = name === '' ? String(value) : `${String(value)} ${String(name)}`
  return typeof share === 'number' ? `${named} (${Math.round(share * 100)} %)` : named
}

/** Text without what does not fit, with an ellipsis. Services refuse what is too long. */
export function clip(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`
}
