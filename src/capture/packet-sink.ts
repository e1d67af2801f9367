// What captured packets go through on an agent: a source that makes them, a sink that takes them.
import type { CaptureObject } from '../contract/capture.ts'

/** One captured packet. One object is reused, and its bytes are the source's: copy what must outlive the call. */
export interface PacketView {
  /** Since 1970, by the agent's clock. */
  seconds: number
  nanoseconds: number
  /** Bytes that the packet had, link header included where `ethernet` is set. */
  wireLength: number
  /** Whether it begins with an Ethernet header; else with the IP header. */
  ethernet: boolean
  /** Longer than the MTU of its interface: GRO or LRO has put it together. */
  superPacket: boolean
  /** The packet as kept is `bytes[start]` to `bytes[end − 1]`. */
  bytes: Uint8Array
  start: number
  end: number
}

/** Takes the packets of one capture, and delivers them. Memory is bounded: what cannot be delivered in time is given up. */
export interface PacketSink {
  /** Called before capturing begins, so that a bucket that cannot be written fails at once. @throws Error with the reason and the next step */
  open(): Promise<void>
  /** @returns false when the packet was given up, because delivery is too far behind */
  take(packet: PacketView): boolean
  /** Told when delivery has failed for good, once at the most: capturing then ends. To be set before `open`. */
  onFailure: (error: Error) => void
  /**
   * Delivers what has been taken. After a failure it saves what it can, so that partial data stay where they are.
   * @returns what was written where; empty for a stream
   */
  finish(): Promise<readonly CaptureObject[]>
}

export interface PacketSourceCounters {
  /** Packets that the kernel had for us and that never came. */
  readonly kernelDrops: number
}

/** Makes packets. */
export interface PacketSource {
  /**
   * Resolves when packets that come from now on are seen.
   * @param take gets each packet, sampled and cut to the snap length
   * @param failed told when the source ends by itself: tcpdump died, the interface went
   */
  start(take: (packet: PacketView) => void, failed: (error: Error) => void): Promise<void>
  counters(): PacketSourceCounters
  /** No packet comes afterwards; what the kernel had for us has come. Leaves nothing behind. */
  stop(): Promise<void>
}
