// Writes pcapng files (draft-ietf-opsawg-pcapng), little endian: one section, an interface for each agent, packets with
// nanoseconds, statistics.
//
// block           0 type 4  4 total length 4  8 body …  total length again 4
// section header  8 byte-order magic 4  12 major 2  14 minor 2  16 section length 8  24 options
// interface       8 link type 2  10 reserved 2  12 snap length 4  16 options
// enhanced        8 interface 4  12 time high 4  16 time low 4  20 captured length 4  24 length on the wire 4  28 packet
// statistics      8 interface 4  12 time high 4  16 time low 4  20 options
import type { TimedPacket } from './pcap-writer.ts'

const blockType = { section: 0x0a0d0d0a, interface: 1, statistics: 5, enhancedPacket: 6 } as const
const byteOrderMagic = 0x1a2b3c4d
/** Type, total length twice. */
const blockOverhead = 12
const enhancedHeaderBytes = 28

const comment = 1
const sectionOption = { hardware: 2, system: 3, application: 4 } as const
const interfaceOption = { name: 2, description: 3, resolution: 9, filter: 11 } as const
const statisticsOption = { start: 2, end: 3, received: 4, dropped: 5, droppedBySystem: 7, delivered: 8 } as const

/** if_tsresol: 10⁻⁹ s. */
const nanosecondResolution = 9
/** First byte of if_filter: what follows is the text of a filter. */
const filterText = 0

/** Text of an option is cut here: its length has 16 bits, and nobody reads more. */
const maxTextBytes = 32_768

export interface PcapngSection {
  readonly hardware?: string
  readonly system?: string
  readonly application: string
  readonly comments: readonly string[]
}

export interface PcapngInterface {
  /** A value of `linkType`. */
  readonly linkType: number
  /** 0 for no limit. */
  readonly snapLength: number
  readonly name: string
  readonly description?: string
  /** Text of the filter that packets had to match. */
  readonly filter?: string
  readonly comments: readonly string[]
}

/** Seconds and nanoseconds since 1970. */
export interface PcapngTime {
  readonly seconds: number
  readonly nanoseconds: number
}

/** Statistics of one interface; what is not known is left out. */
export interface PcapngStatistics {
  /** Number of the interface in the section, from 0. */
  readonly interface: number
  /** When the statistics were taken. */
  readonly time: PcapngTime
  readonly start?: PcapngTime
  readonly end?: PcapngTime
  readonly received?: number
  readonly dropped?: number
  readonly droppedBySystem?: number
  /** Packets that came as far as the file. */
  readonly delivered?: number
  readonly comments: readonly string[]
}

export function pcapngSection({ hardware, system, application, comments }: PcapngSection): Uint8Array<ArrayBuffer> {
  const body = new BlockBody()
  body.u32(byteOrderMagic)
  body.u16(1)
  body.u16(0)
  // Section length −1: not told.
  body.u32(0xffff_ffff)
  body.u32(0xffff_ffff)
  body.texts(comment, comments)
  body.text(sectionOption.hardware, hardware)
  body.text(sectionOption.system, system)
  body.text(sectionOption.application, application)
  return body.block(blockType.section)
}

export function pcapngInterface({ linkType, snapLength, name, description, filter, comments }: PcapngInterface): Uint8Array<ArrayBuffer> {
  const body = new BlockBody()
  body.u16(linkType)
  body.u16(0)
  body.u32(snapLength)
  body.texts(comment, comments)
  body.text(interfaceOption.name, name)
  body.text(interfaceOption.description, description)
  body.option(interfaceOption.resolution, Uint8Array.of(nanosecondResolution))
  if (filter !== undefined && filter !== '') body.option(interfaceOption.filter, Uint8Array.of(filterText, ...utf8(filter)))
  return body.block(blockType.interface)
}

export function pcapngStatistics(statistics: PcapngStatistics): Uint8Array<ArrayBuffer> {
  const body = new BlockBody()
  body.u32(statistics.interface)
  body.time(statistics.time)
  body.texts(comment, statistics.comments)
  body.timeOption(statisticsOption.start, statistics.start)
  body.timeOption(statisticsOption.end, statistics.end)
  body.countOption(statisticsOption.received, statistics.received)
  body.countOption(statisticsOption.dropped, statistics.dropped)
  body.countOption(statisticsOption.droppedBySystem, statistics.droppedBySystem)
  body.countOption(statisticsOption.delivered, statistics.delivered)
  return body.block(blockType.statistics)
}

