// Packets held in memory as a feed, for tests: made by hand, or taken out of another feed.
import { linkType } from '../../wire/packet-tables.ts'
import type { PacketFeed } from '../packet-feed.ts'
import { PacketFeeder } from '../packet-feeder.ts'

export interface ListedPacket {
  /** From the IP header on. */
  readonly bytes: Uint8Array
  /** Default 1. */
  readonly sampling?: number
}

export function listFeed(name: string, packets: readonly ListedPacket[]): PacketFeed {
  return {
    name,
    bytes: packets.length,
    async each(take, read) {
      const feeder = new PacketFeeder(take)
      for (const [index, { bytes, sampling = 1 }] of packets.entries()) {
        feeder.packet.seconds = 1_700_000_000 + index
        feeder.feed({ bytes, start: 0, end: bytes.length, wireLength: bytes.length, link: linkType.raw, sampling })
      }
      read?.(packets.length)
      return feeder.leftOut
    },
  }
}

/** The packets of a feed, which are copied. */
export async function listedPackets(feed: PacketFeed): Promise<ListedPacket[]> {
  const packets: ListedPacket[] = []
  await feed.each(({ layout: { bytes, ip, end }, sampling }) => packets.push({ bytes: bytes.slice(ip, end), sampling }))
  return packets
}
