// Router set-up: what a guide of a router or exporter needs to know, and what it answers: commands to paste, with reasons.
import type { ExportProtocolName } from './flow-columns.ts'
import type { CheckStepName } from './router-check.ts'

/** Protocols that a router can be told to export. */
export const configProtocols = ['netflow5', 'netflow9', 'ipfix', 'sflow5'] as const satisfies readonly ExportProtocolName[]
export type ConfigProtocol = (typeof configProtocols)[number]

/** What commands are made for. Whatever is left out has a default of the guide or of the link's speed. */
export interface RouterConfigRequest {
  /** Id of a guide, as `vyos`. */
  readonly guide: string
  /** One of the guide's variants, as `1.4`; its first when left out. */
  readonly variant?: string
  /** Address of the machine that runs Drawbridge, as the router reaches it. */
  readonly collector: string
  /** UDP port there; 2055, or 6343 for sFlow, when left out. */
  readonly port?: number
  readonly protocol?: ConfigProtocol
  /** Address that the router sends from, also its sFlow agent address. */
  readonly router?: string
  /** Interfaces to watch, in the router's own names. */
  readonly interfaces?: readonly string[]
  /** One packet in so many; 1 is every packet. By default what is advised for the link (contract §1.7). */
  readonly sampling?: number
  /** Speed of the watched links, Mbit/s; 1000 when left out. */
  readonly link_mbps?: number
}

/** A guide as the list of guides shows it. */
export interface RouterGuideSummary {
  readonly id: string
  readonly title: string
  /** Other names that people look for: vendors, products, operating systems. */
  readonly names: readonly string[]
  readonly variants: readonly RouterGuideVariant[]
}

export interface RouterGuideVariant {
  readonly id: string
  readonly title: string
  /** In order of advice. */
  readonly protocols: readonly ConfigProtocol[]
  /** Names of interfaces as this system writes them, to start from. */
  readonly interfaces: readonly string[]
  /** Whether it can look at one packet in N, by protocol; those that cannot are left out. */
  readonly samples: readonly ConfigProtocol[]
}

/** A line to paste, and what it does. */
export interface ConfigLine {
  readonly text: string
  /** Empty where the line before says it. */
  readonly why: string
}

/** Lines that belong together: typed at one place, or the whole of one file. */
export interface ConfigPart {
  readonly title: string
  readonly kind: 'commands' | 'file' | 'clicks'
  /** Where it is typed, as `configuration mode` or `a root shell`; for a file its path; for clicks the menu. */
  readonly where: string
  readonly lines: readonly ConfigLine[]
}

export interface ConfigAdvice {
  readonly sampling: number
  /** Seconds after which a flow that goes on is told of, and after which one that is silent ends (contract §1.7); 0 in sFlow. */
  readonly active_timeout: number
  readonly inactive_timeout: number
  /** Why these values, a sentence each. */
  readonly reasons: readonly string[]
}

/** What to look at on the router while a step of the live check stays red. */
export interface ConfigTrouble {
  readonly step: CheckStepName
  readonly text: string
  /** Shows it, or mends it; empty where words do. */
  readonly command: string
}

export interface RouterConfig {
  readonly guide: string
  readonly variant: string
  readonly title: string
  readonly protocol: ConfigProtocol
  readonly collector: string
  readonly port: number
  readonly router: string | null
  readonly interfaces: readonly string[]
  /** What was asked for, or the advice; 1 where this exporter cannot sample. */
  readonly sampling: number
  readonly advice: ConfigAdvice
  readonly parts: readonly ConfigPart[]
  /** Shows on the router that it exports. */
  readonly verify: readonly ConfigLine[]
  /** Takes everything back. */
  readonly undo: readonly ConfigPart[]
  /** Traps of this system, a sentence or two each. */
  readonly notes: readonly string[]
  readonly troubles: readonly ConfigTrouble[]
}
