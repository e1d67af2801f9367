// Packet records of packets with numbers in them.
import { packetRecordBytes, PacketRecordWriter } from '../../wire/packet-record.ts'
import { viewOf } from './numbered-packets.ts'

const packetBytes = 60

export function numberedRecords(from: number, to: number): Uint8Array<ArrayBuffer> {
  const writer = new PacketRecordWriter((to - from + 1) * packetRecordBytes(packetBytes))
  for (let number = from; number <= to; number++) writer.append(viewOf(number, packetBytes), { masked: false, sampling: 1 })
  return writer.take()
}
