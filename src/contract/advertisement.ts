// Advertisements: prefixes that are announced on demand, why, by whom, and how they are withdrawn again.
import type { DriverName, Purpose } from './owned-prefix.ts'

/** Inclusive, `[from, to]`. */
export type NumberRange = readonly [from: number, to: number]

/** What a FlowSpec rule matches; what is left out matches everything (RFC 8955 §4.2, RFC 8956 §3). */
export interface FlowSpecMatch {
  /** CIDR text, inside an owned prefix. */
  readonly destination: string
  readonly source?: string
  /** IP protocol, or last next header. */
  readonly protocol?: readonly number[]
  readonly source_port?: readonly NumberRange[]
  readonly destination_port?: readonly NumberRange[]
  readonly icmp_type?: readonly number[]
  readonly icmp_code?: readonly number[]
  /** All of `set` and none of `unset` have to be there; bits of the TCP header's 13th byte. */
  readonly tcp_flags?: { readonly set: number; readonly unset: number }
  /** Bytes of the IP packet. */
  readonly packet_length?: readonly NumberRange[]
  readonly dscp?: readonly number[]
  /** Any fragment but unfragmented packets; `first` and `last` as in RFC 8955 §4.2.2.12. */
  readonly fragment?: readonly ('is' | 'first' | 'last')[]
}

/** Bytes a second; a route target as `65000:100`. */
export type FlowSpecAction =
  | { readonly kind: 'discard' }
  | { readonly kind: 'rate'; readonly bytes_per_second: number }
  | { readonly kind: 'redirect'; readonly route_target: string }

export interface FlowSpec {
  readonly match: FlowSpecMatch
  readonly action: FlowSpecAction
}

/** What is announced. Two of the same `routeKey` are one announcement. */
export interface Route {
  readonly purpose: Purpose
  /** CIDR text in canonical form; of a FlowSpec rule its destination. */
  readonly prefix: string
  /** Only for purpose `flowspec`. */
  readonly flowspec: FlowSpec | null
}

/**
 * `withdrawn → announcing → announced → withdrawing → withdrawn`. Beside the way: `pending` waits for approval,
 * `delayed` is tried again at `retry_at`, `locked` cannot be announced until somebody unlocks it, `failed` could not.
 */
export const advertisementStates = [
  'pending',
  'announcing',
  'announced',
  'withdrawing',
  'withdrawn',
  'delayed',
  'locked',
  'failed',
] as const
export type AdvertisementState = (typeof advertisementStates)[number]

/** Which signal tells that it is calm, for what a rule has asked for. */
export const withdrawSignals = ['time', 'edge', 'probe'] as const
export type WithdrawSignal = (typeof withdrawSignals)[number]

/** Who holds an advertisement, and until when. It stays while one cause is not released. */
export interface AdvertisementCause {
  /** 32 hex digits. */
  readonly id: string
  /** `rule`: an incident of a rule; `person`: page, API or command. */
  readonly kind: 'rule' | 'person'
  /** Name of the rule, mail address of the person. */
  readonly who: string
  readonly why: string
  readonly rule_id: string | null
  readonly incident_id: string | null
  /** RFC 3339. */
  readonly since: string
  /** When it is released at the latest. */
  readonly until: string
  /** Since when its signal has been calm; null while it is not, and for people. */
  readonly calm_since: string | null
  /** Seconds of calm after which it is released; null for people. */
  readonly hold_seconds: number | null
  readonly signal: WithdrawSignal | null
  readonly released_at: string | null
  /** Sentence: by whom and why. */
  readonly released_why: string | null
}

/** One line of the history: each change has who, why and when. */
export interface AdvertisementChange {
  /** RFC 3339 with milliseconds. */
  readonly at: string
  readonly from: AdvertisementState | null
  readonly to: AdvertisementState
  /** Rule, mail address, or `drawbridge` for what happens by itself. */
  readonly who: string
  readonly why: string
}

/** A prefix with one driver, from its first cause to its withdrawal: `GET …/drawbridge/advertisements`. */
export interface Advertisement {
  /** 32 hex digits. */
  readonly id: string
  readonly route: Route
  readonly driver: DriverName
  /** Owned prefix that covers it. */
  readonly owned_prefix_id: string
  readonly state: AdvertisementState
  /** Recorded like any other, but no driver is told. */
  readonly dry_run: boolean
  /** RFC 3339. */
  readonly created_at: string
  readonly state_since: string
  /** First time that a driver confirmed it. */
  readonly announced_at: string | null
  /** Whether the driver found it announced, by somebody else, when it was told for the first time. */
  readonly already: boolean
  /** Released at the latest: the latest `until` of its causes. */
  readonly until: string
  /** When a delayed or failed one is tried again. */
  readonly retry_at: string | null
  /** What the driver said last: to whom it went, or why not. */
  readonly detail: string
  readonly causes: readonly AdvertisementCause[]
}

