// What the live check has seen of one sender: plain figures, from which the steps are judged.
import type { ExportProtocolName } from '../../contract/flow-columns.ts'
import type { CheckFlow, CheckTemplate } from '../../contract/router-check.ts'
import type { WireErrorCode } from '../../contract/wire-errors.ts'

export interface SenderFacts {
  readonly address: string
  /** Since the check began, examined or not. */
  readonly datagrams: number
  readonly bytes: number
  /** Milliseconds since 1970; 0 while nothing has come. */
  readonly firstAt: number
  readonly lastAt: number
  /** Flows (sFlow: samples) that were decoded. */
  readonly flows: number
  /** When the first of them was decoded, 0 before. */
  readonly flowsSince: number
  readonly protocols: readonly ProtocolFacts[]
  /** Datagrams in versions that are not understood, by the version's name. */
  readonly unsupported: Readonly<Record<string, number>>
  /** Datagrams that are no flow export, and what the first of them looked like. */
  readonly notExport: number
  readonly notExportLooks: string
  /** Datagrams that could not be decoded, and damaged parts of others, by code. */
  readonly undecodable: number
  readonly faults: Readonly<Partial<Record<WireErrorCode, number>>>
  readonly templates: readonly TemplateFacts[]
  readonly withoutTemplate: WithoutTemplate
  readonly records: RecordFacts
  readonly times: TimeFacts
  /** Median of the exporter's clock minus ours, ms; null where the protocol tells no time. */
  readonly clockMs: number | null
  readonly sampling: SamplingFacts
  readonly agents: AgentFacts
  readonly sequence: SequenceFacts
  readonly devices: DeviceFacts
  readonly repeats: RepeatFacts
  readonly sample: CheckFlow | null
}

export interface ProtocolFacts {
  readonly protocol: ExportProtocolName
  readonly datagrams: number
  readonly flows: number
}

export interface TemplateFacts extends CheckTemplate {
  /** Announcements with other fields than before. */
  readonly changes: number
  /** Told before the check began, and not since. */
  readonly remembered: boolean
  /** Names of fields that it has more than once. */
  readonly duplicates: readonly string[]
  /** `PEN:element` of fields whose enterprise is not understood. */
  readonly vendor: readonly string[]
  /** It tells of events, as firewalls do, beside flows: that a flow began, was denied, was translated. */
  readonly isEvent: boolean
  /** Whether it has addresses at all: those without tell of no flows. */
  readonly hasAddresses: boolean
  readonly hasBytes: boolean
  /** Wanted fields that it lacks, bytes and sampler apart. */
  readonly missing: readonly { readonly field: string; readonly meaning: string }[]
}

export interface WithoutTemplate {
  /** Data sets that came without, and those of them that wait still. */
  readonly sets: number
  readonly waiting: number
  /** Milliseconds since 1970, 0 when there was none. */
  readonly since: number
  /** Template ids that they name; the first few. */
  readonly ids: readonly number[]
}

export interface RecordFacts {
  readonly examined: number
  readonly withoutBytes: number
}

/** Flows of protocols that tell times. */
export interface TimeFacts {
  readonly examined: number
  /** Start or end before the year 2000. */
  readonly before2000: number
  /** End before start. */
  readonly reversed: number
  /** End farther than an hour from the time of export, or start farther than a day. */
  readonly far: number
  /** The farthest end from its export, ms, positive when it lies ahead. */
  readonly farthestMs: number
}

/** Where a factor can be told by an exporter. */
export const toldBy = ['record', 'options', 'header'] as const
export type ToldBy = (typeof toldBy)[number]

export interface SamplingFacts {
  readonly examined: number
  /** Flows by where their factor was told. */
  readonly told: Readonly<Record<ToldBy, number>>
  readonly untold: number
  /** Different factors that were told, the latest few. */
  readonly rates: readonly number[]
  /** Samplers that records name and no table tells of, and since when. */
  readonly unknownSamplers: readonly number[]
  readonly unknownSince: number
}

export interface AgentFacts {
  /** sFlow agent addresses. */
  readonly sflow: readonly string[]
  /** Addresses that the exporter tells of itself in options data (IE 130, 131). */
  readonly exporter: readonly string[]
}

export interface SequenceFacts {
  /** Units (datagrams, flows or records, as the protocol counts) that were seen and those that were missing. */
  readonly seen: number
  readonly lost: number
}

/** Signs of more than one device behind the address. */
export interface DeviceFacts {
  /** Boot times that one observation domain tells in turns, ms since 1970; none where it tells one. */
  readonly boots: readonly number[]
  /** Source ports that number their datagrams of one domain each on its own; none where there is one numbering. */
  readonly ports: readonly number[]
}

/** Flows that were told before. */
export interface RepeatFacts {
  readonly compared: number
  /** By the same stream: once more with another interface or direction, or exactly the same. */
  readonly otherInterface: number
  readonly identical: number
  readonly otherProtocols: readonly { readonly protocol: ExportProtocolName; readonly flows: number }[]
  readonly otherSenders: readonly { readonly address: string; readonly flows: number }[]
}
