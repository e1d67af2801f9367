// The shape of a router's guide: data, one file a system under guides/. render.ts fills it in.
//
// Texts hold placeholders in braces: {collector} address, {collector_port} `address:port` with IPv6 in brackets, {port},
// {router} address that the router sends from, {interface} one of the interfaces, {index} its number from 1, {interfaces}
// all of them with commas, {sampling}, {skipped} one less, {active} and {inactive} timeouts in seconds, {active_ms} and
// {inactive_ms}, {version} 5, 9 or 10 (RFC 7011 is version 10), {link_mbps}, {collector_dashes} the address with dashes for
// its dots and colons. A brace that is meant is written twice. {interface} outside of `each` is the first interface.
// {router} needs `when: {router: true}`.
import type { ConfigProtocol } from '../../contract/router-config.ts'
import type { CheckStepName } from '../../contract/router-check.ts'

/** What a collector can be given as. */
export type CollectorKind = 'ipv4' | 'ipv6' | 'name'

/** When a line or part is shown; all that is named must hold. */
export interface GuideCondition {
  readonly protocols?: readonly ConfigProtocol[]
  /** true: only with sampling above 1; false: only without. */
  readonly sampled?: boolean
  /** Address family of the collector; a host name counts as 4. */
  readonly family?: 4 | 6
  /** true: only where the router's address was given. */
  readonly router?: boolean
}

export interface GuideLine {
  readonly text: string
  /** What it does; empty where the line before says it. */
  readonly why?: string
  readonly when?: GuideCondition
  /** The line comes once for each interface. Lines next to each other with `each` repeat as a group. */
  readonly each?: 'interface'
}

export interface GuidePart {
  readonly title: string
  readonly kind: 'commands' | 'file' | 'clicks'
  readonly where: string
  readonly when?: GuideCondition
  /** The whole part comes once for each interface, as a file each. */
  readonly each?: 'interface'
  readonly lines: readonly GuideLine[]
}

export interface GuideText {
  readonly text: string
  readonly when?: GuideCondition
}

export interface GuideTrouble extends GuideText {
  readonly step: CheckStepName
  readonly command?: string
}

export interface GuideVariant {
  readonly id: string
  /** Stands alone, as `VyOS 1.4`. */
  readonly title: string
  readonly protocols: readonly ConfigProtocol[]
  readonly samples: readonly ConfigProtocol[]
  /** What its sampler takes, where that is not 1 and more. */
  readonly rates?: { readonly least: number; readonly most: number }
  /** What it can send to; all when left out. */
  readonly collectors?: readonly CollectorKind[]
  /** It follows packets on a processor, not in a chip: every packet of a slow link is advised. */
  readonly software?: boolean
  /** Seconds, where this system cannot have 60 and 30. */
  readonly timeouts?: { readonly active: number; readonly inactive: number }
  /** In this system's names: what stands there when nobody names one. */
  readonly interfaces: readonly string[]
  readonly parts: readonly GuidePart[]
  readonly verify: readonly GuideLine[]
  readonly undo: readonly GuidePart[]
  readonly notes: readonly GuideText[]
  readonly troubles: readonly GuideTrouble[]
}

export interface RouterGuide {
  readonly id: string
  readonly title: string
  readonly names: readonly string[]
  readonly variants: readonly GuideVariant[]
  /** Where the commands were learnt: pages of the maker, manual pages, or "run by the tests". */
  readonly sources: readonly string[]
}
