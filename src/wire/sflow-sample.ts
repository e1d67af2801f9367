// What the sFlow decoder tells its host, and what it has gathered of the flow sample at hand.
import type { FlowBatch } from '../contract/flow-batch.ts'
import { tunnel } from '../contract/flow-columns.ts'
import type { WireErrorCode } from '../contract/wire-errors.ts'
import type { SflowCounterHost } from './sflow-counters.ts'

/** Header of a datagram. One object is reused: copy what must outlive the call. */
export interface SflowDatagram {
  /** Agent address as in an `ip` column: four words, IPv4 mapped. */
  readonly agent: Uint32Array<ArrayBuffer>
  subAgent: number
  /** Datagrams sent by this sub-agent before, modulo 2³². */
  sequence: number
  /** Milliseconds since the agent booted, modulo 2³². */
  uptimeMs: number
  /** Samples that the header announces. */
  samples: number
}

/** Header of a flow, counter or discarded-packet sample. One object is reused: copy what must outlive the call. */
export interface SflowSample {
  /** Samples of this kind by this source, modulo 2³². */
  sequence: number
  /** 0 ifIndex, 1 VLAN, 2 physical entity. */
  sourceType: number
  sourceIndex: number
  /** 1 in N; 0 where the agent does not know. Flow samples only, like the next two. */
  samplingRate: number
  /** Packets that could have been sampled, modulo 2³². */
  samplePool: number
  /** Samples that the agent lost for lack of resources, modulo 2³². Also of discarded-packet samples. */
  drops: number
  /** `packetPart` bits: which headers of the sampled packet were found. Flow samples only, like all that follows. */
  parts: number
  /** Length of the frame on the wire, 0 when no record tells it. */
  frameLength: number
  /** The sampled header is `headerBytes[headerStart]` to `headerBytes[headerEnd − 1]`, bytes of the datagram; empty when there is none. */
  headerBytes: Uint8Array
  headerStart: number
  headerEnd: number
  /** How the sampled header begins, a value of `linkType`, and bytes of the frame that were taken off, FCS included. Only with a header. */
  link: number
  stripped: number
}

/** A packet that the device dropped. One object is reused, and its bytes are those of the datagram: copy what must outlive the call. */
export interface SflowDiscard {
  /** `dropReasonName` tells its name. */
  reason: number
  /** ifIndex, 0 when unknown. */
  inputInterface: number
  outputInterface: number
  /** Length of the frame on the wire, 0 when no header was sampled. */
  frameLength: number
  /** How the sampled header begins, for `parsePacketHeader`: a value of `linkType`; −1 when none was sampled, or of an unknown protocol. */
  link: number
  /** The sampled header is `bytes[start]` to `bytes[end − 1]`; empty when there is none. */
  bytes: Uint8Array
  start: number
  end: number
}

/** What was skipped because nobody here knows it. */
export type SflowSkipped = 'sample' | 'flow_record' | 'header_protocol'

/**
 * Receives what the decoder finds. The decoder is not re-entrant: no method may decode another datagram.
 */
export interface SflowHost extends SflowCounterHost {
  /** Called once, before any sample. Answering false leaves the samples undecoded. */
  sflowDatagram(datagram: SflowDatagram): boolean
  /** A flow was appended to the batch as `row`. Router, account and times are still to be filled in. */
  sflowFlowSample(sample: SflowSample, row: number): void
  /** A counter sample; its records follow by `sflowCounterRecord`. */
  sflowCounterSample(sample: SflowSample): void
  /** A record of a counter sample that no other method takes: its data are `bytes[start]` to `bytes[end − 1]`. */
  sflowCounterRecord(format: number, bytes: Uint8Array, start: number, end: number): void
  /** A packet that the device dropped and told about; not a flow. */
  sflowDropSample(sample: SflowSample): void
  /** What is known of that packet; called once behind `sflowDropSample`, unless the sample ends before the reason. */
  sflowDiscard?(discard: SflowDiscard): void
  /** Something of an unknown format was skipped by its length. `format` is the data format word, or the header protocol. */
  sflowSkipped(what: SflowSkipped, format: number): void
  /** A sample or record was wrong; what could be read of it, and all before it, was kept. */
  malformed(code: WireErrorCode): void
}

/** Records that tell the length of the frame, the better the higher. */
export const lengthRank = { none: 0, ipRecord: 1, ethernetRecord: 2, rawHeader: 3 } as const

/** Records that tell the next hop: the router's own before that of BGP, as IE 15 goes before IE 18. */
export const hopRank = { none: 0, gateway: 1, mpls: 2, router: 3 } as const

/** What the records of a flow sample have told so far, where one record may know better than another. */
export interface GatheredFlow {
  frameLength: number
  /** `lengthRank` of the record that told it. */
  lengthRank: number
  /** `hopRank` of the record that filled the next hop. */
  hopRank: number
  /** VLAN of an extended switch record, 0 without: goes before all others. */
  switchVlan: number
  /** Whether a record has told any of what follows. */
  told: boolean
  /** VLAN of the outermost tag that was taken off, 0 without: goes before the tag in the sampled header, which was inside. */
  strippedVlan: number
  /** Label of an extended MPLS record, −1 without: that in the sampled header goes before it. */
  mplsLabel: number
  /** Tunnel records, where the sampled header shows no tunnel: kind, `none` without, and the offset of its addresses in the datagram. */
  tunnelKind: number
  tunnelEnds: number
  tunnelOverIpv6: boolean
  /** −1 without. */
  vni: number
}

/** Where a flow sample goes while its records are read. One object is reused. */
export interface SflowTarget {
  batch: FlowBatch
  row: number
  host: SflowHost
  readonly sample: SflowSample
  readonly gathered: GatheredFlow
}

const noBytes = new Uint8Array(0)

export function createSflowDatagram(): SflowDatagram {
  return { agent: new Uint32Array(4), subAgent: 0, sequence: 0, uptimeMs: 0, samples: 0 }
}

export function createSflowSample(): SflowSample {
  return {
    sequence: 0,
    sourceType: 0,
    sourceIndex: 0,
    samplingRate: 0,
    samplePool: 0,
    drops: 0,
    parts: 0,
    frameLength: 0,
    headerBytes: noBytes,
    headerStart: 0,
    headerEnd: 0,
    link: -1,
    stripped: 0,
  }
}

export function createGatheredFlow(): GatheredFlow {
  return {
    frameLength: 0,
    lengthRank: lengthRank.none,
    hopRank: hopRank.none,
    switchVlan: 0,
    told: false,
    strippedVlan: 0,
    mplsLabel: -1,
    tunnelKind: tunnel.none,
    tunnelEnds: 0,
    tunnelOverIpv6: false,
    vni: -1,
  }
}

/** Forgets what the last sample told. */
export function clearGathered(gathered: GatheredFlow): void {
  gathered.frameLength = 0
  gathered.lengthRank = lengthRank.none
  gathered.hopRank = hopRank.none
  gathered.switchVlan = 0
  if (!gathered.told) return
  gathered.told = false
  gathered.strippedVlan = 0
  gathered.mplsLabel = -1
  gathered.tunnelKind = tunnel.none
  gathered.vni = -1
}

export function createSflowDiscard(): SflowDiscard {
  return { reason: 0, inputInterface: 0, outputInterface: 0, frameLength: 0, link: -1, bytes: noBytes, start: 0, end: 0 }
}

/** Forgets the last packet. */
export function clearDiscard(discard: SflowDiscard): void {
  discard.frameLength = 0
  discard.link = -1
  discard.bytes = noBytes
  discard.start = 0
  discard.end = 0
}
