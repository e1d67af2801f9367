// The edge firewall: filters that agents count, drop or slow down, for a time, in a table of their own.
import type { PacketFilter } from './packet-filter.ts'

/** `count` drops nothing. `limit`: packets beyond so many a second, over all that match on one agent, are dropped. */
export type FirewallAction =
  | { readonly kind: 'count' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'limit'; readonly packets_per_second: number }

/** What an agent is to do; the whole list comes at each change and at each connection. */
export interface FirewallOrder {
  /** 32 hex digits. */
  readonly id: string
  readonly filter: PacketFilter
  readonly action: FirewallAction
  /** Only packets that came in by it; null for all. */
  readonly interface: string | null
  /** From when the message comes: the agent removes the rule by itself then, whether the server is there or not. */
  readonly remaining_ms: number
}

/** Traffic that no rule of the firewall touches, beside the agent's own connection, which the agent knows best. */
export interface FirewallProtection {
  /** CIDR text; packets from and to them. */
  readonly prefixes: readonly string[]
  /** TCP ports of the host itself, such as SSH. */
  readonly local_ports: readonly number[]
}

/** Counters are totals since the agent has the rule, also over changes of its action. */
export interface FirewallCounters {
  readonly packets: number
  readonly bytes: number
  readonly dropped_packets: number
  readonly dropped_bytes: number
}

/** How one rule goes on one agent. */
export interface FirewallOrderState extends FirewallCounters {
  readonly id: string
  readonly state: 'active' | 'failed' | 'expired'
  /** What is in force: a rule whose change has failed goes on as it was. */
  readonly action: FirewallAction
  /** Reason and next command of a failed one. */
  readonly error: string | null
}

/** What an agent tells each second while it has rules, and after each change. */
export interface AgentFirewallState {
  /** Of the list that it has carried out. A list that withdraws rules is followed by the last word about them, with the number before. */
  readonly sequence: number
  readonly rules: readonly FirewallOrderState[]
  /**
   * IP packets that came in, but for those of the host to itself, and how many of them were let through as protected before
   * any rule, whether a rule would have matched or not.
   */
  readonly seen_packets: number
  readonly spared_packets: number
}

/** `counting` → `enforcing` and back → `withdrawn`. */
export const firewallStates = ['counting', 'enforcing', 'withdrawn'] as const
export type FirewallState = (typeof firewallStates)[number]

/** How a rule goes on one agent, as pages see it. */
export interface FirewallAgent extends FirewallCounters {
  readonly agent: string
  readonly name: string
  readonly colo: string
  readonly connected: boolean
  /** `waiting`: not told yet, or not answered. */
  readonly state: 'waiting' | FirewallOrderState['state']
  readonly action: FirewallAction | null
  readonly error: string | null
  /** Of the last seconds; null before there are two answers. */
  readonly packets_per_second: number | null
  readonly bits_per_second: number | null
  readonly dropped_packets_per_second: number | null
  /** Share of the IP packets on that host since the rule is there, 0 to 1. */
  readonly share_of_traffic: number | null
  /** RFC 3339 of the last answer. */
  readonly told_at: string | null
}

/** Each change has who, why and when. */
export interface FirewallChange {
  /** RFC 3339 with milliseconds. */
  readonly at: string
  readonly from: FirewallState | null
  readonly to: FirewallState
  readonly action: FirewallAction
  /** Mail address, or `drawbridge` for what happens by itself. */
  readonly who: string
  readonly why: string
}

/** Withdrawn when all agents together see fewer packets than this for so long. */
export interface FirewallCalm {
  readonly packets_per_second: number
  readonly seconds: number
}

/** `GET …/drawbridge/firewall/rules/:id`. Lists leave `changes` empty. */
export interface FirewallRule {
  /** 32 hex digits. */
  readonly id: string
  readonly name: string
  /** In the filter language. */
  readonly filter: string
  readonly state: FirewallState
  readonly action: FirewallAction
  /** Signature that it was made from, incident that it is against. */
  readonly signature_id: string | null
  readonly incident_id: string | null
  /** As of captures: `*`, a colo, a group, or several with commas. */
  readonly colo_name: string
  readonly interface: string | null
  /** RFC 3339. */
  readonly created_at: string
  readonly state_since: string
  /** Withdrawn at the latest. */
  readonly until: string
  readonly calm: FirewallCalm | null
  /** Since when it has been calm; null while it is not. */
  readonly calm_since: string | null
  readonly who: string
  readonly why: string
  readonly withdrawn_at: string | null
  readonly withdrawn_why: string | null
  /** Before this time it can only count, unless it is forced. */
  readonly enforceable_at: string
  readonly agents: readonly FirewallAgent[]
  /** Sums over the agents, kept when they are gone. */
  readonly total: FirewallCounters
  readonly changes: readonly FirewallChange[]
}

/** What a rule would do: `POST …/drawbridge/firewall/preview`. */
export interface FirewallPreview {
  readonly filter: string
  readonly nftables: readonly string[]
  /** Mean of the last five minutes as flows tell; null when no flow is stored. */
  readonly packets_per_second: number | null
  readonly bits_per_second: number | null
  readonly not_estimated: readonly string[]
  /** Protected traffic that the filter would also match, as sentences: it is spared. */
  readonly spares: readonly string[]
  /** What should be known before: every packet matches, no agent is connected. */
  readonly warnings: readonly string[]
  readonly agents: readonly { readonly id: string; readonly name: string; readonly colo: string; readonly connected: boolean }[]
}

/** `GET …/drawbridge/firewall/status`. */
export interface FirewallStatus {
  /** While stopped no rule can be made or enforced. */
  readonly stopped: boolean
  readonly stop: { readonly who: string; readonly why: string; readonly at: string } | null
  readonly rules: number
  readonly max_rules: number
  readonly max_lifetime_hours: number
  readonly count_seconds: number
  readonly protection: FirewallProtection
}