/** Bytes of the block of a packet of which so many were captured. */
export function pcapngPacketBytes(captured: number): number {
  return enhancedHeaderBytes + ((captured + 3) & ~3) + 4
}

/**
 * Writes an enhanced packet block. The caller has made sure that there is room for it.
 * @param interfaceNumber of the section, from 0; its time resolution is the nanosecond
 * @returns the first byte behind it
 */
export function writePcapngPacket(target: Uint8Array, at: number, packet: TimedPacket, interfaceNumber: number): number {
  const captured = packet.end - packet.start
  const total = pcapngPacketBytes(captured)
  put32(target, at, blockType.enhancedPacket)
  put32(target, at + 4, total)
  put32(target, at + 8, interfaceNumber)
  putTime(target, at + 12, packet)
  put32(target, at + 20, captured)
  put32(target, at + 24, Math.max(captured, packet.wireLength))
  target.set(packet.bytes.subarray(packet.start, packet.end), at + enhancedHeaderBytes)
  for (let padding = at + enhancedHeaderBytes + captured; padding < at + total - 4; padding++) target[padding] = 0
  put32(target, at + total - 4, total)
  return at + total
}

/** The body of a block that is not written often. */
class BlockBody {
  private readonly bytes: number[] = []
  private hasOptions = false

  u16(value: number): void {
    this.bytes.push(value & 255, (value >>> 8) & 255)
  }

  u32(value: number): void {
    this.bytes.push(value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24)
  }

  time(time: PcapngTime): void {
    const bytes = new Uint8Array(8)
    putTime(bytes, 0, time)
    this.bytes.push(...bytes)
  }

  option(code: number, value: Uint8Array): void {
    this.hasOptions = true
    this.u16(code)
    this.u16(value.length)
    for (const byte of value) this.bytes.push(byte)
    while (this.bytes.length % 4 !== 0) this.bytes.push(0)
  }

  text(code: number, text: string | undefined): void {
    if (text !== undefined && text !== '') this.option(code, utf8(text))
  }

  texts(code: number, texts: readonly string[]): void {
    for (const text of texts) this.text(code, text)
  }

  timeOption(code: number, time: PcapngTime | undefined): void {
    if (time === undefined) return
    const bytes = new Uint8Array(8)
    putTime(bytes, 0, time)
    this.option(code, bytes)
  }

  /** 64 bits, low word first: unlike a time, this is one number in the byte order of the file. */
  countOption(code: number, count: number | undefined): void {
    if (count === undefined) return
    const bytes = new Uint8Array(8)
    put32(bytes, 0, count % 0x1_0000_0000)
    put32(bytes, 4, Math.floor(count / 0x1_0000_0000))
    this.option(code, bytes)
  }

  block(type: number): Uint8Array<ArrayBuffer> {
    // End of options: code 0, length 0.
    if (this.hasOptions) this.u32(0)
    const total = this.bytes.length + blockOverhead
    const block = new Uint8Array(total)
    put32(block, 0, type)
    put32(block, 4, total)
    block.set(this.bytes, 8)
    put32(block, total - 4, total)
    return block
  }
}

/** Cut between characters. */
function utf8(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.min(maxTextBytes, text.length * 3))
  return bytes.subarray(0, new TextEncoder().encodeInto(text, bytes).written)
}

/** Nanoseconds since 1970 in two words, the high one first. */
function putTime(target: Uint8Array, at: number, { seconds, nanoseconds }: PcapngTime): void {
  // 10⁹ = 15258 × 2¹⁶ + 51712. Seconds have 32 bits: both products and their sums stay below 2⁵³.
  const upper = seconds * 15_258
  const lower = seconds * 51_712 + nanoseconds + (upper % 0x1_0000) * 0x1_0000
  put32(target, at, Math.floor(upper / 0x1_0000) + Math.floor(lower / 0x1_0000_0000))
  put32(target, at + 4, lower % 0x1_0000_0000)
}

function put32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value
  bytes[at + 1] = value >>> 8
  bytes[at + 2] = value >>> 16
  bytes[at + 3] = value >>> 24
}
