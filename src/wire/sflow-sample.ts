// What the sFlow decoder tells its host, and what it has gathered of the flow sample at hand.
import type { WireErrorCode } from '../contract/wire-errors.ts'

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
  /** `packetPart` bits: which headers of the sampled packet were found. Flow samples only. */
  parts: number
}

/** What was skipped because nobody here knows it. */
export type SflowSkipped = 'sample' | 'flow_record' | 'header_protocol'

/**
 * Receives what the decoder finds. The decoder is not re-entrant: no method may decode another datagram.
 */
export interface SflowHost {
  /** Called once, before any sample. Answering false leaves the samples undecoded. */
  sflowDatagram(datagram: SflowDatagram): boolean
  /** A flow was appended to the batch as `row`. Router, account and times are still to be filled in. */
  sflowFlowSample(sample: SflowSample, row: number): void
  /** A counter sample; its records follow by `sflowCounterRecord`. */
  sflowCounterSample(sample: SflowSample): void
  /** A record of a counter sample: its data are `bytes[start]` to `bytes[end − 1]`. */
  sflowCounterRecord(format: number, bytes: Uint8Array, start: number, end: number): void
  /** A packet that the device dropped and told about; not a flow. */
  sflowDropSample(sample: SflowSample): void
  /** Something of an unknown format was skipped by its length. `format` is the data format word, or the header protocol. */
  sflowSkipped(what: SflowSkipped, format: number): void
  /** A sample or record was wrong; what could be read of it, and all before it, was kept. */
  malformed(code: WireErrorCode): void
}

/** Records that tell the length of the frame, the better the higher. */
export const lengthRank = { none: 0, ipRecord: 1, ethernetRecord: 2, rawHeader: 3 } as const

/** Records that tell the next hop: the router's own before that of BGP, as IE 15 goes before IE 18. */
export const hopRank = { none: 0, gateway: 1, router: 2 } as const

/** What the records of a flow sample have told so far, where one record may know better than another. */
export interface GatheredFlow {
  frameLength: number
  /** `lengthRank` of the record that told it. */
  lengthRank: number
  /** `hopRank` of the record that filled the next hop. */
  hopRank: number
  /** VLAN of an extended switch record, 0 without: goes before the tag in the sampled header. */
  switchVlan: number
}

export function createSflowDatagram(): SflowDatagram {
  return { agent: new Uint32Array(4), subAgent: 0, sequence: 0, uptimeMs: 0, samples: 0 }
}

export function createSflowSample(): SflowSample {
  return { sequence: 0, sourceType: 0, sourceIndex: 0, samplingRate: 0, samplePool: 0, drops: 0, parts: 0 }
}

export function createGatheredFlow(): GatheredFlow {
  return { frameLength: 0, lengthRank: lengthRank.none, hopRank: hopRank.none, switchVlan: 0 }
}
