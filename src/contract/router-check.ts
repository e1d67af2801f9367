// The live check of a router that is being set up: the way from its datagrams to the graph, step by step, what is wrong
// on it and what mends that.
import type { ExportProtocolName } from './flow-columns.ts'

/** In the order in which they turn green. */
export const checkSteps = [
  'datagrams',
  'registered',
  'decoded',
  'templates',
  'fields',
  'timestamps',
  'clock',
  'sampling',
  'address',
  'once',
  'graph',
] as const
export type CheckStepName = (typeof checkSteps)[number]

/** What can be found at a step, by code. The sentences are in setup/check. */
export const checkCodes = [
  // datagrams: does anything arrive?
  'nothing_arrives',
  'wrong_port',
  'blocked_by_firewall',
  'ipv6_not_listened',
  'other_sender',
  'kernel_drops',
  // registered
  'unregistered',
  'registered_elsewhere_family',
  // decoded
  'not_flow_export',
  'unsupported_version',
  'malformed',
  // templates
  'no_template',
  'template_changes',
  // fields, against the record of contract §1.7
  'no_bytes',
  'fields_missing',
  'duplicate_fields',
  'vendor_fields',
  // timestamps
  'times_1970',
  'times_reversed',
  'times_far',
  // clock of the exporter against ours
  'clock_off',
  // sampling
  'sampling_untold',
  'sampler_table_missing',
  // address
  'address_translated',
  'agent_differs',
  'many_behind_one',
  // once
  'two_protocols',
  'told_twice',
  'two_senders',
  // graph
  'export_lost',
  'not_stored',
] as const
export type CheckCode = (typeof checkCodes)[number]

/** `skipped`: does not apply, as templates of NetFlow v5. */
export type CheckState = 'waiting' | 'ok' | 'warning' | 'failed' | 'skipped'

/** What a press of a button in the page, or the command, does about a finding. */
export type CheckAction =
  | { readonly kind: 'register'; readonly address: string }
  | { readonly kind: 'set_sampling'; readonly address: string; readonly rate: number | null }
  | { readonly kind: 'look_at'; readonly address: string }

export interface CheckFinding {
  readonly code: CheckCode
  readonly state: 'waiting' | 'warning' | 'failed'
  /** What is the case, with figures. */
  readonly text: string
  /** What to do about it. */
  readonly advice: string
  /** On the router or on this machine; empty where there is none. */
  readonly command: string
  /** What the sentences speak of, for those who write their own. */
  readonly values: Readonly<Record<string, string | number | readonly string[]>>
  readonly action: CheckAction | null
}

export interface CheckStep {
  readonly name: CheckStepName
  readonly state: CheckState
  /** What is known, a sentence; of a waiting step what is waited for. */
  readonly text: string
  /** The gravest first. */
  readonly findings: readonly CheckFinding[]
}

/** Somebody who has sent since the check began, or is known to the collectors. */
export interface CheckSender {
  readonly address: string
  /** sFlow agent address or the exporter's own word (IE 130, 131) where it differs. */
  readonly agent_address: string | null
  readonly registered: boolean
  readonly protocols: readonly ExportProtocolName[]
  /** Since the check began. */
  readonly datagrams: number
  /** It was silent before the check began. */
  readonly is_new: boolean
}

/** Flow datagrams that reach this machine and not the collectors. */
export interface StrayDatagrams {
  readonly source: string
  /** Destination; empty where it is not known. */
  readonly address: string
  readonly port: number
  readonly protocol: ExportProtocolName
  readonly datagrams: number
  /**
   * Nobody listens on the port; or not at this address, as that of IPv6 where the listener is of IPv4; or somebody does and
   * never sees them: a firewall of this machine drops them, or its reverse path filter.
   */
  readonly reason: 'port' | 'family' | 'blocked'
}

/** How datagrams to other ports are seen: all of them by tcpdump, those to usual ports by listening there, or not at all. */
export type StrayMethod = 'tcpdump' | 'usual_ports' | 'none'

/** What is known of a template, for who wants to see it. */
export interface CheckTemplate {
  readonly protocol: ExportProtocolName
  readonly domain: number
  readonly id: number
  readonly kind: 'data' | 'options'
  readonly fields: readonly string[]
  readonly records: number
}

/** One flow as it came, for the first look. */
export interface CheckFlow {
  readonly source: string
  readonly destination: string
  readonly protocol: number
  readonly source_port: number
  readonly destination_port: number
  readonly bytes: number
  readonly packets: number
  readonly sampling: number
  /** RFC 3339; null when not told. */
  readonly start: string | null
  readonly end: string | null
}

export interface RouterCheck {
  readonly id: string
  /** RFC 3339. */
  readonly opened: string
  /** Address that the router is expected to send from; null when any will do. */
  readonly expected: string | null
  /** Guide whose troubles the advice names. */
  readonly guide: string | null
  /** Address that is looked at: what was chosen, what was expected, or who began to send first. */
  readonly sender: string | null
  readonly senders: readonly CheckSender[]
  readonly strays: readonly StrayDatagrams[]
  readonly stray_method: StrayMethod
  /** UDP addresses that take flows. */
  readonly listeners: readonly string[]
  /** Addresses of this machine that a router may send to, the likeliest first: no loopback, no container bridge. */
  readonly addresses: readonly string[]
  /** Of the sender since the check began. */
  readonly datagrams: number
  readonly bytes: number
  readonly flows: number
  /** Datagrams of the sender that are kept for the pcap, and those that came when it was full. */
  readonly kept: { readonly datagrams: number; readonly bytes: number; readonly missed: number }
  /** The gravest of the steps; `ok` when the graph has it. */
  readonly state: Exclude<CheckState, 'skipped'>
  readonly steps: readonly CheckStep[]
  readonly templates: readonly CheckTemplate[]
  readonly sample: CheckFlow | null
  /** RFC 3339: it ends unless somebody looks at it before. */
  readonly expires: string
}

export interface RouterCheckRequest {
  readonly expected?: string
  readonly guide?: string
}
