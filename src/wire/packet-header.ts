// Writes what the headers of a sampled or captured packet tell into the columns of one row of a batch.
import { columnIndex, type FlowBatch } from '../contract/flow-batch.ts'
import { tunnel } from '../contract/flow-columns.ts'
import { createPacketLayout, locateHeaders, packetPart, type PacketLayout } from './packet-layout.ts'
import { ipProtocol } from './packet-tables.ts'
import { mayHaveTunnel } from './tunnel-headers.ts'
import { enterTunnels, type OuterTunnel } from './tunnel.ts'
import { writeIpv4, writeIpv6, writeMac } from './address-columns.ts'

// One object for the thread: the walk is not re-entrant, and a layout each packet would be garbage on the hot path.
const layout = createPacketLayout()
const around: OuterTunnel = { kind: tunnel.none, vni: -1, ends: null }

/**
 * Reads the packet in `bytes` from `start` to `end` and writes what it finds: MAC addresses, VLAN, EtherType, MPLS
 * label, addresses, IP header fields, ports, TCP flags, ICMP type and code. Of a packet in a tunnel it writes the flow
 * inside, and the tunnel's kind, ends and network identifier. Of a cut or damaged packet it writes what is certain; it
 * never throws.
 * @param linkType a value of `linkType` in packet-tables.ts
 * @returns the `packetPart` bits of the headers that were found, inside the tunnel if there is one
 */
export function parsePacketHeader(bytes: Uint8Array, start: number, end: number, linkType: number, batch: FlowBatch, row: number): number {
  layout.bytes = bytes
  layout.end = end
  locateHeaders(layout, start, linkType)
  // Nearly every packet ends here. The walk into tunnels is kept out of its way: with it in between, all packets cost a fifth more.
  return mayHaveTunnel(layout) ? writeTunnelled(batch, row) : writePacket(layout, batch, row)
}

function writeTunnelled(batch: FlowBatch, row: number): number {
  const flow = enterTunnels(layout, around)
  if (around.kind !== tunnel.none) writeTunnel(around, batch, row)
  return writePacket(flow, batch, row)
}

function writePacket(from: PacketLayout, batch: FlowBatch, row: number): number {
  const { parts } = from
  writeLink(from, batch, row)
  if ((parts & packetPart.ipv4) !== 0) writeIpv4Header(from, batch, row)
  if ((parts & packetPart.ipv6) !== 0) writeIpv6Header(from, batch, row)
  if ((parts & packetPart.transport) !== 0) writeTransport(from, batch, row)
  return parts
}

function writeTunnel({ kind, vni, ends }: OuterTunnel, batch: FlowBatch, row: number): void {
  const { columns, present } = batch
  columns.tunnel[row] = kind
  present[columnIndex.tunnel] = 1
  if (vni >= 0) {
    columns.vni[row] = vni
    present[columnIndex.vni] = 1
  }
  if (ends === null) return
  // Where the addresses are in an IP header: RFC 791 §3.1 and RFC 8200 §3.
  const ipv4 = (ends.parts & packetPart.ipv4) !== 0
  const write = ipv4 ? writeIpv4 : writeIpv6
  write(columns.tunnel_src, row, ends.bytes, ends.ip + (ipv4 ? 12 : 8))
  write(columns.tunnel_dst, row, ends.bytes, ends.ip + (ipv4 ? 16 : 24))
  present[columnIndex.tunnel_src] = 1
  present[columnIndex.tunnel_dst] = 1
}

/**
 * Length of the (outermost) packet that parsePacketHeader() has just read, from `start` to where its IP header says that it ends:
 * what was on the wire, however little of it was captured. 0 without an IP header, or where that leaves the length open.
 */
export function claimedLength(start: number): number {
  const { bytes, ip, parts } = layout
  if ((parts & packetPart.ipv4) !== 0) return ip - start + ((bytes[ip + 2] << 8) | bytes[ip + 3])
  if ((parts & packetPart.ipv6) === 0) return 0
  const payload = (bytes[ip + 4] << 8) | bytes[ip + 5]
  return payload === 0 ? 0 : ip - start + 40 + payload
}

function writeLink(from: PacketLayout, batch: FlowBatch, row: number): void {
  const { columns, present } = batch
  if (from.sourceMac >= 0) {
    writeMac(columns.src_mac, row, from.bytes, from.sourceMac)
    present[columnIndex.src_mac] = 1
  }
  if (from.destinationMac >= 0) {
    writeMac(columns.dst_mac, row, from.bytes, from.destinationMac)
    present[columnIndex.dst_mac] = 1
  }
  if (from.vlan >= 0) {
    columns.src_vlan[row] = from.vlan
    present[columnIndex.src_vlan] = 1
  }
  if (from.etherType > 0) {
    columns.ethertype[row] = from.etherType
    present[columnIndex.ethertype] = 1
  }
  if (from.mplsLabel >= 0) {
    columns.mpls_label[row] = from.mplsLabel
    present[columnIndex.mpls_label] = 1
  }
}

