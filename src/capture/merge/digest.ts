// What the manifest of a capture says about its bytes: the checksum of the merged file, and of each agent's part of it.
import { createHash, type Hash } from 'node:crypto'
import { PcapFile, type FilePacket, type PcapFileForm } from './pcap-file.ts'
import type { PacketOrder } from './time-merge.ts'

export interface FileDigest {
  readonly bytes: number
  readonly packets: number
  /** Hex. */
  readonly sha256: string
}

export interface PartDigest extends FileDigest {
  /** RFC 3339 with microseconds, by corrected time; null without packets. */
  readonly firstAt: string | null
  readonly lastAt: string | null
}

export interface MergeDigest {
  readonly file: FileDigest
  /** One for each input: of its packets as a pcap file of their own, which is what a download of one agent gives. */
  readonly parts: readonly PartDigest[]
}

/** A file that is hashed instead of kept. */
class HashedFile {
  private readonly file: PcapFile
  private readonly hash: Hash = createHash('sha256')
  private first = ''
  private last = { seconds: 0, nanoseconds: 0 }

  constructor(form: PcapFileForm) {
    this.file = new PcapFile(form)
  }

  add(packet: FilePacket): void {
    if (!this.file.add(packet)) return
    if (this.first === '') this.first = packetTime(packet.seconds, packet.nanoseconds)
    this.last.seconds = packet.seconds
    this.last.nanoseconds = packet.nanoseconds
    if (this.file.isFull) this.hash.update(this.file.take())
  }

  digest(): PartDigest {
    this.hash.update(this.file.take())
    return {
      bytes: this.file.bytes,
      packets: this.file.packets,
      sha256: this.hash.digest('hex'),
      firstAt: this.first === '' ? null : this.first,
      lastAt: this.first === '' ? null : packetTime(this.last.seconds, this.last.nanoseconds),
    }
  }
}

/** RFC 3339 with microseconds, in UTC. */
export function packetTime(seconds: number, nanoseconds: number): string {
  const second = new Date(seconds * 1000).toISOString().slice(0, 19)
  const micros = Math.floor(nanoseconds / 1000)
  return `${second}.${String(micros).padStart(6, '0')}Z`
}

/** Reads the merge to its end and closes it. @param inputs how many the merge has */
export async function digestMerge(merge: PacketOrder, form: PcapFileForm, inputs: number): Promise<MergeDigest> {
  const file = new HashedFile(form)
  const parts = Array.from({ length: inputs }, () => new HashedFile(form))
  try {
    while (await merge.fill()) {
      while (merge.next()) {
        file.add(merge.packet)
        parts[merge.packet.input]?.add(merge.packet)
      }
    }
  } finally {
    await merge.close()
  }
  const { bytes, packets, sha256 } = file.digest()
  return { file: { bytes, packets, sha256 }, parts: parts.map((part) => part.digest()) }
}
