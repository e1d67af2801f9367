// A NetFlow v5 datagram, for tests that let somebody send.

/** Milliseconds since the sender began, by its own word. */
const uptime = 600_000

/**
 * A header of 24 bytes, 48 bytes a flow, as Cisco wrote it down. One packet in 10 is sampled. Each flow took a second, one
 * second ago, and differs from those of other sequence numbers.
 */
export function v5Datagram(flows: readonly { readonly sequence: number }[] = []): Buffer {
  const datagram = Buffer.alloc(24 + 48 * flows.length)
  datagram.writeUInt16BE(5, 0)
  datagram.writeUInt16BE(flows.length, 2)
  datagram.writeUInt32BE(uptime, 4)
  datagram.writeUInt32BE(Math.floor(Date.now() / 1000), 8)
  datagram.writeUInt32BE(flows[0]?.sequence ?? 0, 16)
  // Sampled by count (the upper two bits), one packet in 10.
  datagram.writeUInt16BE(0x4000 | 10, 22)
  for (const [place, { sequence }] of flows.entries()) {
    const at = 24 + 48 * place
    datagram.writeUInt32BE(0xc6336400 + (sequence % 256), at)
    datagram.writeUInt32BE(0xcb007107, at + 4)
    datagram.writeUInt32BE(12, at + 16)
    datagram.writeUInt32BE(9000 + sequence, at + 20)
    datagram.writeUInt32BE(uptime - 2000, at + 24)
    datagram.writeUInt32BE(uptime - 1000, at + 28)
    datagram.writeUInt16BE(40_000 + (sequence % 20_000), at + 32)
    datagram.writeUInt16BE(443, at + 34)
    datagram.writeUInt8(6, at + 38)
  }
  return datagram
}
