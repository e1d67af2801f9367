// Policies and their destinations in words, and what people type into a policy. Pure.
import type { MechanismName, Mechanisms, PagerDutyService, Policy, Silence, Webhook } from '../api/alert-queries.ts'
import { alertMessages } from '../messages/alerts.ts'

export interface Destinations {
  readonly webhooks: readonly Webhook[]
  readonly pagerduty: readonly PagerDutyService[]
}

/** The one syslog server there can be. */
export const syslogId = 'default'

function idsOf(mechanisms: Mechanisms, name: MechanismName): string[] {
  return (mechanisms[name] ?? []).map(({ id }) => id)
}

/** Names of everybody that a policy tells. What was deleted has none and is left out. */
export function destinationNames({ mechanisms }: Pick<Policy, 'mechanisms'>, { webhooks, pagerduty }: Destinations): string[] {
  const named = (ids: readonly string[], known: readonly { id: string; name: string }[]) =>
    known.filter(({ id }) => ids.includes(id)).map(({ name }) => name)
  return [
    ...named(idsOf(mechanisms, 'webhooks'), webhooks),
    ...named(idsOf(mechanisms, 'pagerduty'), pagerduty),
    ...idsOf(mechanisms, 'email'),
    ...idsOf(mechanisms, 'syslog').map(() => alertMessages.history.mechanisms['syslog'] ?? ''),
  ]
}

export interface MailList {
  readonly addresses: readonly string[]
  /** The first that is none. */
  readonly wrong: string | undefined
}

export function readMail(typed: string): MailList {
  const addresses = [...new Set(typed.split(/[\s,;]+/).filter((text) => text !== ''))]
  // The server judges; here only what is surely no address is caught.
  return { addresses, wrong: addresses.find((address) => !/^[^@]+@[^@]+$/.test(address)) }
}

/** Silences of a policy that hold at a time (milliseconds since 1970). */
export function silencedNow(policy: string, silences: readonly Silence[], now: number): boolean {
  return silences.some(
    ({ policy_id, start_time, end_time }) => policy_id === policy && Date.parse(start_time) <= now && now < Date.parse(end_time),
  )
}

/** The part of a webhook's address that may be shown: paths of some services hold a secret. */
export function webhookHost({ url }: Pick<Webhook, 'url'>): string {
  return URL.canParse(url) ? new URL(url).host : url
}
