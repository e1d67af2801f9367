// What an incident is: a rule that fired, from the first second beyond its limit to the calm afterwards.
import type { Rule, RuleType } from './rule.ts'

export type IncidentMetric = 'bits' | 'packets'

/** What an advanced_ddos rule saw in one target. */
export interface IncidentVector {
  /** Name from the table of attack vectors, `dns_amplification`. */
  readonly vector: string
  /** For people: `DNS amplification`. */
  readonly title: string
  /** Host, /24 or /64, or prefix of the rule, CIDR text. */
  readonly target: string
  readonly bits_per_second: number
  readonly packets_per_second: number
  /** Share of the target's traffic, 0 to 1. */
  readonly share: number
  /** Headers that this was told from. */
  readonly samples: number
}

/** A line of the timeline. */
export interface IncidentEntry {
  /** RFC 3339 with milliseconds. */
  readonly at: string
  readonly kind: 'breach' | 'opened' | 'peak' | 'vector' | 'calm' | 'restart' | 'closed' | 'alert' | 'advertisement' | 'capture' | 'note'
  /** One English sentence without the time. */
  readonly text: string
}

/** Traffic in one step of the series; `time` is where the step begins, seconds since 1970. */
export interface IncidentPoint {
  readonly time: number
  readonly bits: number
  readonly packets: number
}

/** A captured header (sFlow). */
export interface IncidentPacket {
  /** RFC 3339. */
  readonly at: string
  readonly router: string
  /** Bytes of the frame on the wire. */
  readonly length: number
  /** First bytes of the frame from its Ethernet (or IP) header on, hex. */
  readonly hex: string
  /** One line: addresses, ports, flags, length. */
  readonly summary: string
}

/** One row of a list of those who took part. */
export interface IncidentTalker {
  /** Address, port, AS number, country or protocol as text. */
  readonly value: string
  /** Name of an AS or of a protocol; empty otherwise. */
  readonly name: string
  readonly bits_per_second: number
  readonly packets_per_second: number
  /** 0 to 1 of the incident's traffic. */
  readonly share: number
}

export const incidentLists = [
  'sources',
  'source_asns',
  'source_countries',
  'source_ports',
  'destinations',
  'destination_ports',
  'protocols',
  'tcp_flags',
  'routers',
] as const
export type IncidentList = (typeof incidentLists)[number]

/** Who and what took part, from stored flows; empty until the first of them are stored. */
export type IncidentFacts = Readonly<Record<IncidentList, readonly IncidentTalker[]>> & {
  /** RFC 3339: flows until then are in. */
  readonly as_of: string | null
}

export const noFacts: IncidentFacts = {
  as_of: null,
  sources: [],
  source_asns: [],
  source_countries: [],
  source_ports: [],
  destinations: [],
  destination_ports: [],
  protocols: [],
  tcp_flags: [],
  routers: [],
}

/** An incident as lists show it. */
export interface IncidentSummary {
  /** 32 hex digits; also the correlation id of its alerts. */
  readonly id: string
  readonly rule_id: string
  readonly rule_name: string
  readonly rule_type: RuleType
  readonly state: 'open' | 'closed'
  /** RFC 3339 with milliseconds: the first second beyond the limit. */
  readonly started_at: string
  /** When it had lasted the rule's duration and the incident was opened. */
  readonly opened_at: string
  /** First calm second; null while open. */
  readonly ended_at: string | null
  /** Which sum broke its limit. */
  readonly metric: IncidentMetric
  /** The limit, per second: the threshold, or what a zscore or a learnt normal allowed then. */
  readonly limit: number
  /** zscore rules: the largest; else null. */
  readonly zscore: number | null
  /** Latest, mean of 10 s. */
  readonly bits_per_second: number
  readonly packets_per_second: number
  /** Largest second. */
  readonly peak_bits_per_second: number
  readonly peak_packets_per_second: number
  readonly peak_at: string
  /** CIDR text: all of the rule's, or those attacked where the rule tells. At most 64. */
  readonly targets: readonly string[]
  readonly vectors: readonly IncidentVector[]
  /** One sentence: what happened to whom. */
  readonly headline: string
}

/** Everything about an incident. */
export interface Incident extends IncidentSummary {
  /** The rule as it was when it fired. */
  readonly rule: Rule
  readonly timeline: readonly IncidentEntry[]
  /** At most 720 points, coarser the longer it lasts; begins some minutes before the start. */
  readonly series: readonly IncidentPoint[]
  /** Seconds of a step of the series. */
  readonly series_step: number
  readonly facts: IncidentFacts
  readonly packets: readonly IncidentPacket[]
}

/** What the detector tells of an incident: all that it knows itself. */
export type DetectedIncident = Omit<Incident, 'facts'> & { readonly account: number }

export type IncidentEventKind = 'opened' | 'updated' | 'closed'
