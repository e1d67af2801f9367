// Reads pcap files (draft-ietf-opsawg-pcap), packet by packet and without copying.
//
// file header    0 magic  4 major 2  6 minor 2  8 reserved  12 reserved  16 snap length  20 link type and FCS length
// record header  0 seconds  4 fraction  8 captured length  12 length on the wire
import { WireError } from '../contract/wire-errors.ts'
import type { CapturedPacket } from './capture-packet.ts'
import { Cursor } from './cursor.ts'

const fileHeaderLength = 24
const recordHeaderLength = 16

interface PcapMagic {
  readonly nanosecondsPerUnit: bigint
  /** Bytes that follow the record header: Kuznetsov's patch adds interface 4, protocol 2, packet type 1, padding 1. */
  readonly extraHeader: number
}

/** Magic numbers as they read in the byte order of the file. */
const magics: ReadonlyMap<number, PcapMagic> = new Map([
  [0xa1b2c3d4, { nanosecondsPerUnit: 1000n, extraHeader: 0 }],
  [0xa1b23c4d, { nanosecondsPerUnit: 1n, extraHeader: 0 }],
  [0xa1b2cd34, { nanosecondsPerUnit: 1000n, extraHeader: 8 }],
])

/** The link type is the low 16 bits; bits 16 to 25 must be zero, the rest tells the FCS length. */
const reservedLinkBits = 0x03ff0000

/** Whether the file starts with one of pcap's magic numbers, in either byte order. */
export function isPcap(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && readMagic(new Cursor().reset(bytes)) !== undefined
}

/** Reads the magic number and sets the byte order of the cursor by it. */
function readMagic(cursor: Cursor): PcapMagic | undefined {
  const start = cursor.offset
  for (const littleEndian of [false, true]) {
    cursor.littleEndian = littleEndian
    cursor.offset = start
    const magic = magics.get(cursor.u32())
    if (magic !== undefined) return magic
  }
  return undefined
}

/**
 * Yields the packets of a pcap file.
 * @throws WireError bad_file for a header that cannot be read, truncated when the file ends inside a packet; the
 * packets before that have been yielded
 */
export function* pcapPackets(bytes: Uint8Array): Generator<CapturedPacket, void> {
  if (bytes.length < fileHeaderLength) throw new WireError('bad_file', 'pcap header')
  const cursor = new Cursor().reset(bytes)
  const magic = readMagic(cursor)
  if (magic === undefined) throw new WireError('bad_file', 'pcap magic')
  const major = cursor.u16()
  const minor = cursor.u16()
  cursor.skip(12)
  const network = cursor.u32()
  if (major !== 2) throw new WireError('bad_file', `pcap version ${major}.${minor}`)
  if ((network & reservedLinkBits) !== 0) throw new WireError('bad_file', 'reserved bits of the pcap link type')
  while (cursor.remaining > 0) yield packet(cursor, magic, minor, network & 0xffff)
}

function packet(cursor: Cursor, magic: PcapMagic, minor: number, linkType: number): CapturedPacket {
  if (cursor.remaining < recordHeaderLength + magic.extraHeader) throw new WireError('truncated', 'pcap record header')
  const seconds = cursor.u32()
  const fraction = cursor.u32()
  const first = cursor.u32()
  const second = cursor.u32()
  cursor.skip(magic.extraHeader)
  // Version 2.3 changed the order of the two lengths, and both orders were written as 2.3.
  const swapped = minor < 3 || (minor === 3 && first > second)
  const capturedLength = swapped ? second : first
  const offset = cursor.offset
  cursor.skip(capturedLength)
  return {
    timeNs: BigInt(seconds) * 1_000_000_000n + BigInt(fraction) * magic.nanosecondsPerUnit,
    capturedLength,
    wireLength: swapped ? first : second,
    linkType,
    offset,
  }
}
