// What signatures are learnt from and measured on: packets that can be read again from their beginning.
import type { PacketLayout } from '../wire/packet-layout.ts'

/** One IP packet. One object is reused, and so are its layout and bytes. */
export interface FedPacket {
  /** Located; `bytes` and offsets as everywhere in wire. `layout.ip` is never −1. */
  readonly layout: PacketLayout
  /** Bytes of the IP packet on the wire, from its header on, as the header says; what was captured where it says nothing. */
  wireLength: number
  /** Whether fewer bytes were captured than the packet had. */
  cut: boolean
  /** Since 1970. */
  seconds: number
  nanoseconds: number
  /** 1 in N packets was captured. */
  sampling: number
}

export interface PacketFeed {
  /** Shown to people: file name, capture. */
  readonly name: string
  /** Bytes that a reading takes; null when nobody knows. For progress only. */
  readonly bytes: number | null
  /**
   * Reads all packets from the beginning. Can be called again. Yields to the event loop now and then.
   * @param read told bytes read so far, now and then
   * @returns packets that were left out: no IP, or an IP header that is not whole
   * @throws WireError bad_file, bad_packet, truncated where the file is damaged; what stands before has been given
   */
  each(take: (packet: FedPacket) => void, read?: (bytes: number) => void): Promise<number>
}
