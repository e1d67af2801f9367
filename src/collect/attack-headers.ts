// Keeps a few sampled headers of each second, so that an incident can show packets.
import type { AttackPacket } from '../contract/attack-report.ts'
import { attackVectors } from '../contract/attack-vectors.ts'
import type { FlowBatch } from '../contract/flow-batch.ts'
import { ipText } from '../wire/address-text.ts'
import type { SflowSample } from '../wire/sflow5.ts'

/** Of each prefix and vector; three or four seconds bring the sixteen that an incident shows. */
export const headersPerVector = 4
/** Of a thread: 256 headers of 128 bytes are 32 KiB a second. */
const headersPerSecond = 256
const bytesPerHeader = 128
/** Rows of a datagram follow one another and are at most 1636 (maxFlowSamplesPerDatagram): this many places tell them apart. */
const places = 2048

/** What is told of a header beside itself. */
export interface HeaderOrigin {
  readonly prefix: number
  readonly code: number
  readonly at: number
  readonly router: string
  readonly summary: string
}

export class AttackHeaders {
  // Where the header of each sample of the datagram at hand lies, by the low bits of its row.
  readonly #starts = new Uint32Array(places)
  readonly #ends = new Uint32Array(places)
  readonly #lengths = new Uint32Array(places)
  #datagram: Uint8Array = new Uint8Array(0)
  #kept: AttackPacket[] = []

  /** Notes where the header of a sample lies; an empty one where the sample has none. */
  note(sample: SflowSample, row: number): void {
    const place = row & (places - 1)
    this.#datagram = sample.headerBytes
    this.#starts[place] = sample.headerStart
    this.#ends[place] = sample.headerEnd
    this.#lengths[place] = sample.frameLength
  }

  /** Whether the sample in a row of the datagram at hand has a header, and there is room for it. */
  wants(row: number): boolean {
    const place = row & (places - 1)
    return this.#ends[place] > this.#starts[place] && this.#kept.length < headersPerSecond
  }

  /** Copies the header of a row of the datagram at hand. */
  keep(row: number, { code, ...origin }: HeaderOrigin): void {
    const place = row & (places - 1)
    const start = this.#starts[place]
    const bytes = new Uint8Array(this.#datagram.subarray(start, Math.min(this.#ends[place], start + bytesPerHeader)))
    // A code of the classifier is one of the table's.
    this.#kept.push({ ...origin, vector: attackVectors[code - 1].name, length: this.#lengths[place], bytes })
  }

  /** Hands over what was kept. */
  take(): AttackPacket[] {
    const kept = this.#kept
    this.#kept = []
    return kept
  }
}

const tcp = 6
const portProtocols: ReadonlyMap<number, string> = new Map([
  [tcp, 'TCP'],
  [17, 'UDP'],
  [33, 'DCCP'],
  [132, 'SCTP'],
  [136, 'UDP-Lite'],
])
/** In the order of their bits, FIN first (RFC 9293 §3.1, RFC 3168 §6.1). */
const flagNames = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR']

/** One line for the flow of a row: `192.0.2.1:53 → 203.0.113.7:4000 UDP, 1428 bytes`. */
export function describePacket({ columns }: FlowBatch, row: number): string {
  const protocol = columns.protocol[row]
  const name = portProtocols.get(protocol)
  const offset = columns.fragment_offset[row] * 8
  // Ports and flags stand in the first fragment only.
  const transport = name !== undefined && offset === 0
  const source = endText(columns.src_addr, transport ? columns.src_port[row] : null, row)
  const target = endText(columns.dst_addr, transport ? columns.dst_port[row] : null, row)
  const flags = transport && protocol === tcp ? ` ${flagText(columns.tcp_flags[row])}` : ''
  const fragment = offset > 0 ? ` from byte ${offset} of a fragmented packet` : ''
  return `${source} → ${target} ${name ?? `protocol ${protocol}`}${flags}${fragment}, ${columns.bytes[row * 2]} bytes`
}

function flagText(flags: number): string {
  const set = flagNames.filter((_, bit) => (flags & (1 << bit)) !== 0)
  return set.length > 0 ? set.join(' ') : 'no flags'
}

function endText(addresses: Uint32Array, port: number | null, row: number): string {
  const address = ipText(addresses, row)
  if (port === null) return address
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}
