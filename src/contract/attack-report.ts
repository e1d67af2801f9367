// What a collector thread tells of traffic that could be an attack: sums by attack vector and target, second by second.
import type { AttackVectorName } from './attack-vectors.ts'

/**
 * Numbers that `sums` has for each row, all estimates (times the sampling rate) but the samples: packets, bytes, packets
 * really looked at; then the same three of records that cover more than a second: what falls into their last ten seconds.
 */
export const sumsPerRow = 6

/** Records that cover more than a second count with so many of their last seconds. */
export const slowSeconds = 10

/** 32-bit words of the sets of addresses: one bit for each address, chosen by a hash (linear counting). */
export const wideWords = 8
export const narrowWords = 2

/** Levels of a target: the host, and the network around it (/24 of IPv4, /64 of IPv6). */
export const attackLevel = { host: 0, network: 1 } as const

/** One prefix of the rules that had traffic: its rows in the arrays, `from` to before `to`. */
export interface AttackPrefix {
  /** CIDR text. Traffic that a longer prefix of another rule holds counts there. */
  readonly prefix: string
  readonly totals: { readonly from: number; readonly to: number }
  readonly targets: { readonly from: number; readonly to: number }
}

/** A sampled packet header (sFlow). */
export interface AttackPacket {
  /** Index in `prefixes`. */
  readonly prefix: number
  readonly vector: AttackVectorName
  /** Milliseconds since 1970. */
  readonly at: number
  readonly router: string
  /** Of the frame on the wire, bytes. */
  readonly length: number
  /** Addresses, ports, flags, length. */
  readonly summary: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** One second of one thread. Seconds without traffic to the prefixes are not told. */
export interface AttackReport {
  /** Receive time, seconds since 1970. */
  readonly second: number
  /** Id of each rule that has some of the prefixes, and their indices. */
  readonly rules: ReadonlyMap<string, readonly number[]>
  readonly prefixes: readonly AttackPrefix[]
  /** Exact sums by prefix and vector. */
  readonly totals: {
    readonly vectors: Uint8Array<ArrayBuffer>
    readonly sums: Float64Array<ArrayBuffer>
    /** Senders and own hosts, `wideWords` a row. */
    readonly sources: Uint32Array<ArrayBuffer>
    readonly hosts: Uint32Array<ArrayBuffer>
  }
  /** The heaviest hosts and networks by vector. Never more than the truth; at most `missed` packets less. */
  readonly targets: {
    readonly vectors: Uint8Array<ArrayBuffer>
    readonly levels: Uint8Array<ArrayBuffer>
    /** Four words a row as in an `ip` column; zero behind the network. */
    readonly addresses: Uint32Array<ArrayBuffer>
    readonly sums: Float64Array<ArrayBuffer>
    readonly missed: Float64Array<ArrayBuffer>
    /** `narrowWords` a row. */
    readonly sources: Uint32Array<ArrayBuffer>
  }
  readonly packets: readonly AttackPacket[]
}

/** What the detector needs from the collectors beside the counts of rules. */
export interface AttackCounting {
  /** Calls back for every report of a thread. One listener. */
  onAttackReport(listener: (report: AttackReport) => void): void
}
