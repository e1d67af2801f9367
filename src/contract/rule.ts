// What a rule is: what it watches, when it fires. The fields of the original's API (contract §1.2) and our own beside them.
import type { WithdrawSignal } from './advertisement.ts'

export const ruleTypes = ['threshold', 'zscore', 'advanced_ddos'] as const
export type RuleType = (typeof ruleTypes)[number]

/** Durations in seconds by the text that the API answers with. Those under a minute are ours. */
export const ruleDurations = {
  '5s': 5,
  '10s': 10,
  '30s': 30,
  '1m': 60,
  '5m': 300,
  '10m': 600,
  '15m': 900,
  '20m': 1200,
  '30m': 1800,
  '45m': 2700,
  '60m': 3600,
} as const
export type RuleDuration = keyof typeof ruleDurations

export const prefixMatches = ['exact', 'subnet', 'supernet'] as const
export type PrefixMatch = (typeof prefixMatches)[number]
export const sensitivities = ['low', 'medium', 'high'] as const
export type Sensitivity = (typeof sensitivities)[number]
/** Standard deviations above the mean at which a zscore rule fires. The original does not publish its own (contract §1.5). */
export const zscoreCutOffs: Readonly<Record<Sensitivity, number>> = { low: 5, medium: 4, high: 3 }

export const zscoreTargets = ['bits', 'packets'] as const
export type ZscoreTarget = (typeof zscoreTargets)[number]

/** What the original has no field for; on the wire the object `drawbridge` of a rule. */
export interface RuleExtension {
  /** A rule that is off is kept and not evaluated. */
  readonly enabled: boolean
  /** Seconds of calm after which an incident of the rule ends; null for the rule's duration, 60 at the least. */
  readonly calm_seconds: number | null
  /** A zscore rule does not fire below these rates of its sum, per second; null for none. */
  readonly floor_bits: number | null
  readonly floor_packets: number | null
  /** zscore: compare with the same hour of the week too, once that is known. */
  readonly seasonal: boolean
  /** advanced_ddos: how small an attack is told. */
  readonly ddos_sensitivity: Sensitivity
  /** What automatic advertisement asks for. Blackholing needs attacked hosts, which only advanced_ddos rules tell. */
  readonly advertise_purpose: 'divert' | 'blackhole'
  /** Automatic advertisement is recorded and told, but no driver is. */
  readonly advertise_dry_run: boolean
  /** A person has to approve each announcement. */
  readonly advertise_approval: boolean
  /** Seconds of calm after which what the rule announced is withdrawn; null for never by itself. */
  readonly withdraw_hold_seconds: number | null
  /** What tells that it is calm, see docs/advertising.md: a diverted prefix looks calm to its own rule. */
  readonly withdraw_signal: WithdrawSignal
  /** Whether each incident starts a simple capture of packets to the attacked prefixes, on all agents. */
  readonly capture: boolean
  /** Its time limit in seconds, 1 to 300, and its packet limit, 1 to 10 000. */
  readonly capture_seconds: number
  readonly capture_packets: number
}

export const defaultRuleExtension: RuleExtension = {
  enabled: true,
  calm_seconds: null,
  floor_bits: null,
  floor_packets: null,
  seasonal: false,
  ddos_sensitivity: 'medium',
  advertise_purpose: 'divert',
  advertise_dry_run: false,
  advertise_approval: false,
  withdraw_hold_seconds: 900,
  withdraw_signal: 'probe',
  capture: false,
  capture_seconds: 60,
  capture_packets: 10_000,
}

/** A rule as evaluated. What is not set is null. */
export interface Rule {
  /** 32 hex digits. */
  readonly id: string
  /** Number of the account that it belongs to; only flows of that account's routers count. */
  readonly account: number
  readonly name: string
  readonly type: RuleType
  /** As the user wrote them: order, spelling, host bits. */
  readonly prefixes: readonly string[]
  readonly automatic_advertisement: boolean | null
  /** Bits a second. */
  readonly bandwidth_threshold: number | null
  /** Packets a second. */
  readonly packet_threshold: number | null
  readonly duration: RuleDuration
  readonly prefix_match: PrefixMatch | null
  readonly zscore_sensitivity: Sensitivity | null
  readonly zscore_target: ZscoreTarget | null
  readonly extension: RuleExtension
}

/** How a rule stands now: `GET …/drawbridge/rules/status`. */
export interface RuleStatus {
  readonly id: string
  readonly name: string
  readonly type: RuleType
  /** `learning`: too little is known yet to judge; `breach`: beyond its limit, for less than its duration so far. */
  readonly state: 'off' | 'learning' | 'quiet' | 'breach' | 'firing'
  /** Traffic to the rule's prefixes, a second, mean of the last 10 whole seconds. */
  readonly bits_per_second: number
  readonly packets_per_second: number
  /** RFC 3339, while `breach` or `firing`: when it went beyond its limit. */
  readonly since: string | null
  /** Open incident, 32 hex digits. */
  readonly incident: string | null
  /** 0 to 1 while `learning`. */
  readonly learned: number | null
  /** zscore: where the sum stands and what is expected. */
  readonly zscore: number | null
  readonly expected: number | null
}

/** Traffic to the prefixes of a rule by the second: `GET …/drawbridge/rules/:id/series?seconds=900`. */
export interface RuleSeriesPoint {
  /** Seconds since 1970. */
  readonly time: number
  readonly bits: number
  readonly packets: number
}

/** What the detector tells of the rules. */
export interface RuleTelemetry {
  /** One entry for each rule of an account, in the order of the rules. */
  statuses(account: number): readonly RuleStatus[]
  /** The last seconds that are over, oldest first; seconds without traffic are in with zeros. Empty for an unknown rule. */
  series(rule: string, seconds: number): readonly RuleSeriesPoint[]
}

/** Whoever works with the rules: collectors count for them, the detector judges. */
export interface RuleWatcher {
  /** Replaces all rules, of all accounts. */
  watch(rules: readonly Rule[]): void
}
