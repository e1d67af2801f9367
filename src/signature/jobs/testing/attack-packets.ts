// An attack and normal traffic to the same host, as packets and as files: answers of NTP servers among web traffic.
import { PacketRecordWriter } from '../../../wire/packet-record.ts'
import { hex, join, u16, u32 } from '../../../wire/testing/bytes.ts'
import { pcap } from '../../../wire/testing/capture-writer.ts'
import { checksummed } from '../../../wire/testing/tunnels.ts'
import { udp } from '../../../wire/testing/packets.ts'

const target = [203, 0, 113, 7]

function ip(source: readonly number[], payload: Uint8Array, { protocol, id, ttl }: { protocol: number; id: number; ttl: number }) {
  const head = join(hex('4500'), u16(20 + payload.length, id, 0x4000), Uint8Array.of(ttl, protocol, 0, 0, ...source, ...target))
  return checksummed(join(head, payload))
}

/** Answers to monlist, of 440 bytes of payload, from many servers. */
export function attackPackets(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, index) => {
    const answer = join(hex('d7 00 03 2a 0006 0048'), new Uint8Array(432).fill(index % 251))
    const source = [198, 51, 100, index % 250]
    return ip(source, udp(123, 20_000 + ((index * 7919) % 40_000), answer), {
      protocol: 17,
      id: (index * 31) & 0xffff,
      ttl: 40 + (index % 20),
    })
  })
}

/** Segments to port 443, and some answers of DNS servers. */
export function normalPackets(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, index) => {
    const facts = { id: (index * 101) & 0xffff, ttl: 50 + (index % 14) }
    const source = [192, 0, 2, index % 200]
    const noise = Uint8Array.from({ length: 20 + ((index * 37) % 600) }, (_unused, at) => (index * 131 + at * 17) & 0xff)
    if (index % 5 === 0) return ip(source, udp(53, 30_000 + (index % 20_000), noise), { protocol: 17, ...facts })
    const segment = join(
      u16(10_000 + ((index * 13) % 50_000), 443),
      u32(index * 1000, index * 77),
      u16(0x5018, 500 + (index % 900), 0, 0),
      noise,
    )
    return ip(source, segment, { protocol: 6, ...facts })
  })
}

/** A pcap file of raw IP, one packet a millisecond. */
export function fileOf(packets: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const records = packets.map((packet, index) => ({
    seconds: 1_700_000_000 + Math.floor(index / 1000),
    fraction: (index % 1000) * 1000,
    packet,
  }))
  return pcap(records, { linkType: 101 })
}

/** Packet records, one a millisecond from a time on. @param from ms since 1970 */
export function recordsOf(packets: readonly Uint8Array[], from: number): Uint8Array {
  const writer = new PacketRecordWriter(packets.reduce((sum, { length }) => sum + length + 64, 0))
  for (const [index, bytes] of packets.entries()) {
    const ms = from + index
    const time = { seconds: Math.floor(ms / 1000), nanoseconds: (ms % 1000) * 1_000_000 }
    const packet = { ...time, wireLength: bytes.length, ethernet: false, superPacket: false, bytes, start: 0, end: bytes.length }
    writer.append(packet, { masked: false, sampling: 1 })
  }
  return writer.take()
}
