// Reads a pcap byte stream as it comes, cut anywhere, such as the standard output of `tcpdump -w -`. Nothing is copied but
// records that are cut, and memory is bounded by the longest record.
import { WireError } from '../contract/wire-errors.ts'

const fileHeaderBytes = 24
const recordHeaderBytes = 16

/** What libpcap allows at the most; longer records come of damage only. */
const maxCaptured = 262_144

const noBytes = new Uint8Array(0)

/** Nanoseconds for a unit of time by the magic number, as it reads in the byte order of the file. */
const unitNanoseconds: ReadonlyMap<number, number> = new Map([
  [0xa1b2c3d4, 1000],
  [0xa1b23c4d, 1],
])

/** The link type is the low 16 bits; above stands how long the FCS is. */
const linkTypeBits = 0xffff

/** A packet of the stream, `bytes[start]` to `bytes[end − 1]`. One object is reused, and so are its bytes. */
export interface StreamedPacket {
  /** Since 1970. */
  seconds: number
  nanoseconds: number
  wireLength: number
  bytes: Uint8Array
  start: number
  end: number
}

/** Parses one stream. After an error it is of no use any more. */
export class PcapStream {
  /** A value of `linkType`; −1 until the header of the file has come. */
  linkType = -1
  /** As the header of the file says. */
  snapLength = 0
  /** Byte order of the machine that writes. */
  littleEndian = true
  private readonly each: (packet: StreamedPacket) => void
  private readonly packet: StreamedPacket = { seconds: 0, nanoseconds: 0, wireLength: 0, bytes: noBytes, start: 0, end: 0 }
  private unit = 1000
  /** What has come of a header or record that is cut, in the first `heldBytes`. */
  private held = new Uint8Array(2048)
  private heldBytes = 0

  /** @param each gets every packet, within `push` */
  constructor(each: (packet: StreamedPacket) => void) {
    this.each = each
  }

  /** Bytes that wait for the rest of their record. At the end of a stream that is whole there are none. */
  get pending(): number {
    return this.heldBytes
  }

  /** @throws WireError bad_file when it is no pcap stream, bad_packet for a record that cannot be */
  push(chunk: Uint8Array): void {
    let at = 0
    // The rest of what was cut first: as many bytes as it needs, which its header tells once that is there.
    while (this.heldBytes > 0 || this.linkType < 0) {
      const wanted = this.linkType < 0 ? fileHeaderBytes : this.recordEnd(this.held, 0, this.heldBytes)
      const missing = wanted - this.heldBytes
      const taken = Math.min(missing, chunk.length - at)
      this.hold(chunk, at, at + taken)
      at += taken
      if (taken < missing) return
      if (this.linkType < 0) this.readFileHeader()
      else if (!this.finishHeld()) continue
      this.heldBytes = 0
    }
    this.readRecords(chunk, at)
  }

  /** Gives the held record to `each` if it is whole. Its header may have just become so, and tells a greater length. */
  private finishHeld(): boolean {
    const end = this.recordEnd(this.held, 0, this.heldBytes)
    if (end > this.heldBytes) return false
    this.tell(this.held, 0, end)
    return true
  }

  private readRecords(chunk: Uint8Array, start: number): void {
    let at = start
    while (at < chunk.length) {
      const end = this.recordEnd(chunk, at, chunk.length)
      if (end > chunk.length) return this.hold(chunk, at, chunk.length)
      this.tell(chunk, at, end)
      at = end
    }
  }

  /** Where the record at `at` ends; of one whose header is not there whole, where that ends. */
  private recordEnd(bytes: Uint8Array, at: number, end: number): number {
    if (end - at < recordHeaderBytes) return at + recordHeaderBytes
    const captured = this.u32(bytes, at + 8)
    if (captured > maxCaptured) throw new WireError('bad_packet', `pcap record of ${captured} bytes`)
    return at + recordHeaderBytes + captured
  }

  private tell(bytes: Uint8Array, at: number, end: number): void {
    const { packet } = this
    packet.seconds = this.u32(bytes, at)
    packet.nanoseconds = this.u32(bytes, at + 4) * this.unit
    if (packet.nanoseconds >= 1e9) throw new WireError('bad_packet', 'pcap record with a fraction above a second')
    packet.wireLength = this.u32(bytes, at + 12)
    packet.bytes = bytes
    packet.start = at + recordHeaderBytes
    packet.end = end
    this.each(packet)
  }

  private readFileHeader(): void {
    const { held } = this
    this.littleEndian = held[0] !== 0xa1
    const unit = unitNanoseconds.get(this.u32(held, 0))
    if (unit === undefined) throw new WireError('bad_file', 'pcap magic')
    const major = this.littleEndian ? held[4] | (held[5] << 8) : (held[4] << 8) | held[5]
    if (major !== 2) throw new WireError('bad_file', `pcap version ${major}`)
    this.unit = unit
    this.snapLength = this.u32(held, 16)
    this.linkType = this.u32(held, 20) & linkTypeBits
  }

  private hold(bytes: Uint8Array, start: number, end: number): void {
    const needed = this.heldBytes + end - start
    if (needed > this.held.length) {
      const larger = new Uint8Array(Math.max(needed, this.held.length * 2))
      larger.set(this.held.subarray(0, this.heldBytes))
      this.held = larger
    }
    this.held.set(bytes.subarray(start, end), this.heldBytes)
    this.heldBytes = needed
  }

  private u32(bytes: Uint8Array, at: number): number {
    const a = bytes[at]
    const b = bytes[at + 1]
    const c = bytes[at + 2]
    const d = bytes[at + 3]
    return (this.littleEndian ? (d << 24) | (c << 16) | (b << 8) | a : (a << 24) | (b << 16) | (c << 8) | d) >>> 0
  }
}
