// Overwrites what a packet carries with zeros and leaves its headers: who talked to whom and how, and not what about.
import { read16 } from './big-endian.ts'
import { createPacketLayout, locateHeaders, packetPart, type PacketLayout } from './packet-layout.ts'
import { etherType, extensionHeaders, ipProtocol, linkType } from './packet-tables.ts'

const ethernetBytes = 14
const vlanTagBytes = 4

/** VLAN tags in a row that are kept. Three are seen in the wild. */
const maxTags = 8

/** IPv6 extension headers in a row, as in packet-layout.ts. */
const maxExtensions = 10

const fragmentHeader = 44

/** Transport headers of a fixed length: of all ICMP messages the first 8 bytes are type, code, checksum and their own. */
const fixedHeaders: ReadonlyMap<number, number> = new Map([
  [ipProtocol.icmp, 8],
  [ipProtocol.icmpv6, 8],
  [ipProtocol.udp, 8],
  [ipProtocol.udplite, 8],
  [ipProtocol.sctp, 12],
])

/** Where a header tells its own length in words of four bytes, and the least that it has. */
const wordHeaders: ReadonlyMap<number, { readonly at: number; readonly shift: number; readonly least: number }> = new Map([
  [ipProtocol.tcp, { at: 12, shift: 4, least: 20 }],
  [ipProtocol.dccp, { at: 4, shift: 0, least: 12 }],
])

/** Whether the header of this transport protocol stays; of others nothing behind the IP header does. */
export function keepsHeader(protocol: number): boolean {
  return fixedHeaders.has(protocol) || wordHeaders.has(protocol)
}

// One object for the thread, as in packet-header.ts: the walk is not re-entrant.
const layout = createPacketLayout()

/**
 * Overwrites everything behind the transport header with zeros: behind the IP header where the protocol is not known and
 * in fragments other than the first, and behind the link header in packets that are not IP. Options of IP and TCP stay.
 * The packet is `bytes[start]` to `bytes[end − 1]`; what the frame has behind the IP packet is overwritten too.
 * @param ethernet whether it begins with an Ethernet header; else with the IP header
 */
export function maskPayload(bytes: Uint8Array, start: number, end: number, ethernet: boolean): void {
  layout.bytes = bytes
  layout.end = end
  locateHeaders(layout, start, ethernet ? linkType.ethernet : linkType.raw)
  const kept = (layout.parts & (packetPart.ipv4 | packetPart.ipv6)) === 0 ? linkEnd(bytes, start, end, ethernet) : headersEnd(layout)
  if (kept < end) bytes.fill(0, kept, end)
}

/** Ends of the Ethernet header and its tags; nothing is known of a packet without them. */
function linkEnd(bytes: Uint8Array, start: number, end: number, ethernet: boolean): number {
  if (!ethernet) return start
  let at = start + ethernetBytes
  for (let tags = 0; tags < maxTags && at <= end && isTag(read16(bytes, at - 2)); tags++) at += vlanTagBytes
  return at
}

function isTag(type: number): boolean {
  return (
    type === etherType.vlan || type === etherType.serviceVlan || type === etherType.oldServiceVlan || type === etherType.oldServiceVlan2
  )
}

/** First byte behind the headers, never beyond the IP packet. */
function headersEnd(found: PacketLayout): number {
  const networkEnd = (found.parts & packetPart.ipv4) === 0 ? ipv6HeadersEnd(found) : found.ip + (found.bytes[found.ip] & 0x0f) * 4
  const behind = found.transport < 0 ? networkEnd : found.transport + transportBytes(found)
  return Math.min(behind, found.end)
}

function transportBytes({ bytes, transport, end, protocol }: PacketLayout): number {
  const fixed = fixedHeaders.get(protocol)
  if (fixed !== undefined) return fixed
  const told = wordHeaders.get(protocol)
  if (told === undefined) return 0
  const { at, shift, least } = told
  return transport + at < end ? Math.max(least, (bytes[transport + at] >> shift) * 4) : least
}

/** Behind the extension headers that are there whole, up to that of a later fragment. */
function ipv6HeadersEnd({ bytes, ip, end }: PacketLayout): number {
  let next = bytes[ip + 6]
  let at = ip + 40
  for (let count = 0; count < maxExtensions; count++) {
    const kind = extensionHeaders.get(next)
    if (kind === undefined || end - at < 8) return at
    const units = bytes[at + 1]
    const isLater = next === fragmentHeader && read16(bytes, at + 2) >> 3 > 0
    next = bytes[at]
    at += kind === 'fragment' ? 8 : kind === 'fours' ? (units + 2) * 4 : (units + 1) * 8
    if (isLater) return at
  }
  return at
}
