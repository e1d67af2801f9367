// Signatures: filters that hold an attack and spare other traffic, with what was measured about them.
import type { FlowSpec } from './advertisement.ts'

/** What is asked for. */
export interface SignatureAsk {
  /** Share of the baseline's packets that may be held at most, 0 to 1. */
  readonly max_false: number
  /** Share of the attack's packets that are to be held at least, 0 to 1. */
  readonly min_recall: number
  /** Conjunctions at most. */
  readonly max_parts: number
  /** Whether source prefixes may be part of the signature. They age fast, and are worth nothing where they are forged. */
  readonly sources: boolean
}

export const defaultSignatureAsk: SignatureAsk = { max_false: 0.001, min_recall: 0.95, max_parts: 8, sources: false }

/** Where packets come from. */
export type SignatureSource =
  | { readonly kind: 'capture'; readonly id: string }
  /** Sampled headers from the time of an incident, to its rule's prefixes. */
  | { readonly kind: 'incident'; readonly id: string }
  /** Sampled headers of a time; `filter` in the filter language. RFC 3339. */
  | { readonly kind: 'samples'; readonly from: string; readonly to: string; readonly filter: string | null }
  /** An uploaded pcap or pcapng file. */
  | { readonly kind: 'file'; readonly id: string; readonly name: string }

/** A share with the 95 % interval of Wilson. `of` is 0 when there is nothing to measure: then the interval is 0 to 1. */
export interface Share {
  readonly hits: number
  readonly of: number
  readonly share: number
  readonly low: number
  readonly high: number
}

/** How cheaply an attacker changes what a condition looks at. */
export const variability = ['free', 'effort', 'fixed'] as const
export type Variability = (typeof variability)[number]

/** One condition of a conjunction, with its evidence. */
export interface SignatureCondition {
  /** In the filter language. */
  readonly filter: string
  /** What it looks at, for people: `source port`, `bytes 2–3 of the payload`. */
  readonly field: string
  /** What it means where that is known: `DNS answer with recursion`; empty otherwise. */
  readonly meaning: string
  /** Share of the attack's packets that this condition alone holds, and of the baseline's. */
  readonly attack: Share
  readonly baseline: Share | null
  readonly variability: Variability
  /** Sentence: why it is so cheap or costly to change. */
  readonly why: string
}

/** One conjunction: a vector of the attack. */
export interface SignaturePart {
  /** `DNS answers from port 53, 1400 bytes and longer`. */
  readonly title: string
  /** In the filter language. */
  readonly filter: string
  readonly conditions: readonly SignatureCondition[]
  /** Of all packets and bytes of the attack capture. */
  readonly attack: Share
  readonly bytes: Share
  /** Of the attack's packets, those that no earlier part holds. */
  readonly adds: Share
  readonly baseline: Share | null
  readonly junk: readonly JunkFinding[]
}

/** What makes packets look like nobody could want them. */
export const junkKinds = [
  'random_payload',
  'constant_payload',
  'checksum',
  'impossible_flags',
  'spoofed_sources',
  'bogon_sources',
  'one_ttl',
  'malformed',
] as const
export type JunkKind = (typeof junkKinds)[number]

export interface JunkFinding {
  readonly kind: JunkKind
  /** Sentence for people, with figures: why it looks so. */
  readonly why: string
  /** Of the packets that could be looked at. */
  readonly share: Share
  /** The same of the baseline; null without one. */
  readonly baseline: Share | null
}

/** How the values of a field spread: attack beside baseline. At most 40 bins. */
export interface FieldSpread {
  /** Stable name: `source_port`, `payload_entropy`. */
  readonly field: string
  readonly title: string
  /** `values`: single ones, the commonest first, the last one for the rest; `ranges`: in ascending order without gaps. */
  readonly kind: 'values' | 'ranges'
  readonly bins: readonly {
    readonly label: string
    /** Shares of the packets that have the field, 0 to 1. */
    readonly attack: number
    readonly baseline: number | null
    /** Whether the signature asks for values of this bin. */
    readonly held: boolean
  }[]
  /** 0: the two spread alike, 1: they share no value. Total variation distance; null without a baseline. */
  readonly distance: number | null
}

