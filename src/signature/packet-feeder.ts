// Turns captured bytes of any link type into the packets of a feed: finds the IP header, and tells what was cut.
import { createPacketLayout, locateHeaders } from '../wire/packet-layout.ts'
import { read16 } from '../wire/big-endian.ts'
import type { FedPacket } from './packet-feed.ts'

/** What a file holds of one packet, from its link header on: `bytes[start]` to `bytes[end − 1]`. */
export interface CapturedBytes {
  bytes: Uint8Array
  start: number
  end: number
  /** Bytes that the packet had from its link header on. */
  wireLength: number
  /** A value of `linkType`. */
  link: number
  /** 1 in N packets was captured. */
  sampling: number
}

const ipv6HeaderBytes = 40

export class PacketFeeder {
  /** Its time is set by the caller before each `feed`. */
  readonly packet: FedPacket = { layout: createPacketLayout(), wireLength: 0, cut: false, seconds: 0, nanoseconds: 0, sampling: 1 }
  /** Packets that are not IP, or whose IP header is not whole. */
  leftOut = 0
  readonly #take: (packet: FedPacket) => void

  constructor(take: (packet: FedPacket) => void) {
    this.#take = take
  }

  feed(captured: CapturedBytes): void {
    const { packet } = this
    const { layout } = packet
    layout.bytes = captured.bytes
    layout.end = captured.end
    locateHeaders(layout, captured.start, captured.link)
    if (layout.ip < 0) {
      this.leftOut++
      return
    }
    const held = captured.end - layout.ip
    const announced = announcedLength(layout.bytes, layout.ip)
    packet.wireLength = announced === 0 ? held : announced
    packet.cut = announced === 0 ? captured.end - captured.start < captured.wireLength : held < announced
    packet.sampling = captured.sampling
    this.#take(packet)
  }
}

/** Bytes of the packet as its IP header says; 0 where it says nothing, as before segmentation by a network card. */
function announcedLength(bytes: Uint8Array, ip: number): number {
  if (bytes[ip] >> 4 === 4) {
    const total = read16(bytes, ip + 2)
    return total < (bytes[ip] & 0x0f) * 4 ? 0 : total
  }
  const payload = read16(bytes, ip + 4)
  return payload === 0 ? 0 : payload + ipv6HeaderBytes
}
