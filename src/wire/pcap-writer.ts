// Writes pcap files (draft-ietf-opsawg-pcap), little endian: a header, then records one after another.
//
// file header    0 magic 4  4 major 2  6 minor 2  8 zeros 8  16 snap length 4  20 link type 4
// record header  0 seconds 4  4 fraction 4  8 captured length 4  12 length on the wire 4

export const pcapHeaderBytes = 24
export const pcapRecordHeaderBytes = 16

const magic = { microseconds: 0xa1b2c3d4, nanoseconds: 0xa1b23c4d } as const

export interface PcapForm {
  /** A value of `linkType`: 1 for Ethernet, 101 for IP. */
  readonly linkType: number
  /** Bytes that are kept of a packet at the most; 0 where that is not known. */
  readonly snapLength: number
  /** Whether times have nanoseconds; microseconds are what every reader knows. */
  readonly nanoseconds: boolean
}

/** What a record of a file says: `bytes[start]` to `bytes[end − 1]`, and when. */
export interface TimedPacket {
  readonly seconds: number
  readonly nanoseconds: number
  readonly wireLength: number
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
}

export function pcapHeader({ linkType, snapLength, nanoseconds }: PcapForm): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(pcapHeaderBytes)
  const view = new DataView(header.buffer)
  view.setUint32(0, nanoseconds ? magic.nanoseconds : magic.microseconds, true)
  view.setUint16(4, 2, true)
  view.setUint16(6, 4, true)
  // libpcap calls a file with snap length 0 damaged when it is old; its own largest says "no limit" to all.
  view.setUint32(16, snapLength === 0 ? 262_144 : snapLength, true)
  view.setUint32(20, linkType, true)
  return header
}

/** Bytes of a packet's record with so many captured bytes. */
export function pcapRecordBytes(captured: number): number {
  return pcapRecordHeaderBytes + captured
}

/**
 * Writes the record of a packet. The caller has made sure that there is room for it.
 * @param nanoseconds as said in the header of the file
 * @returns the first byte behind it
 */
export function writePcapRecord(target: Uint8Array, at: number, packet: TimedPacket, nanoseconds: boolean): number {
  const captured = packet.end - packet.start
  write32(target, at, packet.seconds)
  write32(target, at + 4, nanoseconds ? packet.nanoseconds : Math.floor(packet.nanoseconds / 1000))
  write32(target, at + 8, captured)
  write32(target, at + 12, Math.max(captured, packet.wireLength))
  target.set(packet.bytes.subarray(packet.start, packet.end), at + pcapRecordHeaderBytes)
  return at + pcapRecordHeaderBytes + captured
}

function write32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value
  bytes[at + 1] = value >>> 8
  bytes[at + 2] = value >>> 16
  bytes[at + 3] = value >>> 24
}
