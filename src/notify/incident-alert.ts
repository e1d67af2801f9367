// Writes the alert about an incident: the fields of `data` that receivers of the original know (contract §5.3), ours
// beside them, and the text for people.
import type { AlertEvent, AlertType, IncidentReport, PrefixStatus } from '../contract/alert.ts'
import type { DetectedIncident, IncidentEventKind, IncidentFacts, IncidentTalker } from '../contract/incident.ts'
import { bitsText, bpsText, megabits, ppsText, spanText } from './rate-text.ts'

export interface AlertLinks {
  /** Address that people reach the dashboard by, without a slash at the end. */
  readonly base: string
}

/** Entries of each list of talkers in `data`. */
const listedTalkers = 5

/** @param kind `closed` makes an END, the others a START: enqueueAlert tells a START again only as often as a policy wants it */
export function buildIncidentAlert(kind: IncidentEventKind, report: IncidentReport, links: AlertLinks): AlertEvent {
  const { incident } = report
  const dosd = incident.rule_type === 'advanced_ddos'
  const type: AlertType = dosd ? 'fbm_dosd_attack' : 'fbm_volumetric_attack'
  const ended = kind === 'closed'
  const link = `${links.base}/incidents/${incident.id}`
  return {
    account: incident.account,
    type,
    phase: ended ? 'ALERT_STATE_EVENT_END' : 'ALERT_STATE_EVENT_START',
    correlation_id: incident.id,
    at: momentOf(kind, report),
    name: `Magic Network Monitoring: ${dosd ? 'DDoS Attack' : 'Volumetric Attack'}`,
    text: alertText(ended, report, link),
    data: { ...(dosd ? dosdData(report) : volumetricData(report)), ...ownData(ended, report), link },
    link,
  }
}

/** When it was opened; afterwards the newest that is known of it. */
function momentOf(kind: IncidentEventKind, { incident, facts }: IncidentReport): number {
  const opened = Date.parse(incident.opened_at)
  if (kind === 'opened') return opened
  const line = Date.parse(incident.timeline.at(-1)?.at ?? incident.opened_at)
  const flows = facts.as_of === null ? opened : Date.parse(facts.as_of)
  return Math.max(opened, line, flows, (incident.series.at(-1)?.time ?? 0) * 1000)
}

/** At an END the traffic is back to normal: what is told then is the peak. */
function told(incident: DetectedIncident) {
  const open = incident.state === 'open'
  return {
    bits: open ? incident.bits_per_second : incident.peak_bits_per_second,
    packets: open ? incident.packets_per_second : incident.peak_packets_per_second,
  }
}

function volumetricData({ incident, advertised = [] }: IncidentReport): Record<string, unknown> {
  const { bits, packets } = told(incident)
  const { rule } = incident
  const sensitivity = rule.zscore_sensitivity === null ? {} : { rule_zscore_sensitivity: rule.zscore_sensitivity }
  return {
    rule_name: incident.rule_name,
    rule_threshold: String(Math.round(incident.limit)),
    rule_duration: rule.duration,
    ...(incident.rule_type === 'zscore' ? sensitivity : {}),
    packets_per_second: Math.round(packets),
    packets_per_second_string: ppsText(packets),
    bits_per_second: bitsText(bits),
    megabits_per_second: megabits(bits),
    start_time: incident.started_at,
    auto_advertised: isAdvertised(advertised),
    severity: 'INFO',
  }
}

function dosdData({ incident, facts, advertised = [] }: IncidentReport): Record<string, unknown> {
  const { bits, packets } = told(incident)
  const [vector] = incident.vectors
  const port = Number(facts.destination_ports[0]?.value)
  return {
    target_ip: bareTarget(vector?.target ?? incident.targets[0] ?? ''),
    ...(Number.isInteger(port) ? { target_port: port } : {}),
    attack_type: vector?.title ?? 'unknown',
    protocol: facts.protocols[0]?.name ?? '',
    packets_per_second: Math.round(packets),
    packets_per_second_string: ppsText(packets),
    bits_per_second: bitsText(bits),
    megabits_per_second: megabits(bits),
    max_rate: bpsText(incident.peak_bits_per_second),
    rule_name: incident.rule_name,
    start_time: incident.started_at,
    auto_advertised: isAdvertised(advertised),
    advertise_status: advertised.map(({ prefix, status }) => ({ prefix, status })),
    severity: incident.state === 'open' ? 'CRITICAL' : 'INFO',
  }
}

/** What the original does not tell. */
function ownData(ended: boolean, { incident, facts }: IncidentReport): Record<string, unknown> {
  const { bits, packets } = told(incident)
  return {
    rule_id: incident.rule_id,
    rule_type: incident.rule_type,
    headline: incident.headline,
    prefixes: incident.targets,
    threshold: limitText(incident),
    observed: {
      bits_per_second: Math.round(bits),
      packets_per_second: Math.round(packets),
      peak_bits_per_second: Math.round(incident.peak_bits_per_second),
      peak_packets_per_second: Math.round(incident.peak_packets_per_second),
      zscore: incident.zscore,
    },
    ...(incident.vectors.length > 0 ? { vectors: incident.vectors } : {}),
    top_sources: talkers(facts.sources),
    top_destinations: talkers(facts.destinations),
    source_asns: talkers(facts.source_asns),
    source_countries: talkers(facts.source_countries),
    ...(ended && incident.ended_at !== null ? { end_time: incident.ended_at, duration: lasted(incident) } : {}),
  }
}

function talkers(list: readonly IncidentTalker[]) {
  return list.slice(0, listedTalkers).map(({ value, name, bits_per_second, packets_per_second, share }) => ({
    value,
    name,
    bits_per_second: Math.round(bits_per_second),
    packets_per_second: Math.round(packets_per_second),
    share: Number(share.toFixed(4)),
  }))
}

function alertText(ended: boolean, { incident, facts }: IncidentReport, link: string): string {
  const peak = `${bitsText(incident.peak_bits_per_second)} and ${ppsText(incident.peak_packets_per_second)}`
  const sentences = ended
    ? [`Rule ${incident.rule_name} is calm again after ${lasted(incident)}.`, sentence(incident.headline), `It peaked at ${peak}.`]
    : [sentence(incident.headline), `The limit is ${limitText(incident)}, the peak so far ${peak}.`]
  return [...sentences, ...sourcesSentence(facts), `Details: ${link}`].join(' ')
}

const sentence = (text: string): string => (text.endsWith('.') ? text : `${text}.`)

function sourcesSentence({ sources, source_asns: networks }: IncidentFacts): string[] {
  const named = [...sources.slice(0, 3), ...networks.slice(0, 2)].map(({ value, name, share }) => {
    const title = name === '' ? value : `${name} (${/^\d+$/.test(value) ? 'AS' : ''}${value})`
    return `${title} ${Math.round(share * 100)} %`
  })
  return named.length === 0 ? [] : [`Most of it comes from ${named.join(', ')}.`]
}

const limitText = ({ metric, limit }: DetectedIncident): string => (metric === 'bits' ? bitsText(limit) : ppsText(limit))

const lasted = ({ started_at, ended_at }: DetectedIncident): string =>
  ended_at === null ? '' : spanText(Date.parse(ended_at) - Date.parse(started_at))

const isAdvertised = (prefixes: readonly PrefixStatus[]): boolean =>
  prefixes.some(({ status }) => status === 'Advertised' || status === 'Already Advertised')

/** An address where one host is attacked, else the prefix. */
const bareTarget = (cidr: string): string => cidr.replace(cidr.includes(':') ? /\/128$/ : /\/32$/, '')