function writeIpv4Header(from: PacketLayout, batch: FlowBatch, row: number): void {
  const { bytes, ip } = from
  const { columns, present } = batch
  // The layout has found 20 bytes of header behind `ip`.
  columns.tos[row] = bytes[ip + 1]
  columns.ttl[row] = bytes[ip + 8]
  writeIpv4(columns.src_addr, row, bytes, ip + 12)
  writeIpv4(columns.dst_addr, row, bytes, ip + 16)
  present[columnIndex.tos] = 1
  writeNetwork(from, batch, row)
}

function writeIpv6Header(from: PacketLayout, batch: FlowBatch, row: number): void {
  const { bytes, ip } = from
  const { columns, present } = batch
  // The layout has found 40 bytes of header behind `ip`. First word: version 4 bits, traffic class 8, flow label 20.
  const first = bytes[ip]
  const second = bytes[ip + 1]
  columns.tos[row] = ((first & 0x0f) << 4) | (second >> 4)
  columns.flow_label[row] = ((second & 0x0f) << 16) | (bytes[ip + 2] << 8) | bytes[ip + 3]
  columns.ttl[row] = bytes[ip + 7]
  writeIpv6(columns.src_addr, row, bytes, ip + 8)
  writeIpv6(columns.dst_addr, row, bytes, ip + 24)
  present[columnIndex.tos] = 1
  present[columnIndex.flow_label] = 1
  writeNetwork(from, batch, row)
}

/** What IPv4 and IPv6 have in common. */
function writeNetwork(from: PacketLayout, batch: FlowBatch, row: number): void {
  const { columns, present } = batch
  columns.protocol[row] = from.protocol
  present[columnIndex.protocol] = 1
  present[columnIndex.ttl] = 1
  present[columnIndex.src_addr] = 1
  present[columnIndex.dst_addr] = 1
  if (from.fragmentId < 0) return
  columns.fragment_id[row] = from.fragmentId
  columns.fragment_offset[row] = from.fragmentOffset
  columns.fragment_flags[row] = from.fragmentFlags
  present[columnIndex.fragment_id] = 1
  present[columnIndex.fragment_offset] = 1
  present[columnIndex.fragment_flags] = 1
}

function writeTransport(from: PacketLayout, batch: FlowBatch, row: number): void {
  const { protocol } = from
  if (protocol === ipProtocol.icmp || protocol === ipProtocol.icmpv6) writeIcmp(from, batch, row)
  else if (hasPorts(protocol)) writePorts(from, batch, row)
}

/** Whether the transport header starts with a source and a destination port of 2 bytes each. */
function hasPorts(protocol: number): boolean {
  return (
    protocol === ipProtocol.tcp ||
    protocol === ipProtocol.udp ||
    protocol === ipProtocol.sctp ||
    protocol === ipProtocol.dccp ||
    protocol === ipProtocol.udplite
  )
}

function writePorts(from: PacketLayout, batch: FlowBatch, row: number): void {
  const { bytes, transport, end } = from
  if (end - transport < 4) return
  const { columns, present } = batch
  columns.src_port[row] = (bytes[transport] << 8) | bytes[transport + 1]
  columns.dst_port[row] = (bytes[transport + 2] << 8) | bytes[transport + 3]
  present[columnIndex.src_port] = 1
  present[columnIndex.dst_port] = 1
  // RFC 9293 §3.1: data offset 4 bits, then 12 bits of reserved and control bits, which IE 6 has too (RFC 7125 §3).
  if (from.protocol !== ipProtocol.tcp || end - transport < 14) return
  columns.tcp_flags[row] = ((bytes[transport + 12] << 8) | bytes[transport + 13]) & 0x0fff
  present[columnIndex.tcp_flags] = 1
}

function writeIcmp(from: PacketLayout, batch: FlowBatch, row: number): void {
  const { bytes, transport, end } = from
  if (end - transport < 2) return
  const { columns, present } = batch
  columns.icmp_type[row] = bytes[transport]
  columns.icmp_code[row] = bytes[transport + 1]
  present[columnIndex.icmp_type] = 1
  present[columnIndex.icmp_code] = 1
}
