// Makes a pcap file of packets in parts of a bounded number: a full one is given away, and its buffer comes back once it is
// delivered. Packets that find no buffer are refused.
import { createHash } from 'node:crypto'
import { pcapHeader, pcapHeaderBytes, pcapRecordHeaderBytes, writePcapRecord } from '../../wire/pcap-writer.ts'
import { linkType } from '../../wire/packet-tables.ts'
import type { PacketView } from '../packet-sink.ts'

export interface PcapPartsConfig {
  readonly ethernet: boolean
  readonly snapLength: number
  readonly partBytes: number
  /** Buffers at the most: those being filled and those given away together. */
  readonly buffers: number
  /** All parts but the last have exactly `partBytes`; else they end with a packet. */
  readonly equalParts: boolean
}

/** A part of the file. Its bytes are valid until it is released. */
export interface PcapPart {
  /** From 1. */
  readonly number: number
  readonly bytes: Uint8Array
  /** Of the file up to the end of this part: bytes, whole packets, SHA-256 in hex. */
  readonly fileBytes: number
  readonly filePackets: number
  readonly sha256: string
}

/** Hashed as it grows, so that no moment has a whole part to hash. */
const hashStep = 65_536
const ethernetHeaderBytes = 14
/** Longest record: headers, and as much as IP can say. */
const maxRecordBytes = pcapRecordHeaderBytes + ethernetHeaderBytes + 65_535 + ethernetHeaderBytes

export class PcapParts {
  readonly #config: PcapPartsConfig
  readonly #full: (part: PcapPart) => void
  readonly #hash = createHash('sha256')
  readonly #free: Buffer[] = []
  /** For a packet that goes over the end of a part. */
  readonly #scratch = Buffer.alloc(maxRecordBytes)
  #made = 0
  #current: Buffer
  #filled = 0
  #hashed = 0
  #number = 1
  #fileBytes = 0
  #packets = 0

  /** @param full gets each part once it is full, in order */
  constructor(config: PcapPartsConfig, full: (part: PcapPart) => void) {
    this.#config = config
    this.#full = full
    this.#current = this.#buffer()
    const header = pcapHeader({
      linkType: config.ethernet ? linkType.ethernet : linkType.raw,
      snapLength: config.snapLength + (config.ethernet ? ethernetHeaderBytes : 0),
      nanoseconds: false,
    })
    this.#current.set(header)
    this.#advance(pcapHeaderBytes)
  }

  /** Those that are given away and not released, and the one that is being filled. */
  get buffers(): number {
    return this.#made - this.#free.length
  }

  /** @returns false when there is no room until a part is released */
  append(packet: PacketView): boolean {
    const length = pcapRecordHeaderBytes + (packet.end - packet.start) + (this.#lacksEthernet(packet) ? ethernetHeaderBytes : 0)
    if (length > maxRecordBytes) return false
    const room = this.#config.partBytes - this.#filled
    if (length > room && !this.#hasSpare()) return false
    if (length <= room) {
      this.#write(this.#current, this.#filled, packet)
      this.#packets++
      this.#advance(length)
    } else if (this.#config.equalParts) {
      this.#write(this.#scratch, 0, packet)
      this.#splitScratch(length, room)
    } else {
      this.#giveAway()
      return this.append(packet)
    }
    return true
  }

  /** Gives the last part away, which is never empty in a file of one part. */
  end(): void {
    if (this.#filled > 0) this.#giveAway(false)
  }

  /** @param part is delivered, or given up */
  release({ bytes }: PcapPart): void {
    // Parts are views of buffers that were made here.
    this.#free.push(Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, this.#config.partBytes))
  }

  #splitScratch(length: number, room: number): void {
    this.#scratch.copy(this.#current, this.#filled, 0, room)
    this.#advance(room)
    this.#giveAway()
    this.#scratch.copy(this.#current, 0, room, length)
    this.#packets++
    this.#advance(length - room)
  }

  /** A packet without link header, of a hook that has none, gets one without addresses in a file of Ethernet packets. */
  #lacksEthernet({ ethernet }: PacketView): boolean {
    return this.#config.ethernet && !ethernet
  }

  #write(target: Buffer, at: number, packet: PacketView): void {
    const end = writePcapRecord(target, at, packet, false)
    if (!this.#lacksEthernet(packet)) return
    const captured = packet.end - packet.start
    const start = at + pcapRecordHeaderBytes
    target.copyWithin(start + ethernetHeaderBytes, start, end)
    target.fill(0, start, start + ethernetHeaderBytes)
    // Versions 4 and 6 in the first four bits of an IP header.
    const etherType = (packet.bytes[packet.start] ?? 0) >> 4 === 6 ? 0x86dd : 0x0800
    target.writeUInt16BE(etherType, start + ethernetHeaderBytes - 2)
    target.writeUInt32LE(captured + ethernetHeaderBytes, at + 8)
    target.writeUInt32LE(Math.max(captured, packet.wireLength) + ethernetHeaderBytes, at + 12)
  }

  #advance(bytes: number): void {
    this.#filled += bytes
    this.#fileBytes += bytes
    if (this.#filled - this.#hashed >= hashStep) this.#hashRest()
  }

  #hashRest(): void {
    this.#hash.update(this.#current.subarray(this.#hashed, this.#filled))
    this.#hashed = this.#filled
  }

  #giveAway(goesOn = true): void {
    this.#hashRest()
    const part: PcapPart = {
      number: this.#number++,
      bytes: this.#current.subarray(0, this.#filled),
      fileBytes: this.#fileBytes,
      filePackets: this.#packets,
      sha256: this.#hash.copy().digest('hex'),
    }
    this.#filled = 0
    this.#hashed = 0
    if (goesOn) this.#current = this.#buffer()
    this.#full(part)
  }

  #hasSpare(): boolean {
    return this.#free.length > 0 || this.#made < this.#config.buffers
  }

  #buffer(): Buffer {
    const free = this.#free.pop()
    if (free) return free
    this.#made++
    // Not cleared: only what was written is given away. Slow: buffers of the pool would keep it alive.
    return Buffer.allocUnsafeSlow(this.#config.partBytes)
  }
}
