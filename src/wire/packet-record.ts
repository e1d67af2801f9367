// Packet records: the one binary form of captured packets between agent, server, samples on disk and merge. Big endian.
//
//    0 seconds 4       since 1970
//    4 nanoseconds 4   below 10⁹
//    8 wire length 4   what the packet had, Ethernet header included where there is one
//   12 captured length 2
//   14 link 1          0: begins with the IP header, 1: with an Ethernet header
//   15 flags 1         1: longer than the MTU, put together by GRO or LRO; 2: payload overwritten with zeros
//   16 sampling 4      1 in N packets was captured, at least 1
//   20 the packet …
import { WireError } from '../contract/wire-errors.ts'
import { read16, read32 } from './big-endian.ts'

export const packetRecordHeaderBytes = 20

/** The captured length has 16 bits. */
export const maxRecordedBytes = 65_535

/** What a record takes at the most. */
export const maxPacketRecordBytes = packetRecordHeaderBytes + maxRecordedBytes

const links = { ip: 0, ethernet: 1 } as const
const flags = { superPacket: 1, masked: 2 } as const

/** A packet that is to be recorded: `bytes[start]` to `bytes[end − 1]`. */
export interface RecordedPacket {
  /** Since 1970. */
  readonly seconds: number
  readonly nanoseconds: number
  /** Bytes that the packet had, link header included where `ethernet` is set. */
  readonly wireLength: number
  /** Whether it begins with an Ethernet header; else with the IP header. */
  readonly ethernet: boolean
  readonly superPacket: boolean
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
}

/** How a packet was captured. */
export interface PacketMarks {
  /** Whether its payload was overwritten with zeros. */
  readonly masked: boolean
  /** 1 in N packets. */
  readonly sampling: number
}

/** A record as it is read. One object is reused: copy what must outlive the call. */
export interface PacketRecordView extends RecordedPacket, PacketMarks {
  seconds: number
  nanoseconds: number
  wireLength: number
  capturedLength: number
  ethernet: boolean
  superPacket: boolean
  masked: boolean
  sampling: number
  bytes: Uint8Array
  start: number
  end: number
}

const noBytes = new Uint8Array(0)

export function createPacketRecordView(): PacketRecordView {
  return {
    seconds: 0,
    nanoseconds: 0,
    wireLength: 0,
    capturedLength: 0,
    ethernet: false,
    superPacket: false,
    masked: false,
    sampling: 1,
    bytes: noBytes,
    start: 0,
    end: 0,
  }
}

/** Bytes of the record of a packet of which so many were captured. */
export function packetRecordBytes(capturedLength: number): number {
  return packetRecordHeaderBytes + Math.min(capturedLength, maxRecordedBytes)
}

/** Appends records to an array of a fixed size. */
export class PacketRecordWriter {
  /** The records written so far are the first `length` of it. */
  readonly bytes: Uint8Array<ArrayBuffer>
  length = 0
  /** Records written so far. */
  packets = 0

  /** @param capacity bytes, `maxPacketRecordBytes` at least so that any packet finds room in an empty one */
  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity)
  }

  /**
   * Packets of more than 65 535 bytes are cut.
   * @returns false when there is no room for it; nothing is written then
   */
  append(packet: RecordedPacket, marks: PacketMarks): boolean {
    const captured = Math.min(packet.end - packet.start, maxRecordedBytes)
    const at = this.length
    if (at + packetRecordHeaderBytes + captured > this.bytes.length) return false
    writeHeader(this.bytes, at, packet, captured)
    this.bytes[at + 15] = (packet.superPacket ? flags.superPacket : 0) | (marks.masked ? flags.masked : 0)
    write32(this.bytes, at + 16, marks.sampling)
    this.bytes.set(packet.bytes.subarray(packet.start, packet.start + captured), at + packetRecordHeaderBytes)
    this.length = at + packetRecordHeaderBytes + captured
    this.packets++
    return true
  }

  /** A copy of what was written; the writer is empty afterwards. */
  take(): Uint8Array<ArrayBuffer> {
    const records = this.bytes.slice(0, this.length)
    this.clear()
    return records
  }

  clear(): void {
    this.length = 0
    this.packets = 0
  }
}

function writeHeader(bytes: Uint8Array, at: number, packet: RecordedPacket, captured: number): void {
  write32(bytes, at, packet.seconds)
  write32(bytes, at + 4, packet.nanoseconds)
  // Whoever measured it may not have known better; a record never claims to hold more than there was.
  write32(bytes, at + 8, Math.max(packet.wireLength, captured))
  bytes[at + 12] = captured >>> 8
  bytes[at + 13] = captured
  bytes[at + 14] = packet.ethernet ? links.ethernet : links.ip
}

function write32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24
  bytes[at + 1] = value >>> 16
  bytes[at + 2] = value >>> 8
  bytes[at + 3] = value
}

/**
 * Reads the record at `at` into the view, which then points into `bytes`.
 * @param end first byte that must not be read
 * @returns where the next record begins; −1 when the record goes on behind `end`, and the view means nothing
 * @throws WireError bad_packet for a record that no writer makes
 */
export function readPacketRecord(bytes: Uint8Array, at: number, end: number, view: PacketRecordView): number {
  const start = at + packetRecordHeaderBytes
  if (start > end) return -1
  const captured = read16(bytes, at + 12)
  view.seconds = read32(bytes, at)
  view.nanoseconds = read32(bytes, at + 4)
  view.wireLength = read32(bytes, at + 8)
  view.sampling = read32(bytes, at + 16)
  const link = bytes[at + 14]
  const marks = bytes[at + 15]
  if (view.nanoseconds >= 1e9 || view.wireLength < captured || view.sampling === 0 || link > links.ethernet || marks > 3)
    throw new WireError('bad_packet', 'packet record')
  if (start + captured > end) return -1
  view.capturedLength = captured
  view.ethernet = link === links.ethernet
  view.superPacket = (marks & flags.superPacket) !== 0
  view.masked = (marks & flags.masked) !== 0
  view.bytes = bytes
  view.start = start
  view.end = start + captured
  return view.end
}

/**
 * Reads whole records one after another.
 * @param each gets the same object every time
 * @returns how many there are
 * @throws WireError bad_packet for a record that no writer makes, truncated when the bytes end inside one; those before
 * it have been given to `each`
 */
export function readPacketRecords(bytes: Uint8Array, each: (record: PacketRecordView) => void): number {
  const view = createPacketRecordView()
  let at = 0
  let count = 0
  while (at < bytes.length) {
    at = readPacketRecord(bytes, at, bytes.length, view)
    if (at < 0) throw new WireError('truncated', 'packet record')
    each(view)
    count++
  }
  return count
}
