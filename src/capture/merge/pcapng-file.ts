// Makes a pcapng file of merged packets: an interface for each agent, and at the end what each of them has lost.
import { linkType } from '../../wire/packet-tables.ts'
import { maxRecordedBytes } from '../../wire/packet-record.ts'
import {
  pcapngInterface,
  pcapngPacketBytes,
  pcapngSection,
  pcapngStatistics,
  writePcapngPacket,
  type PcapngSection,
  type PcapngStatistics,
} from '../../wire/pcapng-writer.ts'
import type { MergedPacket, PacketOrder } from './time-merge.ts'

/** A chunk is given away when it holds so much. */
const chunkBytes = 65_536
const chunkRoom = chunkBytes + pcapngPacketBytes(maxRecordedBytes)

/** What the file says about an input of the merge. */
export interface PcapngSource {
  /** `<agent>/<interface or hook>`. */
  readonly name: string
  readonly description: string
  /** Text of the filter, empty without one. */
  readonly filter: string
  /** 0 for no limit. */
  readonly snapLength: number
  /** Whether its packets begin with an Ethernet header as a rule. Those that differ get an interface of their own. */
  readonly ethernet: boolean
  readonly comments: readonly string[]
  /** Asked for when all packets are written. */
  statistics(): SourceStatistics
}

export type SourceStatistics = Omit<PcapngStatistics, 'interface' | 'time' | 'delivered'>

/** What is counted of an input while the file is written. */
class SourceInFile {
  readonly source: PcapngSource
  /** Number of its interface for packets with and without Ethernet header; −1 as long as there is none. */
  readonly interfaces = { ethernet: -1, ip: -1 }
  packets = 0
  readonly last = { seconds: 0, nanoseconds: 0 }

  constructor(source: PcapngSource) {
    this.source = source
  }
}

class PcapngFile {
  private readonly sources: readonly SourceInFile[]
  private readonly chunk = new Uint8Array(chunkRoom)
  private length = 0
  private interfaces = 0

  constructor(sources: readonly PcapngSource[]) {
    this.sources = sources.map((source) => new SourceInFile(source))
  }

  get isFull(): boolean {
    return this.length >= chunkBytes
  }

  /** The header of the section and an interface for each source, also for those that have no packet. */
  open(section: PcapngSection): Uint8Array {
    const blocks = [pcapngSection(section), ...this.sources.map((source) => this.describe(source, source.source.ethernet))]
    return Buffer.concat(blocks)
  }

  /** @returns false when the packet is of a link that its source has no interface for yet: `introduce` it first */
  add(packet: MergedPacket): boolean {
    const source = this.sourceOf(packet)
    const number = packet.ethernet ? source.interfaces.ethernet : source.interfaces.ip
    if (number < 0) return false
    this.length = writePcapngPacket(this.chunk, this.length, packet, number)
    source.packets++
    source.last.seconds = packet.seconds
    source.last.nanoseconds = packet.nanoseconds
    return true
  }

  /** The bytes of packets since the last call, and an interface for packets like this one. */
  introduce(packet: MergedPacket): Uint8Array {
    return Buffer.concat([this.take(), this.describe(this.sourceOf(packet), packet.ethernet)])
  }

  /** The bytes of packets since the last call. */
  take(): Uint8Array {
    const taken = this.chunk.slice(0, this.length)
    this.length = 0
    return taken
  }

  /** The last packets, and the statistics of each source. */
  close(): Uint8Array {
    return Buffer.concat([this.take(), ...this.sources.map((source) => pcapngStatistics(statisticsOf(source)))])
  }

  private sourceOf({ input }: MergedPacket): SourceInFile {
    // There is one for each input of the merge.
    return this.sources[input]
  }

  private describe(inFile: SourceInFile, ethernet: boolean): Uint8Array {
    const { source } = inFile
    inFile.interfaces[ethernet ? 'ethernet' : 'ip'] = this.interfaces++
    return pcapngInterface({
      linkType: ethernet ? linkType.ethernet : linkType.raw,
      snapLength: source.snapLength,
      name: source.name,
      description: source.description,
      filter: source.filter,
      comments: source.comments,
    })
  }
}

/** They stand with the interface that was described first. */
function statisticsOf({ source, interfaces, packets, last }: SourceInFile): PcapngStatistics {
  const statistics = source.statistics()
  return {
    ...statistics,
    interface: source.ethernet ? interfaces.ethernet : interfaces.ip,
    time: statistics.end ?? last,
    delivered: packets,
  }
}

/**
 * A merged pcapng file in chunks of about 64 KiB, times in nanoseconds. The merge is closed when the file has ended or is
 * not wanted any more.
 * @param sources one for each input of the merge, in its order
 */
export async function* pcapngOf(
  merge: PacketOrder,
  section: PcapngSection,
  sources: readonly PcapngSource[],
): AsyncGenerator<Uint8Array, void> {
  const file = new PcapngFile(sources)
  try {
    yield file.open(section)
    while (await merge.fill()) {
      while (merge.next()) {
        if (!file.add(merge.packet)) {
          yield file.introduce(merge.packet)
          file.add(merge.packet)
        }
        if (file.isFull) yield file.take()
      }
    }
    yield file.close()
  } finally {
    await merge.close()
  }
}
