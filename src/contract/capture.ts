// Packet captures: what is asked for, what an agent gets to do, how it goes, what comes out. Contract §3 and our own beside it.
import type { FilterV1, PacketFilter } from './packet-filter.ts'

export const captureTypes = ['simple', 'full'] as const
export type CaptureType = (typeof captureTypes)[number]

/** As on the wire (contract §3.3); ours end in `success` or `failed`, the rest is passed through on the way. */
export const captureStatuses = [
  'unknown',
  'pending',
  'running',
  'conversion_pending',
  'conversion_running',
  'success',
  'complete',
  'failed',
] as const
export type CaptureStatus = (typeof captureStatuses)[number]

/** Where in the host's packet path nftables looks. `ingress` is a network interface before anything else (family netdev). */
export const captureHooks = ['prerouting', 'forward', 'input', 'output', 'postrouting', 'ingress'] as const
export type CaptureHook = (typeof captureHooks)[number]

/** `nflog`: nftables, nflog group, tcpdump. `interface`: tcpdump with BPF on an interface, for mirror ports without netfilter. */
export const captureEngines = ['nflog', 'interface'] as const
export type CaptureEngine = (typeof captureEngines)[number]

/** What the packets of a file begin with: the IP header, or an Ethernet header. */
export const captureLinks = ['raw', 'ethernet'] as const
export type CaptureLink = (typeof captureLinks)[number]

/** Snap length for whole packets: the longest that IP can say. */
export const wholePackets = 65_535
/** Bytes of each packet that a simple capture keeps (contract §3.4). */
export const simpleSnapLength = 160
/** 1 in N packets of a simple capture. */
export const simpleSampling = 100

/** What the original has no field for; on the wire the object `drawbridge` of a capture. */
export interface CaptureExtension {
  /** 1 in N packets. */
  readonly sampling: number
  /** Bytes kept of each packet, from the IP header on. */
  readonly snap_length: number
  readonly hook: CaptureHook
  /** Only packets that came in (or, at output and postrouting, go out) by this interface; null for all. Needed by `ingress` and engine `interface`. */
  readonly interface: string | null
  readonly engine: CaptureEngine
  readonly link: CaptureLink
  /** Payload behind the transport header is overwritten with zeros before it leaves the agent. */
  readonly mask_payload: boolean
  /** What people want to remember about it. */
  readonly note: string
}

/** Why a capture was started: by whom, or by which rule. */
export interface CaptureCause {
  readonly kind: 'person' | 'rule'
  /** Mail address of the person, name of the rule. */
  readonly who: string
  readonly rule_id: string | null
  readonly incident_id: string | null
}

/** A capture that is asked for, checked and complete. */
export interface CaptureRequest {
  readonly account: number
  readonly type: CaptureType
  /** As asked for; echoed by the API. */
  readonly filter_v1: FilterV1
  /** Text in the filter language; null without. Both filters have to match. */
  readonly filter_text: string | null
  /** Both filters read and joined; null matches everything. */
  readonly filter: PacketFilter | null
  /** Seconds. */
  readonly time_limit: number
  readonly packet_limit: number | null
  /** Bytes of packets as kept, file headers not counted. */
  readonly byte_limit: number | null
  /** RFC 3339: answer from the samples before this time; null listens from now. */
  readonly offset_time: string | null
  /** `*`, a colo, a group, or several with commas; empty for all. */
  readonly colo_name: string
  /** Without credentials, as answered; null for a capture that the server keeps. */
  readonly destination_conf: string | null
  /** Id of the validated bucket. */
  readonly bucket: string | null
  readonly extension: CaptureExtension
  readonly cause: CaptureCause
}

/** Where the packets go from the agent. */
export type CaptureDelivery =
  /** Over the connection to the server, which merges. */
  | { readonly kind: 'stream' }
  | {
      readonly kind: 's3'
      /** Empty for AWS. */
      readonly endpoint: string
      readonly region: string
      readonly bucket: string
      /** `dir/pcap_<id>.pcap`. */
      readonly key: string
      readonly access_key_id: string
      readonly secret_access_key: string
      readonly session_token: string
    }
  /** Path on the agent's host, inside a folder that the agent's own configuration allows. */
  | { readonly kind: 'file'; readonly path: string }

