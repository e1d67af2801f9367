// The object in which sources hand on packets.
import type { PacketView } from '../packet-sink.ts'

const noBytes = new Uint8Array(0)

export function createPacketView(): PacketView {
  return { seconds: 0, nanoseconds: 0, wireLength: 0, ethernet: false, superPacket: false, bytes: noBytes, start: 0, end: 0 }
}
