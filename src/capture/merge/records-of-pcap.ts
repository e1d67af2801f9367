// Turns a pcap file that an agent has written, such as one read back from a bucket, into packet records again.
import { WireError } from '../../contract/wire-errors.ts'
import { linkType } from '../../wire/packet-tables.ts'
import { PacketRecordWriter, maxPacketRecordBytes, type PacketMarks } from '../../wire/packet-record.ts'
import { PcapStream, type StreamedPacket } from '../../wire/pcap-stream.ts'

/** Link types whose packets begin with the IP header. */
const ipLinks: ReadonlySet<number> = new Set([linkType.raw, linkType.rawBsd, linkType.rawOpenBsd, linkType.ipv4, linkType.ipv6])

/** Records are given away when there are so many bytes of them. */
const chunkBytes = 65_536

export interface PcapReading extends PacketMarks {
  /** Told when the file ends inside a packet, as an upload does that was not finished. What is before it has been given. */
  cut(): void
}

/**
 * Packet records of a pcap stream that may be cut into chunks anywhere.
 * @throws WireError bad_file when it is no pcap file or has packets of other links than Ethernet and IP, bad_packet
 */
export async function* recordsOfPcap(chunks: AsyncIterable<Uint8Array>, reading: PcapReading): AsyncGenerator<Uint8Array, void> {
  const records = new RecordQueue(reading)
  const stream: PcapStream = new PcapStream((packet) => records.add(packet, isEthernet(stream.linkType)))
  for await (const chunk of chunks) {
    // In pieces, so that what a large chunk becomes need not be held at once.
    for (let at = 0; at < chunk.length; at += chunkBytes) {
      stream.push(chunk.subarray(at, at + chunkBytes))
      yield* records.full()
    }
  }
  yield* records.rest()
  if (stream.pending > 0 || stream.linkType < 0) reading.cut()
}

function isEthernet(link: number): boolean {
  if (link === linkType.ethernet) return true
  if (ipLinks.has(link)) return false
  throw new WireError('bad_file', `link type ${link}`)
}

class RecordQueue {
  private readonly marks: PacketMarks
  private readonly writer = new PacketRecordWriter(chunkBytes + maxPacketRecordBytes)
  private readonly ready: Uint8Array[] = []

  constructor(marks: PacketMarks) {
    this.marks = marks
  }

  add(packet: StreamedPacket, ethernet: boolean): void {
    const { seconds, nanoseconds, wireLength, bytes, start, end } = packet
    // A file does not tell which packets were put together.
    this.writer.append({ seconds, nanoseconds, wireLength, ethernet, superPacket: false, bytes, start, end }, this.marks)
    if (this.writer.length >= chunkBytes) this.ready.push(this.writer.take())
  }

  full(): Uint8Array[] {
    return this.ready.splice(0)
  }

  rest(): Uint8Array[] {
    return this.writer.length === 0 ? this.full() : [...this.full(), this.writer.take()]
  }
}
