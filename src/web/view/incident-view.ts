// An incident as the pages show it: sentences, times, the view of the overview that fits it. Pure.
import type { Incident, IncidentList, IncidentPoint, IncidentSummary, IncidentTalker } from '../../contract/incident.ts'
import type { Metric } from '../api/flow-groups.ts'
import { messages } from '../messages.ts'
import { incidentMessages } from '../messages/incidents.ts'
import { serverText } from '../messages/server-text.ts'
import type { Dimension, FlowCondition } from './filter.ts'
import { labelOf, type Label } from './labels.ts'
import type { View } from './search.ts'
import type { Point } from './series.ts'

const text = incidentMessages

/** Seconds from the first second beyond the limit until the calm, or until now. */
export function incidentSeconds({ started_at, ended_at }: Pick<IncidentSummary, 'started_at' | 'ended_at'>, now: number): number {
  return Math.max(0, ((ended_at === null ? now : Date.parse(ended_at)) - Date.parse(started_at)) / 1000)
}

const hostPattern = /^(.+)\/(?:32|128)$/

/** `203.0.113.7/32` is a host: `203.0.113.7`. */
export function targetName(target: string): string {
  const host = hostPattern.exec(target)?.[1]
  return host !== undefined && host.includes(':') === target.endsWith('/128') ? host : target
}

/** The first target and how many more. */
export function targetsText(targets: readonly string[]): string {
  const [first = ''] = targets
  return targets.length > 1 ? text.overview.andTargets(targetName(first), targets.length - 1) : targetName(first)
}

/** What happens to whom, in a few words: the vectors where they are known, else the sentence of the incident. */
export function shortHeadline({ vectors, targets, headline }: Pick<IncidentSummary, 'vectors' | 'targets' | 'headline'>): string {
  const [first] = vectors
  if (first === undefined) return serverText(headline)
  const titles = [...new Set(vectors.map(({ title }) => serverText(title)))]
  const attacked = [...new Set(vectors.map(({ target }) => target))]
  return text.overview.vectorOn(messages.list(titles.slice(0, 2)), targetsText(attacked.length === 0 ? targets : attacked))
}

/** The largest second, in the unit. */
export function peakOf(incident: Pick<IncidentSummary, 'peak_bits_per_second' | 'peak_packets_per_second'>, metric: Metric): number {
  return metric === 'bits' ? incident.peak_bits_per_second : incident.peak_packets_per_second
}

export function incidentPoints(series: readonly IncidentPoint[], metric: Metric): Point[] {
  return series.map((point): Point => [point.time * 1000, point[metric]])
}

// Some traffic before and after shows what was usual.
const margin = 120_000

function spanOf({ started_at, ended_at }: Pick<IncidentSummary, 'started_at' | 'ended_at'>, now: number): { from: number; to: number } {
  const to = Math.min(now, (ended_at === null ? now : Date.parse(ended_at)) + margin)
  return { from: Date.parse(started_at) - margin, to: Math.max(to, Date.parse(started_at)) }
}

/** The view of the overview with the flows of the incident: those to its one host, else those that its rule counts. */
export function overviewOf(
  incident: Pick<Incident, 'started_at' | 'ended_at' | 'rule_id' | 'targets' | 'metric'>,
  now: number,
  more: readonly FlowCondition[] = [],
): View {
  const { from, to } = spanOf(incident, now)
  const [target = ''] = incident.targets
  const host = incident.targets.length === 1 ? targetName(target) : target
  const one: FlowCondition =
    incident.targets.length === 1 && host !== target
      ? { dimension: 'destinationAddress', value: host, exclude: false }
      : { dimension: 'ruleIDs', value: incident.rule_id, exclude: false }
  const others = more.filter(({ dimension }) => dimension !== one.dimension)
  return {
    time: { kind: 'fixed', from, to },
    metric: incident.metric,
    conditions: [...(others.length < more.length ? [] : [one]), ...more],
  }
}

const listDimensions: Readonly<Record<IncidentList, Dimension | undefined>> = {
  sources: 'sourceAddress',
  source_asns: 'sourceAS',
  source_countries: 'sourceCountry',
  source_ports: 'sourcePort',
  destinations: 'destinationAddress',
  destination_ports: 'destinationPort',
  protocols: 'protocol',
  tcp_flags: undefined,
  routers: 'routerAddress',
}

/** What to filter the overview by for a row of a list; undefined where it has no such filter. */
export function talkerCondition(list: IncidentList, { value }: IncidentTalker): FlowCondition | undefined {
  const dimension = listDimensions[list]
  return dimension === undefined || value === '' ? undefined : { dimension, value, exclude: false }
}

export function talkerLabel(list: IncidentList, { value, name }: IncidentTalker, routers: Readonly<Record<string, string>>): Label {
  const dimension = listDimensions[list]
  if (dimension === undefined) return { value: value === '' ? messages.none : value, name }
  return labelOf(dimension, value, { as: name === '' ? {} : { [value]: name }, routers })
}
