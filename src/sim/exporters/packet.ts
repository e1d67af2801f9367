// Builds the first bytes of the Ethernet frame that a simulated flow's packets travel in.
import { ipProtocol, type SimFlow } from '../flow.ts'
import { ByteWriter } from './byte-writer.ts'

// Locally administered addresses (the 2 in the first byte): the router's side and the hosts' side.
const routerMac = Uint8Array.of(0x02, 0x00, 0x5e, 0x00, 0x00, 0x01)
const ethernetLength = 14
const timeToLive = 57

/** Length at the IP layer of each packet of a flow. */
export function packetLength(flow: SimFlow): number {
  return Math.max(minimumLength(flow), Math.round(flow.bytes / flow.packets))
}

/**
 * The frame from its Ethernet header on, without the frame check sequence.
 * @param largest bytes to return at the most; what is beyond the headers is zero
 */
export function frameStart(flow: SimFlow, largest: number): Buffer {
  const length = packetLength(flow)
  const writer = new ByteWriter(Math.max(largest, ethernetLength + 60))
  writer.bytes(routerMac)
  writer.bytes(Uint8Array.of(0x02, 0, 0, 0, 0, flow.inInterface & 0xff))
  writer.u16(flow.source.length === 4 ? 0x0800 : 0x86dd)
  if (flow.source.length === 4) writeIpv4(writer, flow, length)
  else writeIpv6(writer, flow, length)
  if (!flow.fragment?.offset) writeTransport(writer, flow, length - (flow.source.length === 4 ? 20 : 40))
  const size = Math.min(largest, ethernetLength + length)
  if (writer.position < size) writer.zeros(size - writer.position)
  return writer.finish().subarray(0, size)
}

function minimumLength({ source, protocol }: SimFlow): number {
  return (source.length === 4 ? 20 : 40) + (protocol === ipProtocol.tcp ? 20 : 8)
}

/** RFC 791 §3.1, without options; the checksum is right. */
function writeIpv4(writer: ByteWriter, flow: SimFlow, length: number): void {
  const header = Buffer.alloc(20)
  // Don't fragment, or more fragments and the offset.
  const fragment = flow.fragment ? (flow.fragment.more ? 0x2000 : 0) | flow.fragment.offset : 0x4000
  for (const [index, word] of [0x4500 | flow.tos, length, 0, fragment, (timeToLive << 8) | flow.protocol].entries()) {
    header.writeUInt16BE(word, index * 2)
  }
  header.set(flow.source, 12)
  header.set(flow.destination, 16)
  header.writeUInt16BE(internetChecksum(header), 10)
  writer.bytes(header)
}

/** RFC 1071, over an even number of bytes. */
function internetChecksum(bytes: Buffer): number {
  let sum = 0
  for (let at = 0; at < bytes.length; at += 2) sum += bytes.readUInt16BE(at)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

/** RFC 8200 §3. */
function writeIpv6(writer: ByteWriter, flow: SimFlow, length: number): void {
  writer.u32(((6 << 28) | (flow.tos << 20)) >>> 0)
  writer.u16(length - 40)
  writer.u8(flow.protocol)
  writer.u8(timeToLive)
  writer.bytes(flow.source)
  writer.bytes(flow.destination)
}

function writeTransport(writer: ByteWriter, flow: SimFlow, length: number): void {
  if (flow.protocol === ipProtocol.icmp || flow.protocol === ipProtocol.icmp6) {
    writer.u16(flow.destinationPort)
    writer.zeros(6)
    return
  }
  writer.u16(flow.sourcePort)
  writer.u16(flow.destinationPort)
  if (flow.protocol !== ipProtocol.tcp) {
    writer.u16(length)
    writer.u16(0)
    return
  }
  // Sequence and acknowledgement stay 0; a header of five words, the flags, a window (RFC 9293 §3.1).
  writer.zeros(8)
  writer.u8(5 << 4)
  writer.u8(flow.tcpFlags)
  writer.u16(64_240)
  writer.zeros(4)
}
