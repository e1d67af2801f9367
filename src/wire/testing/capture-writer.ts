// pcap and pcapng files for tests, in either byte order.
import { join } from './bytes.ts'

/** Integers in the byte order of the file: each a value and its bytes (2, 4 or 8). */
export function integers(
  littleEndian: boolean,
  ...fields: readonly (readonly [value: number | bigint, size: 1 | 2 | 4 | 8])[]
): Uint8Array<ArrayBuffer> {
  const bytes: number[] = []
  for (const [value, size] of fields) {
    const digits =
      BigInt.asUintN(size * 8, BigInt(value))
        .toString(16)
        .padStart(size * 2, '0')
        .match(/../g) ?? []
    bytes.push(...(littleEndian ? digits.toReversed() : digits).map((digit) => Number.parseInt(digit, 16)))
  }
  return Uint8Array.from(bytes)
}

export interface PcapRecord {
  readonly seconds: number
  readonly fraction: number
  readonly packet: Uint8Array
  readonly wireLength?: number
}

interface PcapForm {
  readonly littleEndian?: boolean
  readonly magic?: number
  readonly linkType?: number
  readonly major?: number
  readonly minor?: number
  /** Bytes between the record header and the packet. */
  readonly extra?: number
}

export function pcap(
  records: readonly PcapRecord[],
  { littleEndian = true, magic = 0xa1b2c3d4, linkType = 1, major = 2, minor = 4, extra = 0 }: PcapForm = {},
): Uint8Array<ArrayBuffer> {
  const header = integers(littleEndian, [magic, 4], [major, 2], [minor, 2], [0, 4], [0, 4], [65535, 4], [linkType, 4])
  const parts = records.flatMap(({ seconds, fraction, packet, wireLength = packet.length }) => [
    integers(littleEndian, [seconds, 4], [fraction, 4], [packet.length, 4], [wireLength, 4]),
    new Uint8Array(extra),
    packet,
  ])
  return join(header, ...parts)
}

/** A pcapng block: type, body padded to whole words, lengths around it. */
export function block(littleEndian: boolean, type: number, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const padding = new Uint8Array(-body.length & 3)
  const total = 12 + body.length + padding.length
  return Uint8Array.from([...integers(littleEndian, [type, 4], [total, 4]), ...body, ...padding, ...integers(littleEndian, [total, 4])])
}

/** An option: code, length, value padded to whole words. */
export function option(littleEndian: boolean, code: number, value: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([...integers(littleEndian, [code, 2], [value.length, 2]), ...value, ...new Uint8Array(-value.length & 3)])
}

export function sectionHeader(littleEndian: boolean, major = 1): Uint8Array<ArrayBuffer> {
  return block(littleEndian, 0x0a0d0d0a, integers(littleEndian, [0x1a2b3c4d, 4], [major, 2], [0, 2], [-1n, 8]))
}

export function interfaceBlock(
  littleEndian: boolean,
  linkType: number,
  snapLength: number,
  options: readonly Uint8Array[] = [],
): Uint8Array<ArrayBuffer> {
  return block(
    littleEndian,
    1,
    Uint8Array.from([...integers(littleEndian, [linkType, 2], [0, 2], [snapLength, 4]), ...options.flatMap((bytes) => [...bytes])]),
  )
}

interface Stamp {
  readonly interfaceId: number
  readonly time: bigint
}

export function enhancedPacket(
  littleEndian: boolean,
  { interfaceId, time }: Stamp,
  packet: Uint8Array,
  wireLength: number = packet.length,
): Uint8Array<ArrayBuffer> {
  const header = integers(littleEndian, [interfaceId, 4], [time >> 32n, 4], [time & 0xffffffffn, 4], [packet.length, 4], [wireLength, 4])
  return block(littleEndian, 6, Uint8Array.from([...header, ...packet]))
}

export function simplePacket(littleEndian: boolean, packet: Uint8Array, wireLength: number = packet.length): Uint8Array<ArrayBuffer> {
  return block(littleEndian, 3, Uint8Array.from([...integers(littleEndian, [wireLength, 4]), ...packet]))
}
