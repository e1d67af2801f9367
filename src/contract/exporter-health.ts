// What is known of the health of one router's export: its templates, what was not understood, and whether its flows
// agree with its interface counters.
import type { ExportProtocolName } from './flow-columns.ts'

export interface TemplateHealth {
  readonly protocol: ExportProtocolName
  readonly domain: number
  readonly id: number
  readonly kind: 'data' | 'options'
  readonly fields: number
  /** RFC 3339: when it was last announced. */
  readonly last_seen: string
  /** Fields that occur more than once, by name. */
  readonly duplicates: readonly string[]
  /** Fields of enterprises that are not understood, `PEN:element`. */
  readonly unknown_enterprise: readonly string[]
  /** Fields of a good flow record (contract §1.7) that it lacks, by name. Empty for options templates. */
  readonly missing: readonly string[]
}

export interface SamplerHealth {
  readonly protocol: ExportProtocolName
  readonly domain: number
  /** Sampler or selector id; null when the rate holds for the whole domain or for one interface. */
  readonly id: number | null
  /** ifIndex of the interface that the rate holds for; null when it is not told by interface. */
  readonly interface: number | null
  readonly rate: number
}

/** Name of a VRF as the router tells it. */
export interface VrfName {
  readonly id: number
  readonly name: string
}

/** Name of an application; its id is `engine:selector`, with the enterprise between them for engine 20 (RFC 6759 §4). */
export interface ApplicationName {
  readonly id: string
  readonly name: string
}

/** Load of a router by its sFlow processor counters; null where the agent does not know. Memory in bytes. */
export interface ProcessorHealth {
  /** RFC 3339: when they came, as in the next two. */
  readonly updated: string
  readonly cpu_5s_percent: number | null
  readonly cpu_1m_percent: number | null
  readonly cpu_5m_percent: number | null
  readonly memory_total: number | null
  readonly memory_free: number | null
}

/** State of a host by its sFlow host counters; null where the agent does not know. Memory and disks in bytes. */
export interface HostHealth {
  readonly updated: string
  readonly name: string | null
  readonly release: string | null
  readonly uptime_seconds: number | null
  readonly processors: number | null
  readonly load_1m: number | null
  readonly load_5m: number | null
  readonly load_15m: number | null
  /** Share of time that all processors together were not idle between the last two samples. */
  readonly cpu_percent: number | null
  readonly memory_total: number | null
  readonly memory_free: number | null
  readonly memory_cached: number | null
  readonly swap_total: number | null
  readonly swap_free: number | null
  readonly disk_total: number | null
  readonly disk_free: number | null
  /** Of the fullest partition. */
  readonly disk_percent: number | null
}

/** Ethernet errors (RFC 3635) that are counted for an interface. */
export const ethernetCounters = [
  'alignment_errors',
  'fcs_errors',
  'single_collisions',
  'multiple_collisions',
  'sqe_test_errors',
  'deferred_transmissions',
  'late_collisions',
  'excessive_collisions',
  'transmit_errors',
  'carrier_sense_errors',
  'frames_too_long',
  'receive_errors',
  'symbol_errors',
] as const

/** Ethernet errors of an interface since the agent counts them; null where it does not. */
export type EthernetHealth = { readonly if_index: number; readonly updated: string } & {
  readonly [name in (typeof ethernetCounters)[number]]: number | null
}

/** What a router lost or was refused because a bound of the collector was reached. */
export interface RouterEvictions {
  readonly templates: number
  readonly samplers: number
  readonly domains: number
  /** Interfaces and names that found no room. */
  readonly notes: number
}

export interface RouterHealth {
  readonly address: string
  /** It has sent before and has been silent for longer than it should be. */
  readonly silent: boolean
  readonly last_seen: string | null
  readonly loss: number | null
  readonly clock_skew: number | null
  readonly sets_waiting: number
  readonly templates: readonly TemplateHealth[]
  readonly samplers: readonly SamplerHealth[]
  /** Packets that the device dropped and told about (sFlow), by reason. */
  readonly drops: readonly { readonly reason: number; readonly name: string; readonly packets: number }[]
  /** sFlow formats that were skipped. */
  readonly skipped_formats: readonly { readonly format: string; readonly count: number }[]
  /** Names that options data told, by id; the first thousand. */
  readonly vrfs: readonly VrfName[]
  readonly applications: readonly ApplicationName[]
  /** The latest sFlow counters; null when none came. */
  readonly processor: ProcessorHealth | null
  readonly host: HostHealth | null
  /** By ifIndex. */
  readonly ethernet: readonly EthernetHealth[]
  readonly evicted: RouterEvictions
}