/** `GET …/drawbridge/advertisements/:id`. */
export interface AdvertisementHistory extends Advertisement {
  readonly changes: readonly AdvertisementChange[]
}

/** What would be sent to whom: `POST …/drawbridge/advertisements/preview`. */
export interface AdvertisementPreview {
  readonly route: Route
  readonly owned_prefix: { readonly id: string; readonly cidr: string; readonly description: string; readonly origin_as: number }
  /** Whether somebody would have to approve it. */
  readonly approval: boolean
  readonly until: string
  readonly messages: readonly PreviewMessage[]
  /** What does not forbid it but should be known: already announced, no neighbour is up. */
  readonly warnings: readonly string[]
}

export interface PreviewMessage {
  readonly driver: DriverName
  /** Neighbour, API or URL. */
  readonly to: string
  /** Whether it can be sent now. */
  readonly ready: boolean
  /** The message in lines for people: one attribute or field a line. */
  readonly lines: readonly string[]
  /** The bytes of a BGP UPDATE; empty for others. */
  readonly hex: string
}

/** Why the guard refuses. */
export const refusals = {
  malformed: 'this is no prefix in CIDR form',
  host_bits: 'the prefix has bits set behind its length',
  mapped: 'IPv4-mapped and IPv4-compatible IPv6 addresses are not announced; write the IPv4 prefix',
  default_route: 'a default route is never announced',
  bogon: 'the prefix is reserved: nobody owns it',
  not_owned: 'the prefix is not inside a registered one',
  shorter: 'the prefix is shorter than the registered one that it overlaps',
  too_long: 'the prefix is longer than allowed for this purpose',
  too_short: 'the prefix is shorter than allowed for this purpose',
  purpose: 'the registered prefix is not allowed for this purpose',
  driver: 'no driver of the registered prefix can do this',
  locked: 'the registered prefix is locked',
  automatic: 'the registered prefix may only be announced by people',
  stopped: 'advertising is stopped',
  conflict: 'the same is announced for another purpose or with another action',
  cap: 'as many announcements as allowed are there',
  flowspec_cap: 'as many FlowSpec rules as allowed are there',
  lifetime: 'it would last longer than allowed',
  damped: 'it was announced and withdrawn too often in the last hour',
  flowspec: 'the FlowSpec rule is not valid',
} as const
export type Refusal = keyof typeof refusals

/** `GET …/drawbridge/advertisements/status`. */
export interface AdvertisingStatus {
  readonly stopped: boolean
  /** While stopped: who, why and since when (RFC 3339). */
  readonly stop: { readonly who: string; readonly why: string; readonly at: string } | null
  readonly announcements: number
  readonly max_announcements: number
  readonly flowspec_rules: number
  readonly max_flowspec_rules: number
  readonly max_lifetime_hours: number
  readonly drivers: readonly DriverStatus[]
}

export interface DriverStatus {
  readonly driver: DriverName
  /** Whether the configuration has it. */
  readonly configured: boolean
  readonly ready: boolean
  readonly detail: string
  /** BGP only. */
  readonly neighbors: readonly NeighborStatus[]
}

/** RFC 4271 §8.2.2 without `Active`: the speaker does not listen. */
export type SessionState = 'Idle' | 'Connect' | 'OpenSent' | 'OpenConfirm' | 'Established'

export interface NeighborStatus {
  readonly name: string
  readonly address: string
  readonly remote_as: number
  readonly state: SessionState
  /** RFC 3339. */
  readonly since: string
  /** `ipv4`, `ipv6`, `ipv4-flowspec`, `ipv6-flowspec`: those that both sides can do, once established. */
  readonly families: readonly string[]
  readonly hold_seconds: number
  /** Seconds that the neighbour keeps our routes after we are gone; null when it does not. */
  readonly graceful_restart_seconds: number | null
  readonly routes_sent: number
  readonly sessions: number
  /** Last end of a session or failed attempt, as a sentence; empty when there was none. */
  readonly last_error: string
}

/** Statuses of the notification after an attempt (contract §1.6). */
export type AdvertiseStatus = 'Advertised' | 'Already Advertised' | 'Delayed' | 'Locked' | 'Could not Advertise' | 'Error'

/** Who wants an announcement. */
export interface CauseRequest {
  readonly kind: AdvertisementCause['kind']
  readonly who: string
  readonly why: string
  readonly rule_id: string | null
  readonly incident_id: string | null
  /** Milliseconds since 1970 until which it holds at the latest; null for as long as allowed. */
  readonly until: number | null
  readonly hold_seconds: number | null
  readonly signal: WithdrawSignal | null
}

/** What dropped traffic an edge reports: `POST …/drawbridge/advertisements/edge-counters`. */
export interface EdgeCounters {
  readonly prefix: string
  /** Packets and bytes dropped since the last report, and the seconds that it covers. */
  readonly dropped_packets: number
  readonly dropped_bytes: number
  readonly seconds: number
}