/** What was read of one side. */
export interface SignatureInput {
  readonly name: string
  /** IP packets, and their bytes on the wire from the IP header on. */
  readonly packets: number
  readonly bytes: number
  /** Packets that are not IP, or whose IP header is not whole: left out. */
  readonly left_out: number
  /** RFC 3339; null of an empty one. */
  readonly first_at: string | null
  readonly last_at: string | null
  /** Packets of which fewer bytes were captured than they had. */
  readonly cut: number
  /** Packets that were learnt from: a random selection when there are more. */
  readonly learnt_from: number
}

/** Everything that is known about a signature. */
export interface SignatureReport {
  readonly ask: SignatureAsk
  readonly attack: SignatureInput
  readonly baseline: SignatureInput | null
  /** All parts together in the filter language; null when nothing holds the attack and spares the baseline. */
  readonly filter: string | null
  readonly parts: readonly SignaturePart[]
  /** Of all packets of the attack capture, and of their bytes. */
  readonly held: Share
  readonly held_bytes: Share
  /** Of all packets of the baseline. */
  readonly false: Share | null
  /** Prefixes that most of the attack goes to, by their share of it. Not part of the filter: deploy it where they are. */
  readonly targets: readonly { readonly prefix: string; readonly share: number }[]
  readonly junk: readonly JunkFinding[]
  /** The most different first. */
  readonly spreads: readonly FieldSpread[]
  /** Sentences: what was not reached, what is doubtful, what to do about it. */
  readonly warnings: readonly string[]
}

export const signaturePhases = ['reading attack', 'reading baseline', 'learning', 'measuring', 'done'] as const
export type SignaturePhase = (typeof signaturePhases)[number]

export interface SignatureProgress {
  readonly phase: SignaturePhase
  /** Of the phase, 0 to 1; null where it cannot be told. */
  readonly share: number | null
  /** Read so far in this phase. */
  readonly packets: number
}

export const renderingFormats = ['filter', 'nftables', 'bpf', 'flowspec', 'wireshark', 'cloudflare', 'suricata', 'json'] as const
export type RenderingFormat = (typeof renderingFormats)[number]

/** A signature as another system takes it. */
export interface Rendering {
  readonly format: RenderingFormat
  /** `nftables rules`. */
  readonly title: string
  /** Ready to be pasted; empty when the format cannot say any of it. */
  readonly text: string
  /** Whether it holds exactly the packets of the signature; otherwise it holds more, never fewer. */
  readonly exact: boolean
  /** What it leaves out and therefore holds beyond the signature, as sentences; how to use it. */
  readonly notes: readonly string[]
  /** Only of `flowspec`: rules without their destination, to be announced one by one. */
  readonly flowspec?: readonly Omit<FlowSpec['match'], 'destination'>[]
  /** Measured on both captures when it is wider than the signature. */
  readonly held?: Share
  readonly false?: Share | null
}

export const signatureStates = ['queued', 'running', 'done', 'failed'] as const
export type SignatureState = (typeof signatureStates)[number]

/** A signature as the API keeps it: `GET …/drawbridge/signatures/:id`. Lists leave `report` and `renderings` out (null, empty). */
export interface Signature {
  /** 32 hex digits. */
  readonly id: string
  readonly name: string
  readonly state: SignatureState
  readonly progress: SignatureProgress
  readonly source: SignatureSource
  readonly baseline: SignatureSource | null
  readonly ask: SignatureAsk
  /** RFC 3339. */
  readonly created_at: string
  readonly ended_at: string | null
  /** Mail address. */
  readonly who: string
  /** Sentence with the next step, of a failed one. */
  readonly error: string | null
  /** The filter as it stands: learnt, or as somebody has edited it. */
  readonly filter: string | null
  readonly edited: boolean
  /** Of the filter as it stands; for lists. */
  readonly held: number | null
  readonly false: number | null
  readonly report: SignatureReport | null
  readonly renderings: readonly Rendering[]
}
