// Reads the fields that filters ask for out of a packet whose IP header has been found. The chain of IPv6 extension
// headers is walked as netfilter walks it, so that a filter means the same here and in the kernel.
import { packetPart, type PacketLayout } from '../wire/packet-layout.ts'

/** What a filter can ask of one packet. −1 where the packet does not have it. Reused. */
export interface IpHeaders {
  bytes: Uint8Array
  version: 4 | 6
  /** Start of the IP header. */
  ip: number
  protocol: number
  /** Start of the transport header; `end` where there is none. */
  transport: number
  end: number
  /** Offset 0 and more to come; offset above 0; neither. */
  fragment: 'first' | 'later' | 'none'
}

/** Extension headers that are passed over (RFC 8200 §4): hop-by-hop options, routing, fragment, destination options. */
export const passedHeaders = { hopByHop: 0, routing: 43, fragment: 44, destination: 60 } as const

/** The shortest extension header has 8 bytes, of which the first 4 tell all that is asked here. */
const extensionBytes = 4

/** Sets `headers` to those of the packet. @returns false for what is no IP packet */
export function readIpHeaders(headers: IpHeaders, layout: PacketLayout): boolean {
  if ((layout.parts & (packetPart.ipv4 | packetPart.ipv6)) === 0) return false
  headers.bytes = layout.bytes
  headers.ip = layout.ip
  headers.end = layout.end
  headers.transport = layout.end
  headers.fragment = 'none'
  if ((layout.parts & packetPart.ipv4) !== 0) readIpv4(headers, layout)
  else readIpv6(headers)
  return true
}

function readIpv4(headers: IpHeaders, layout: PacketLayout): void {
  headers.version = 4
  headers.protocol = layout.protocol
  if (layout.fragmentOffset > 0) headers.fragment = 'later'
  else if ((layout.fragmentFlags & 0x20) !== 0) headers.fragment = 'first'
  if (layout.transport >= 0) headers.transport = layout.transport
}

function readIpv6(headers: IpHeaders): void {
  const { bytes, ip, end } = headers
  headers.version = 6
  headers.protocol = -1
  let next = bytes[ip + 6]
  let at = ip + 40
  while (isPassed(next)) {
    // The chain ends before it tells what it carries.
    if (end - at < extensionBytes) return
    const isFragment = next === passedHeaders.fragment
    next = bytes[at]
    if (isFragment && noteFragment(headers, at)) {
      // What is behind the fragment header is the middle of something.
      if (!isPassed(next)) headers.protocol = next
      return
    }
    at += isFragment ? 8 : (bytes[at + 1] + 1) * 8
  }
  headers.protocol = next
  if (at < end) headers.transport = at
}

function isPassed(next: number): boolean {
  return (
    next === passedHeaders.hopByHop ||
    next === passedHeaders.routing ||
    next === passedHeaders.fragment ||
    next === passedHeaders.destination
  )
}

/** Fragment header (RFC 8200 §4.5): offset 13 bits from byte 2, more fragments the lowest bit of byte 3. The first one counts. */
function noteFragment(headers: IpHeaders, at: number): boolean {
  const field = (headers.bytes[at + 2] << 8) | headers.bytes[at + 3]
  const isLater = field >= 8
  if (headers.fragment === 'none' && (isLater || (field & 1) === 1)) headers.fragment = isLater ? 'later' : 'first'
  return isLater
}
