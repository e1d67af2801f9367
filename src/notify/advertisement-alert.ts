// Writes the notification of what a rule has advertised (contract §1.6, §5.3), and that it is withdrawn again.
import { alertTypes, type AlertEvent, type PrefixStatus } from '../contract/alert.ts'
import type { IncidentSummary } from '../contract/incident.ts'
import type { AlertLinks } from './incident-alert.ts'

export interface AdvertisementReport {
  readonly incident: Pick<IncidentSummary, 'id' | 'rule_id' | 'rule_name' | 'started_at' | 'vectors' | 'headline'> & {
    readonly account: number
  }
  readonly dryRun: boolean
  /** Milliseconds since 1970. */
  readonly at: number
  /** All that it has asked for; none any more once everything is withdrawn. */
  readonly prefixes: readonly PrefixStatus[]
}

/** Prefixes whose status the text tells; `data` has all of them. */
const toldPrefixes = 10

/** A START for each attempt, and again when a status has changed. */
export function buildAdvertisementAlert(report: AdvertisementReport, links: AlertLinks): AlertEvent {
  const { incident, prefixes, dryRun } = report
  const shown = prefixes
    .slice(0, toldPrefixes)
    .map(({ prefix, status, detail }) => `${prefix}: ${status}${detail === '' ? '' : ` (${detail})`}.`)
  const more = prefixes.length > toldPrefixes ? [`${prefixes.length - toldPrefixes} more.`] : []
  const dry = dryRun ? ['Dry run: nothing was sent.'] : []
  const sentences = [`Rule ${incident.rule_name} advertises because of an attack.`, ...dry, ...shown, ...more]
  const succeeded = prefixes.every(({ status }) => status === 'Advertised' || status === 'Already Advertised')
  const data = {
    ...factsOf(report),
    advertise_status: prefixes.map(({ prefix, status }) => ({ prefix, status })),
    advertise_detail: prefixes.map(({ prefix, detail }) => ({ prefix, detail })),
    severity: succeeded ? 'INFO' : 'WARNING',
  }
  return { ...eventOf(report, links, sentences), phase: 'ALERT_STATE_EVENT_START', news: true, data: { ...data, ...linkOf(report, links) } }
}

/** The END, once the attack is over and nothing of it is advertised any more. */
export function buildWithdrawnAlert(report: AdvertisementReport, links: AlertLinks): AlertEvent {
  const sentences = [`The attack is over, and nothing that rule ${report.incident.rule_name} asked for is advertised.`]
  const data = { ...factsOf(report), advertise_status: [], severity: 'INFO', end_time: new Date(report.at).toISOString() }
  return { ...eventOf(report, links, sentences), phase: 'ALERT_STATE_EVENT_END', data: { ...data, ...linkOf(report, links) } }
}

function factsOf({ incident, dryRun }: AdvertisementReport): Record<string, unknown> {
  const [vector] = incident.vectors
  return {
    rule_name: incident.rule_name,
    rule_id: incident.rule_id,
    ...(vector === undefined ? {} : { attack_type: vector.title }),
    start_time: incident.started_at,
    headline: incident.headline,
    dry_run: dryRun,
  }
}

const linkOf = ({ incident }: AdvertisementReport, { base }: AlertLinks) => ({ link: `${base}/incidents/${incident.id}` })

function eventOf(report: AdvertisementReport, links: AlertLinks, sentences: readonly string[]) {
  const { incident, at, dryRun } = report
  const { link } = linkOf(report, links)
  const type = 'fbm_auto_advertisement' as const
  return {
    account: incident.account,
    type,
    correlation_id: incident.id,
    at,
    name: `${alertTypes[type].display_name}${dryRun ? ' (dry run)' : ''}`,
    text: [...sentences, `Details: ${link}`].join(' '),
    link,
  }
}
