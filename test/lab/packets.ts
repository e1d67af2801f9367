// Builds Ethernet frames with IPv4 and TCP, UDP or ICMP inside, byte by byte, so that their sizes are known exactly.

/** What a frame carries. `length` is the IP total length in bytes, headers included. */
export interface PacketPlan {
  readonly sourceMac: string
  readonly destinationMac: string
  readonly source: string
  readonly destination: string
  readonly protocol: 'tcp' | 'udp' | 'icmp'
  /** Ports; for ICMP they are not used. */
  readonly sourcePort: number
  readonly destinationPort: number
  /** TCP flags byte (RFC 9293 §3.1). */
  readonly tcpFlags: number
  readonly length: number
  /** 64 unless told. */
  readonly timeToLive?: number
  /** Bytes behind the header of UDP, as far as they fit in; zeros follow. */
  readonly payload?: Uint8Array
}

const protocolNumbers = { icmp: 1, tcp: 6, udp: 17 } as const
const ethernetBytes = 14
const ipv4Bytes = 20
const udpBytes = 8

/** Internet checksum (RFC 1071) over `bytes`, starting from `sum`. */
function checksum(bytes: Buffer, start = 0): number {
  let sum = start
  for (let index = 0; index + 1 < bytes.length; index += 2) sum += bytes.readUInt16BE(index)
  if (bytes.length % 2 === 1) sum += (bytes.at(-1) as number) << 8
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

function writeMac(frame: Buffer, offset: number, mac: string): void {
  frame.write(mac.replaceAll(':', ''), offset, 'hex')
}

function writeAddress(frame: Buffer, offset: number, address: string): void {
  frame.set(address.split('.').map(Number), offset)
}

/** The complement of a checksum, folded, is the sum itself: the pseudo header's share of a TCP or UDP checksum. */
function pseudoHeaderSum(packet: Buffer, protocol: number): number {
  const header = Buffer.alloc(12)
  packet.copy(header, 0, 12, 20)
  header.writeUInt16BE(protocol, 8)
  header.writeUInt16BE(packet.length - ipv4Bytes, 10)
  return ~checksum(header) & 0xffff
}

function writeTransport(packet: Buffer, plan: PacketPlan): void {
  const segment = packet.subarray(ipv4Bytes)
  if (plan.protocol === 'icmp') {
    // Echo request: type 8, code 0 (RFC 792).
    segment.writeUInt8(8, 0)
    segment.writeUInt16BE(checksum(segment), 2)
    return
  }
  segment.writeUInt16BE(plan.sourcePort, 0)
  segment.writeUInt16BE(plan.destinationPort, 2)
  const checksumAt = plan.protocol === 'udp' ? 6 : 16
  if (plan.protocol === 'udp') {
    segment.writeUInt16BE(segment.length, 4)
    segment.set(plan.payload?.subarray(0, segment.length - udpBytes) ?? [], udpBytes)
  } else segment.writeUInt16BE((5 << 12) | plan.tcpFlags, 12)
  segment.writeUInt16BE(checksum(segment, pseudoHeaderSum(packet, protocolNumbers[plan.protocol])), checksumAt)
}

/** The frame of a plan, without the frame check sequence. */
export function buildFrame(plan: PacketPlan, identification: number): Buffer {
  const frame = Buffer.alloc(ethernetBytes + plan.length)
  writeMac(frame, 0, plan.destinationMac)
  writeMac(frame, 6, plan.sourceMac)
  frame.writeUInt16BE(0x0800, 12)
  const packet = frame.subarray(ethernetBytes)
  packet.writeUInt8(0x45, 0)
  packet.writeUInt16BE(plan.length, 2)
  packet.writeUInt16BE(identification & 0xffff, 4)
  // Don't fragment.
  packet.writeUInt16BE(0x4000, 6)
  packet.writeUInt8(plan.timeToLive ?? 64, 8)
  packet.writeUInt8(protocolNumbers[plan.protocol], 9)
  writeAddress(packet, 12, plan.source)
  writeAddress(packet, 16, plan.destination)
  packet.writeUInt16BE(checksum(packet.subarray(0, ipv4Bytes)), 10)
  writeTransport(packet, plan)
  return frame
}

/** A pcap file (microseconds, Ethernet) of frames, one a millisecond. */
export function pcapFile(frames: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(24)
  header.writeUInt32LE(0xa1b2c3d4, 0)
  header.writeUInt16LE(2, 4)
  header.writeUInt16LE(4, 6)
  header.writeUInt32LE(65535, 16)
  header.writeUInt32LE(1, 20)
  const parts: Buffer[] = [header]
  for (const [index, frame] of frames.entries()) {
    const record = Buffer.alloc(16)
    record.writeUInt32LE(Math.floor(index / 1000), 0)
    record.writeUInt32LE((index % 1000) * 1000, 4)
    record.writeUInt32LE(frame.length, 8)
    record.writeUInt32LE(frame.length, 12)
    parts.push(record, frame)
  }
  return Buffer.concat(parts)
}
