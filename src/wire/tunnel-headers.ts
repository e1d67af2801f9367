// Reads the header of a tunnel behind an IP or UDP header: its kind, its network identifier, and what it carries where.
import { tunnel } from '../contract/flow-columns.ts'
import { packetPart, type PacketLayout } from './packet-layout.ts'
import { etherType, ipProtocol, tunnelPort } from './packet-tables.ts'

/** GTP-U extension headers in a row that are looked through; a session container and a few more are seen. */
const maxGtpExtensions = 8

/** What a tunnel header tells. Reused. */
export interface TunnelHeader {
  /** A code of `tunnel`. */
  kind: number
  /** VXLAN or Geneve network identifier, GTP-U tunnel endpoint, GRE key; −1 without. */
  vni: number
  /** EtherType of what it carries, `etherType.bridged` of a frame; 0 when that is unknown or not there. */
  type: number
  /** First byte of what it carries. */
  start: number
}

export function createTunnelHeader(): TunnelHeader {
  return { kind: tunnel.none, vni: -1, type: 0, start: -1 }
}

/** Whether there can be a tunnel or a label in this packet: a quick no for nearly all packets. */
export function mayHaveTunnel(packet: PacketLayout): boolean {
  const { protocol, transport } = packet
  if (packet.mplsLabel >= 0) return true
  if (protocol === ipProtocol.tcp || protocol === ipProtocol.icmp) return false
  if (protocol !== ipProtocol.udp) return true
  return transport >= 0 && packet.end - transport >= 4 && isTunnelPort(word(packet.bytes, transport + 2))
}

function isTunnelPort(port: number): boolean {
  return (
    port === tunnelPort.vxlan ||
    port === tunnelPort.vxlanGpe ||
    port === tunnelPort.oldVxlan ||
    port === tunnelPort.geneve ||
    port === tunnelPort.gtpu ||
    port === tunnelPort.mpls
  )
}

/**
 * Reads the tunnel header, if any, behind the headers of `outer`.
 * @returns false when there is none, and `found` means nothing
 */
export function readTunnelHeader(outer: PacketLayout, found: TunnelHeader): boolean {
  const { protocol } = outer
  if (protocol === ipProtocol.udp) return udpTunnel(outer, found)
  found.vni = -1
  if (outer.pseudowire >= 0) return carries(found, tunnel.mpls, etherType.bridged, outer.pseudowire)
  return ipTunnel(outer, found)
}

function ipTunnel(outer: PacketLayout, found: TunnelHeader): boolean {
  const { protocol, transport } = outer
  const overIpv6 = (outer.parts & packetPart.ipv6) !== 0
  if (protocol === ipProtocol.gre) return gre(outer, found)
  if (protocol === ipProtocol.ipv4) return carries(found, overIpv6 ? ipInIpv6(outer) : tunnel.ipip, etherType.ipv4, transport)
  if (protocol === ipProtocol.ipv6) return carries(found, overIpv6 ? ipInIpv6(outer) : tunnel.sixinfour, etherType.ipv6, transport)
  if (protocol === ipProtocol.mpls) return carries(found, tunnel.mpls, etherType.mpls, transport)
  return protocol === ipProtocol.ethernet && overIpv6 && carries(found, tunnel.srv6, etherType.bridged, transport)
}

/** IP in IPv6 behind a segment list is SRv6; with a single segment there is no list (RFC 8986 §5.1) and none can tell. */
function ipInIpv6(outer: PacketLayout): number {
  return outer.segmentRouting ? tunnel.srv6 : tunnel.ipip
}

function carries(found: TunnelHeader, kind: number, type: number, start: number): true {
  found.kind = kind
  found.type = start < 0 ? 0 : type
  found.start = start
  return true
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 8) | bytes[at + 1]
}

function doubleWord(bytes: Uint8Array, at: number): number {
  return ((word(bytes, at) << 16) | word(bytes, at + 2)) >>> 0
}

/**
 * GRE (RFC 2784 §2, RFC 2890 §2): flags and version 2, protocol 2, then 4 bytes each where flagged: checksum, key,
 * sequence. Source routes (RFC 1701) and version 1, which is PPTP, are named and not entered.
 */
function gre(outer: PacketLayout, found: TunnelHeader): true {
  const { bytes, transport: at, end } = outer
  carries(found, tunnel.gre, 0, at)
  if (at < 0 || end - at < 4) return true
  const flags = word(bytes, at)
  if ((flags & 0x4007) !== 0) return true
  const keyAt = at + ((flags & 0x8000) === 0 ? 4 : 8)
  const keyed = (flags & 0x2000) !== 0
  const sequenced = (flags & 0x1000) !== 0
  if (keyed && end - keyAt >= 4) found.vni = doubleWord(bytes, keyAt)
  const behind = keyAt + (keyed ? 4 : 0) + (sequenced ? 4 : 0)
  const type = word(bytes, at + 2)
  if (type === etherType.erspan) return carries(found, tunnel.gre, etherType.bridged, behind + (sequenced ? 8 : 0))
  if (type === etherType.erspan3) return erspan3(bytes, behind, end, found)
  return carries(found, tunnel.gre, type, behind)
}