/** What an agent is told to do. Everything in it was checked by the server and is checked again by the agent. */
export interface CaptureJob {
  /** Id of the capture, 32 hex digits. */
  readonly id: string
  readonly filter: PacketFilter | null
  readonly engine: CaptureEngine
  readonly hook: CaptureHook
  readonly interface: string | null
  readonly sampling: number
  readonly snap_length: number
  readonly link: CaptureLink
  readonly mask_payload: boolean
  /** Seconds from when the agent starts. The agent ends the job by itself then, whether the server is there or not. */
  readonly time_limit: number
  readonly packet_limit: number | null
  readonly byte_limit: number | null
  readonly delivery: CaptureDelivery
}

/** `lost`: not heard of for longer than the job can last. */
export const agentCaptureStates = ['waiting', 'starting', 'capturing', 'delivering', 'done', 'failed', 'lost'] as const
export type AgentCaptureState = (typeof agentCaptureStates)[number]

/** Why an agent stopped capturing. */
export const captureEnds = ['time', 'packets', 'bytes', 'stopped', 'failed'] as const
export type CaptureEnd = (typeof captureEnds)[number]

/** A file that an agent has written. */
export interface CaptureObject {
  /** `s3://bucket/dir/pcap_<id>.pcap`, without credentials. */
  readonly uri: string
  /** Bytes of the file. */
  readonly bytes: number
  readonly packets: number
  /** Hex; null for an unfinished upload. */
  readonly sha256: string | null
}

/** How a capture goes on one agent. All counters are totals since its start. */
export interface CaptureProgress {
  readonly state: AgentCaptureState
  /** Packets and their bytes as kept. */
  readonly packets: number
  readonly bytes: number
  /** Packets that the rule's counter has and tcpdump never got, or that tcpdump says the kernel dropped. */
  readonly kernel_drops: number
  /** Packets given up because they could not be delivered as fast as they came. */
  readonly delivery_drops: number
  /** Packets longer than the interface's MTU: put together by GRO or LRO before netfilter saw them. */
  readonly super_packets: number
  /** RFC 3339 with microseconds by the agent's clock; null before the first packet. */
  readonly first_packet_at: string | null
  readonly end: CaptureEnd | null
  /** What went wrong, and the next command; null when nothing did. */
  readonly error: string | null
  readonly objects: readonly CaptureObject[]
}

/** Before anything has happened, in whatever state that is. */
export const noCaptureProgress: Omit<CaptureProgress, 'state'> = {
  packets: 0,
  bytes: 0,
  kernel_drops: 0,
  delivery_drops: 0,
  super_packets: 0,
  first_packet_at: null,
  end: null,
  error: null,
  objects: [],
}

/** One agent of a capture, as pages see it. */
export interface CaptureAgent extends CaptureProgress {
  /** Id of the agent; `samples` for what comes from stored samples. */
  readonly agent: string
  readonly name: string
  readonly colo: string
  /** Agent's clock minus the server's, ms; times of packets in merged files are corrected by it where it is sure. */
  readonly clock_offset_ms: number | null
}

/** A capture as the API keeps it: `GET …/drawbridge/captures/:id`. The original's own shape is made from it (contract §3.3). */
export interface Capture {
  readonly id: string
  readonly type: CaptureType
  readonly status: CaptureStatus
  readonly filter_v1: FilterV1
  readonly filter: string | null
  readonly time_limit: number
  readonly packet_limit: number | null
  readonly byte_limit: number | null
  readonly offset_time: string | null
  readonly colo_name: string
  readonly destination_conf: string | null
  readonly extension: CaptureExtension
  readonly cause: CaptureCause
  /** RFC 3339 with microseconds. */
  readonly submitted: string
  readonly stop_requested: string | null
  readonly ended_at: string | null
  /** When its packets are deleted from the server; null while it runs and for those in buckets. */
  readonly expires_at: string | null
  /** Whether the server still has, or can read, its packets. */
  readonly downloadable: boolean
  readonly error_message: string | null
  /** Sums over the agents; of a capture that the server keeps, of what a download holds. */
  readonly packets: number
  readonly bytes: number
  readonly agents: readonly CaptureAgent[]
}

