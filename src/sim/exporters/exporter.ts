// What the fake exporters of all protocols have in common.
import type { SimFlow } from '../flow.ts'

export const simProtocols = ['netflow5', 'netflow9', 'ipfix', 'sflow5'] as const
export type SimProtocol = (typeof simProtocols)[number]

export interface ExporterConfig {
  /** v9 source id, IPFIX observation domain, v5 engine type × 256 + engine id, sFlow sub-agent. */
  readonly domain: number
  /** One packet in so many is looked at. */
  readonly sampling: number
  /** When the router was switched on, in ms since 1970. */
  readonly bootedAt: number
  /** sFlow agent address, 4 or 16 bytes. */
  readonly agent: Uint8Array
}

/** Counts what it sends, so that its sequence numbers are right. Times are ms since 1970. */
export interface FlowExporter {
  /** IPv4 flows that fit a datagram. */
  readonly recordsPerDatagram: number
  /** What the protocol tells from time to time: templates and samplers (v9, IPFIX), interface counters (sFlow), nothing (v5). */
  announce(now: number): Buffer[]
  /** Datagrams that carry the flows, in order. v5 leaves IPv6 flows out: it has no room for them. */
  encode(flows: readonly SimFlow[], now: number): Buffer[]
}

/** New header values for a datagram that is sent again. */
interface Stamp {
  /** ms since 1970. */
  readonly now: number
  readonly bootedAt: number
  readonly domain: number
  /** Datagrams and records (options records too) that the exporter sent before. */
  readonly datagrams: number
  readonly records: number
}

/** A datagram of one of our own exporters within a larger buffer. */
export interface PlacedDatagram {
  readonly offset: number
  readonly length: number
  /** Flow records; 0 for a datagram of templates. All of one size (sFlow: samples of any size). */
  readonly records: number
}

/**
 * Writes header values and record times anew, so that an encoded datagram can be sent again as a later one. Record times
 * keep their distance to the time of export.
 */
export type Restamp = (view: DataView, datagram: PlacedDatagram, stamp: Stamp) => void

// 1500 bytes of Ethernet less an IPv6 and a UDP header: no datagram is fragmented.
export const largestDatagram = 1500 - 40 - 8

/** Unsigned 32-bit difference of two counters that wrap. */
export function wrap32(value: number): number {
  return value % 4_294_967_296
}

/** Adds milliseconds to a 32-bit time in a datagram. */
export function shiftU32(view: DataView, at: number, by: number): void {
  view.setUint32(at, (view.getUint32(at) + by) >>> 0)
}

/** Cuts a list into pieces of at most `size`. */
export function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size))
}