/**
 * ERSPAN type III: 12 bytes, of which the last two are: protocol present 1 bit, frame type 5, hardware 6, direction 1,
 * clock 2, subheader present 1, which is 8 bytes more. Frame type 0 is Ethernet, 2 is IP. Type II, above, is 8 bytes
 * behind a sequence number; type I has neither.
 */
function erspan3(bytes: Uint8Array, at: number, end: number, found: TunnelHeader): true {
  if (end - at < 13) return true
  const flags = word(bytes, at + 10)
  const start = at + ((flags & 1) === 0 ? 12 : 20)
  const frameType = (flags >> 10) & 0x1f
  if (frameType === 0) return carries(found, tunnel.gre, etherType.bridged, start)
  return frameType === 2 && start < end ? carries(found, tunnel.gre, ipType(bytes, start), start) : true
}

/** EtherType by the version of an IP header, 0 for neither. */
function ipType(bytes: Uint8Array, at: number): number {
  const version = bytes[at] >> 4
  return version === 4 ? etherType.ipv4 : version === 6 ? etherType.ipv6 : 0
}

function udpTunnel(outer: PacketLayout, found: TunnelHeader): boolean {
  const { bytes, transport, end } = outer
  if (transport < 0 || end - transport < 4) return false
  const payload = transport + 8
  found.vni = -1
  switch (word(bytes, transport + 2)) {
    case tunnelPort.vxlan:
    case tunnelPort.oldVxlan:
      return vxlan(bytes, payload, end, found)
    case tunnelPort.vxlanGpe:
      return vxlanGpe(bytes, payload, end, found)
    case tunnelPort.geneve:
      return geneve(bytes, payload, end, found)
    case tunnelPort.gtpu:
      return gtpu(bytes, payload, end, found)
    case tunnelPort.mpls:
      return end > payload && carries(found, tunnel.mpls, etherType.mpls, payload)
    default:
      return false
  }
}

/** VXLAN (RFC 7348 §5): flags 1, of which 0x08 says that the identifier is valid, reserved 3, identifier 3, reserved 1; a frame. */
function vxlan(bytes: Uint8Array, at: number, end: number, found: TunnelHeader): boolean {
  if (end - at < 8 || (bytes[at] & 0x08) === 0) return false
  found.vni = doubleWord(bytes, at + 4) >>> 8
  return carries(found, tunnel.vxlan, etherType.bridged, at + 8)
}

/** Protocols of the generic extension of VXLAN (its fourth byte, where flag 0x04 is set) that are entered. */
const gpeTypes: ReadonlyMap<number, number> = new Map([
  [1, etherType.ipv4],
  [2, etherType.ipv6],
  [3, etherType.bridged],
])

function vxlanGpe(bytes: Uint8Array, at: number, end: number, found: TunnelHeader): boolean {
  if (!vxlan(bytes, at, end, found)) return false
  if ((bytes[at] & 0x04) !== 0) found.type = gpeTypes.get(bytes[at + 3]) ?? 0
  return true
}

/** Geneve (RFC 8926 §3.4): version 2 bits, option words 6, flags 1 byte, protocol 2, identifier 3, reserved 1, options. */
function geneve(bytes: Uint8Array, at: number, end: number, found: TunnelHeader): boolean {
  if (end - at < 8 || bytes[at] >> 6 !== 0) return false
  found.vni = doubleWord(bytes, at + 4) >>> 8
  return carries(found, tunnel.geneve, word(bytes, at + 2), at + 8 + (bytes[at] & 0x3f) * 4)
}

/**
 * GTP-U (3GPP TS 29.281 §5.1): version 3 bits (1), protocol type 1 (1), spare 1, then one bit each for extension,
 * sequence and N-PDU number; message type 1 (255 is a user packet), length 2, endpoint 4. With any of the three bits
 * set 4 bytes more: sequence 2, N-PDU number 1, type of the next extension 1.
 */
function gtpu(bytes: Uint8Array, at: number, end: number, found: TunnelHeader): boolean {
  if (end - at < 8 || (bytes[at] & 0xf0) !== 0x30 || bytes[at + 1] !== 255) return false
  found.vni = doubleWord(bytes, at + 4)
  const start = (bytes[at] & 0x07) === 0 ? at + 8 : gtpExtensions(bytes, at, end)
  return carries(found, tunnel.gtpu, start >= 0 && start < end ? ipType(bytes, start) : 0, start)
}

/** Extension headers (TS 29.281 §5.2): length in words 1, content, type of the next 1. @returns what follows, or −1 */
function gtpExtensions(bytes: Uint8Array, header: number, end: number): number {
  let at = header + 12
  // Without its flag the type of the next extension means nothing.
  if ((bytes[header] & 0x04) === 0) return at
  for (let count = 0; count < maxGtpExtensions; count++) {
    if (at > end || bytes[at - 1] === 0) return at
    const length = at < end ? bytes[at] * 4 : 0
    if (length === 0) return -1
    at += length
  }
  return -1
}