/** One line of the audit: which bytes a download has, and where they came from. `GET …/drawbridge/captures/:id/manifest`. */
export interface CaptureManifest {
  readonly capture: Capture
  /** Merged file as a download gives it. */
  readonly file: { readonly format: 'pcap'; readonly bytes: number; readonly packets: number; readonly sha256: string }
  readonly parts: readonly {
    readonly agent: string
    readonly name: string
    readonly colo: string
    readonly packets: number
    readonly first_at: string | null
    readonly last_at: string | null
    readonly kernel_drops: number
    readonly delivery_drops: number
    /** Hex, of this agent's packets as a pcap file of their own. */
    readonly sha256: string
  }[]
}

/** What a filter would catch now: `POST …/drawbridge/captures/preview`. */
export interface CapturePreview {
  /** The filter in the language, null without one. */
  readonly filter: string | null
  /** Mean of the last 5 minutes as flows tell, scaled by sampling rates; null when no flow is stored. */
  readonly packets_per_second: number | null
  readonly bits_per_second: number | null
  /** What the capture would take with its sampling and snap length, a second. */
  readonly captured_packets_per_second: number | null
  readonly captured_bytes_per_second: number | null
  /** Parts of the filter that flows cannot tell and the estimate leaves out. */
  readonly not_estimated: readonly string[]
  /** How an agent would say it: nftables rules as text for people, and a BPF expression. */
  readonly nftables: readonly string[]
  readonly bpf: string
  /** Agents that would be asked; those not connected cannot answer. */
  readonly agents: readonly { readonly id: string; readonly name: string; readonly colo: string; readonly connected: boolean }[]
}

export const bucketStatuses = ['pending', 'success', 'failed'] as const
export type BucketStatus = (typeof bucketStatuses)[number]

/** A bucket that captures may be sent to (contract §3.5). */
export interface Bucket {
  readonly id: string
  readonly status: BucketStatus
  readonly submitted: string
  /** Empty until it is validated. */
  readonly validated: string
  /** Without credentials. */
  readonly destination_conf: string
  readonly filename: string
}

/** What an account allows: `GET/PUT …/drawbridge/captures/policy`. */
export interface CapturePolicy {
  /** Longest snap length that anybody may ask for. */
  readonly snap_length_cap: number
  /** Payload is masked whatever is asked for. */
  readonly mask_payload: boolean
  /** Captures that the server keeps are deleted so many days after their end. */
  readonly expire_days: number
  /** Whether full captures may be read back from the bucket for a merged download. */
  readonly full_download: boolean
}

export const defaultCapturePolicy: CapturePolicy = {
  snap_length_cap: wholePackets,
  mask_payload: false,
  expire_days: 30,
  full_download: false,
}

/** A line of the packet list: `GET …/drawbridge/captures/:id/packets?offset=&limit=`. */
export interface PacketSummary {
  /** From 0, in the order of the merged file. */
  readonly number: number
  /** RFC 3339 with microseconds. */
  readonly time: string
  readonly agent: string
  readonly source: string
  readonly destination: string
  /** `TCP`, `UDP`, `ICMPv6`, … */
  readonly protocol: string
  /** Bytes of the packet on the wire, and as kept. */
  readonly length: number
  readonly captured: number
  /** `53 → 40112, DNS` and the like, one line. */
  readonly info: string
}

/** A header of a packet with its fields. Offsets count bytes of `PacketDetail.hex`. */
export interface PacketLayer {
  readonly name: string
  readonly offset: number
  readonly length: number
  readonly fields: readonly { readonly name: string; readonly value: string; readonly offset: number; readonly length: number }[]
}

/** `GET …/drawbridge/captures/:id/packets/:number`. */
export interface PacketDetail {
  readonly summary: PacketSummary
  readonly layers: readonly PacketLayer[]
  /** The bytes as kept, hex. */
  readonly hex: string
}
