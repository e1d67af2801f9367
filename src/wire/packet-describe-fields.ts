// How packets are told in words: a packet on its way through the dissectors, and how fields are shown.
import type { PacketLayer } from '../contract/capture.ts'
import { ipv4BytesText, ipv6BytesText, macBytesText } from './address-text.ts'
import { read16, read32 } from './big-endian.ts'

/** A field at a fixed place of a header. */
export interface FieldForm {
  readonly name: string
  /** From the start of the header. */
  readonly at: number
  readonly length: number
  readonly show: (bytes: Uint8Array, at: number) => string
}

/** What a header says that comes after it: a number of one of the tables in packet-describe.ts. */
export interface NextHeader {
  readonly by: 'link' | 'etherType' | 'protocol' | 'service'
  readonly code: number
  readonly at: number
  /** Where it ends by what headers say, which may be behind the bytes that were captured. */
  readonly end: number
}

/** Reads the header at `at`, adds a layer and notes. */
export type Dissector = (packet: Dissection, at: number, end: number) => NextHeader | undefined

interface OpenLayer extends PacketLayer {
  readonly fields: { name: string; value: string; offset: number; length: number }[]
}

/** Notes of the summary's line; tunnels within tunnels could make more. */
const maxNotes = 12

/** One packet that is described. Dissectors read its bytes where `has` says that they are there. */
export class Dissection {
  readonly bytes: Uint8Array
  /** First byte of the packet; offsets of layers count from it. */
  readonly start: number
  /** First byte that was not captured. */
  readonly end: number
  readonly layers: OpenLayer[] = []
  /** Where the outermost IP packet ends; what the frame has behind it is a trailer. −1 without one. */
  ipEnd = -1
  source = ''
  destination = ''
  protocol = ''
  private readonly notes: string[] = []

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.bytes = bytes
    this.start = start
    this.end = Math.min(end, bytes.length)
  }

  /** Whether `length` bytes at `at` were captured. */
  has(at: number, length: number): boolean {
    return at >= this.start && at + length <= this.end
  }

  /** Adds a layer with those of the fields that were captured; nothing where the capture ended before it. */
  layer(name: string, at: number, length: number, fields: readonly FieldForm[] = []): void {
    if (at >= this.end) return
    this.layers.push({ name, offset: at - this.start, length: Math.max(0, Math.min(length, this.end - at)), fields: [] })
    for (const field of fields)
      if (field.at + field.length <= length && this.has(at + field.at, field.length))
        this.add(field.name, field.show(this.bytes, at + field.at), at + field.at, field.length)
  }

  /** Adds a field to the last layer. */
  add(name: string, value: string, at: number, length: number): void {
    this.layers.at(-1)?.fields.push({ name, value, offset: at - this.start, length: Math.min(length, Math.max(0, this.end - at)) })
  }

  /** Sets the ends of the packet. Those of packets inside of it are noted instead. */
  ends(source: string, destination: string): void {
    if (this.ipEnd >= 0) this.note(`${source} → ${destination}`)
    else {
      this.source = source
      this.destination = destination
    }
  }

  /** Sets the protocol of the packet. Those of packets inside of it are noted instead. */
  carries(protocol: string): void {
    if (this.protocol === '') this.protocol = protocol
    else this.note(protocol)
  }

  note(text: string): void {
    if (this.notes.length < maxNotes) this.notes.push(text)
  }

  get info(): string {
    return this.notes.join(', ')
  }
}

export function u8(bytes: Uint8Array, at: number): string {
  return String(bytes[at])
}

export function u16(bytes: Uint8Array, at: number): string {
  return String(read16(bytes, at))
}

export function u32(bytes: Uint8Array, at: number): string {
  return String(read32(bytes, at))
}

export function hex16(bytes: Uint8Array, at: number): string {
  return hexNumber(read16(bytes, at), 4)
}

export function hex32(bytes: Uint8Array, at: number): string {
  return hexNumber(read32(bytes, at), 8)
}

export function hexNumber(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, '0')}`
}

export const ipv4Address = ipv4BytesText
export const ipv6Address = ipv6BytesText
export const macAddress = macBytesText

/** `name (number)`, or the number alone. */
export function named(names: ReadonlyMap<number, string>, value: number, text = String(value)): string {
  const name = names.get(value)
  return name === undefined ? text : `${name} (${text})`
}

/** Shows a byte by its name. */
export function named8(names: ReadonlyMap<number, string>): FieldForm['show'] {
  return (bytes, at) => named(names, bytes[at])
}

/** Names of the bits that are set, the first name for the lowest bit. */
export function bitNames(value: number, names: readonly string[]): string {
  return names.filter((_, bit) => ((value >> bit) & 1) === 1).join(', ')
}

/** What can be printed of some bytes; dots for the rest. */
export function printable(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('')
}

/** Characters of text from packets that are shown. */
const maxText = 120

/** The first line of text in a packet, cut where it is long. */
export function firstLine(bytes: Uint8Array, start: number, end: number): string {
  const part = bytes.subarray(start, Math.min(end, start + maxText))
  const line = part.findIndex((byte) => byte === 13 || byte === 10)
  return printable(line < 0 ? part : part.subarray(0, line))
}

/** `1 byte`, `2 bytes`. */
export function byteCount(count: number): string {
  return count === 1 ? '1 byte' : `${count} bytes`
}