/** Why flows and counters of an interface do not agree. */
export type CounterCause = 'agree' | 'sampling_untold' | 'counted_twice' | 'flows_missing' | 'unclear' | 'no_counters' | 'no_flows'

/** One direction of an interface over the last five minutes. */
export interface CounterComparison {
  /** Bits a second by the interface counters; null without counters. */
  readonly counter_bps: number | null
  /** Bits a second by flows, sampling applied. */
  readonly flow_bps: number
  /** flow_bps ÷ counter_bps; null without counters or below 100 kbit/s, where noise rules. */
  readonly ratio: number | null
  readonly cause: CounterCause
}

/** All directions of a router's interfaces that have counters, as they were compared last: every five minutes. */
export interface CounterCheck {
  /** Bits by flows ÷ bits by counters of all of them together; null below 100 kbit/s. */
  readonly ratio: number | null
  /** Of the direction in doubt with the most traffic; `agree` where none is. */
  readonly cause: CounterCause
}

export interface InterfaceStatus {
  readonly if_index: number
  /** From options data or counters; empty when unknown. */
  readonly name: string
  readonly description: string
  /** Bits a second, null when unknown. */
  readonly speed: number | null
  readonly in: CounterComparison
  readonly out: CounterComparison
  /** A sampling rate that would make flows and counters agree, when the cause is sampling_untold. */
  readonly suggested_sampling: number | null
  /** RFC 3339 of the last counters. */
  readonly updated: string | null
}

/** Name and description of an interface as the router tells them; empty where it tells none. */
export interface InterfaceName {
  readonly name: string
  readonly description: string
}

/** Bits a second of an interface by its counters. */
export interface CounterRates {
  readonly in: number
  readonly out: number
}

/** What is known of an interface from counters and options data. */
export interface InterfaceFacts extends InterfaceName {
  readonly ifIndex: number
  /** Bits a second, null when unknown. */
  readonly speed: number | null
  /** When counters came last, milliseconds since 1970; null without counters. */
  readonly updated: number | null
}

/** Counters that are kept as history, by name: octets, and packets by kind, of each direction. */
export const interfaceCounters = [
  'in_octets',
  'in_unicast',
  'in_multicast',
  'in_broadcast',
  'in_discards',
  'in_errors',
  'out_octets',
  'out_unicast',
  'out_multicast',
  'out_broadcast',
  'out_discards',
  'out_errors',
] as const

export type InterfaceCounter = (typeof interfaceCounters)[number]

/** How much the counters of an interface grew, wraps undone. Times are milliseconds since 1970. */
export interface InterfaceGrowth {
  readonly router: string
  readonly ifIndex: number
  /** Bits a second, 0 when unknown. */
  readonly speed: number
  /** Bit 0: administratively up, bit 1: operationally up. */
  readonly status: number
  readonly from: number
  readonly to: number
  readonly counters: Readonly<Record<InterfaceCounter, number>>
}

/** What the collectors tell of the health of exporters. Addresses are those of registered routers in canonical form. */
export interface ExporterTelemetry {
  /** Asks the collector threads; undefined when the router is not registered. */
  health(address: string): Promise<RouterHealth | undefined>
  /** Every interface that counters or options data told of, by ifIndex. */
  interfaces(address: string): InterfaceFacts[]
  interfaceNames(address: string): ReadonlyMap<number, InterfaceName>
  /** Rates by counters between two times, milliseconds since 1970, by ifIndex; without those that have too few counters. */
  counterRates(address: string, from: number, to: number): ReadonlyMap<number, CounterRates>
  /** Growth of all counters since this was last called. */
  takeInterfaceGrowth(): InterfaceGrowth[]
}
