// Makes the bytes of a pcap file out of packets, in large chunks. Where the file has IP packets only, Ethernet headers are cut off.
import { read16 } from '../../wire/big-endian.ts'
import { etherType, linkType } from '../../wire/packet-tables.ts'
import { pcapHeader, pcapHeaderBytes, pcapRecordBytes, writePcapRecord, type TimedPacket } from '../../wire/pcap-writer.ts'
import type { PacketOrder } from './time-merge.ts'

/** A chunk is given away when it holds so much. */
const chunkBytes = 65_536
/** Files of many agents are made at once, and most of them are small: a chunk begins with so much room and grows. */
const firstRoom = 4096

const noBytes: Uint8Array = new Uint8Array(0)

const ethernetBytes = 14
const vlanTagBytes = 4
/** VLAN tags in a row that are cut off. Three are seen in the wild. */
const maxTags = 8
const tags: ReadonlySet<number> = new Set([etherType.vlan, etherType.serviceVlan, etherType.oldServiceVlan, etherType.oldServiceVlan2])

export interface PcapFileForm {
  /** Whether packets begin with their Ethernet header. What has none is left out then, what is not IP otherwise. */
  readonly ethernet: boolean
  /** As told in the header of the file; 0 for no limit. */
  readonly snapLength: number
}

/** A packet as a merge gives it. */
export interface FilePacket extends TimedPacket {
  readonly ethernet: boolean
}

/** Collects packets into chunks of a pcap file with microseconds, which every reader knows. */
export class PcapFile {
  /** Packets, and bytes with the header, that were written. */
  packets = 0
  bytes = pcapHeaderBytes
  /** Packets that have no place in a file of this link type. */
  leftOut = 0
  private readonly form: PcapFileForm
  private chunk = new Uint8Array(firstRoom)
  private length = 0
  private readonly part = { seconds: 0, nanoseconds: 0, wireLength: 0, bytes: noBytes, start: 0, end: 0 }

  constructor(form: PcapFileForm) {
    this.form = form
    const header = pcapHeader({
      linkType: form.ethernet ? linkType.ethernet : linkType.raw,
      snapLength: form.snapLength,
      nanoseconds: false,
    })
    this.chunk.set(header)
    this.length = header.length
  }

  /** Whether there is anything to take. */
  get hasBytes(): boolean {
    return this.length > 0
  }

  /** Whether `take` is due before the next packet. */
  get isFull(): boolean {
    return this.length >= chunkBytes
  }

  /** @returns whether it was written */
  add(packet: FilePacket): boolean {
    const cut = this.cutBefore(packet)
    if (cut < 0) {
      this.leftOut++
      return false
    }
    const record = cut === 0 ? packet : this.cutPacket(packet, cut)
    this.makeRoom(pcapRecordBytes(record.end - record.start))
    const end = writePcapRecord(this.chunk, this.length, record, false)
    this.bytes += end - this.length
    this.length = end
    this.packets++
    return true
  }

  /** The bytes since the last call. */
  take(): Uint8Array {
    const taken = this.chunk.slice(0, this.length)
    this.length = 0
    return taken
  }

  private makeRoom(bytes: number): void {
    const needed = this.length + bytes
    if (needed <= this.chunk.length) return
    const larger = new Uint8Array(Math.max(needed, this.chunk.length * 2))
    larger.set(this.chunk.subarray(0, this.length))
    this.chunk = larger
  }

  /** Bytes that are cut off at the front of a packet; −1 when it has no place in the file. */
  private cutBefore(packet: FilePacket): number {
    if (this.form.ethernet) return packet.ethernet ? 0 : -1
    return packet.ethernet ? ipOffset(packet) : 0
  }

  private cutPacket(packet: FilePacket, cut: number): TimedPacket {
    const { part } = this
    part.seconds = packet.seconds
    part.nanoseconds = packet.nanoseconds
    part.wireLength = packet.wireLength - cut
    part.bytes = packet.bytes
    part.start = packet.start + cut
    part.end = packet.end
    return part
  }
}

/** Bytes before the IP header of a frame: the Ethernet header and VLAN tags; −1 of what is not IP. */
function ipOffset({ bytes, start, end }: FilePacket): number {
  let at = start + ethernetBytes
  for (let count = 0; count < maxTags && at <= end; count++) {
    const type = read16(bytes, at - 2)
    if (type === etherType.ipv4 || type === etherType.ipv6) return at < end ? at - start : -1
    if (!tags.has(type)) return -1
    at += vlanTagBytes
  }
  return -1
}

/**
 * A merged pcap file in chunks of about 64 KiB. The merge is closed when the file has ended or is not wanted any more.
 * @param file tells afterwards how many packets it has, and how many were left out
 */
export async function* pcapOf(merge: PacketOrder, file: PcapFile): AsyncGenerator<Uint8Array, void> {
  try {
    while (await merge.fill()) {
      while (merge.next()) {
        file.add(merge.packet)
        if (file.isFull) yield file.take()
      }
    }
    if (file.hasBytes) yield file.take()
  } finally {
    await merge.close()
  }
}
