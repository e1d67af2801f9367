// Describes IPv4 with its options, and IPv6 with its extension headers.
import { read16, read32 } from './big-endian.ts'
import {
  byteCount,
  hex16,
  hex32,
  ipv4Address,
  ipv6Address,
  named,
  named8,
  u16,
  u32,
  u8,
  type Dissection,
  type FieldForm,
  type NextHeader,
} from './packet-describe-fields.ts'
import { ipOptionNames, protocolNames } from './packet-describe-names.ts'

const ipv4Fields: readonly FieldForm[] = [
  { name: 'Version', at: 0, length: 1, show: (bytes, at) => String(bytes[at] >> 4) },
  { name: 'Header length', at: 0, length: 1, show: (bytes, at) => byteCount((bytes[at] & 15) * 4) },
  { name: 'DSCP', at: 1, length: 1, show: (bytes, at) => String(bytes[at] >> 2) },
  { name: 'ECN', at: 1, length: 1, show: (bytes, at) => String(bytes[at] & 3) },
  { name: 'Total length', at: 2, length: 2, show: u16 },
  { name: 'Identification', at: 4, length: 2, show: hex16 },
  { name: 'Flags', at: 6, length: 1, show: flagsText },
  { name: 'Fragment offset', at: 6, length: 2, show: (bytes, at) => String((read16(bytes, at) & 0x1fff) * 8) },
  { name: 'Time to live', at: 8, length: 1, show: u8 },
  { name: 'Protocol', at: 9, length: 1, show: named8(protocolNames) },
  { name: 'Header checksum', at: 10, length: 2, show: hex16 },
  { name: 'Source', at: 12, length: 4, show: ipv4Address },
  { name: 'Destination', at: 16, length: 4, show: ipv4Address },
]

function flagsText(bytes: Uint8Array, at: number): string {
  const flags = bytes[at] >> 5
  const names = [(flags & 4) === 0 ? '' : 'reserved', (flags & 2) === 0 ? '' : "don't fragment", (flags & 1) === 0 ? '' : 'more fragments']
  return names.filter((name) => name !== '').join(', ') || 'none'
}

export function ipv4(packet: Dissection, at: number, end: number): NextHeader | undefined {
  const { bytes } = packet
  const length = packet.has(at, 1) ? (bytes[at] & 15) * 4 : 0
  const isIpv4 = length >= 20 && bytes[at] >> 4 === 4
  packet.layer('IPv4', at, Math.max(20, length), isIpv4 ? ipv4Fields : [])
  if (!isIpv4 || !packet.has(at, 20)) return undefined
  if (length > 20) ipv4Options(packet, at + 20, at + length)
  packet.ends(ipv4Address(bytes, at + 12), ipv4Address(bytes, at + 16))
  // 0 is written by hosts that leave segmentation to the network card.
  const total = read16(bytes, at + 2)
  const packetEnd = total >= length ? at + total : end
  endsAt(packet, packetEnd)
  return behindIp(packet, { by: 'protocol', code: bytes[at + 9], at: at + length, end: packetEnd }, (read16(bytes, at + 6) & 0x1fff) * 8)
}

function endsAt(packet: Dissection, end: number): void {
  if (packet.ipEnd < 0) packet.ipEnd = end
}

/** Of a later fragment the protocol is known, and nothing that follows can be read. */
function behindIp(packet: Dissection, next: NextHeader, fragmentOffset: number): NextHeader | undefined {
  if (fragmentOffset === 0) return next
  packet.carries(protocolNames.get(next.code) ?? `IP ${next.code}`)
  packet.note(`fragment at ${fragmentOffset}`)
  if (packet.has(next.at, 1)) packet.layer('Fragment', next.at, next.end - next.at)
  return undefined
}

/** Options (RFC 791 §3.1): 0 ends them, 1 is one byte, all others have a length in their second. */
function ipv4Options(packet: Dissection, start: number, end: number): void {
  const { bytes } = packet
  for (let at = start; at < end && packet.has(at, 1);) {
    const kind = bytes[at]
    const length = kind > 1 && at + 1 < end && packet.has(at, 2) ? bytes[at + 1] : 1
    if (kind > 1 && (length < 2 || at + length > end)) return
    packet.add('Option', named(ipOptionNames, kind), at, length)
    if (kind === 0) return
    at += length
  }
}

const ipv6Fields: readonly FieldForm[] = [
  { name: 'Version', at: 0, length: 1, show: (bytes, at) => String(bytes[at] >> 4) },
  { name: 'DSCP', at: 0, length: 2, show: (bytes, at) => String((read16(bytes, at) >> 6) & 63) },
  { name: 'ECN', at: 1, length: 1, show: (bytes, at) => String((bytes[at] >> 4) & 3) },
  { name: 'Flow label', at: 1, length: 3, show: (bytes, at) => `0x${(read32(bytes, at - 1) & 0xfffff).toString(16).padStart(5, '0')}` },
  { name: 'Payload length', at: 4, length: 2, show: u16 },
  { name: 'Next header', at: 6, length: 1, show: named8(protocolNames) },
  { name: 'Hop limit', at: 7, length: 1, show: u8 },
  { name: 'Source', at: 8, length: 16, show: ipv6Address },
  { name: 'Destination', at: 24, length: 16, show: ipv6Address },
]

export function ipv6(packet: Dissection, at: number, end: number): NextHeader | undefined {
  const { bytes } = packet
  const isIpv6 = packet.has(at, 1) && bytes[at] >> 4 === 6
  packet.layer('IPv6', at, 40, isIpv6 ? ipv6Fields : [])
  if (!isIpv6 || !packet.has(at, 40)) return undefined
  packet.ends(ipv6Address(bytes, at + 8), ipv6Address(bytes, at + 24))
  // 0 is a jumbogram or a packet before segmentation.
  const payload = read16(bytes, at + 4)
  const packetEnd = payload > 0 ? at + 40 + payload : end
  endsAt(packet, packetEnd)
  return { by: 'protocol', code: bytes[at + 6], at: at + 40, end: packetEnd }
}

const optionsFields: readonly FieldForm[] = [
  { name: 'Next header', at: 0, length: 1, show: named8(protocolNames) },
  { name: 'Length', at: 1, length: 1, show: (bytes, at) => byteCount((bytes[at] + 1) * 8) },
]

const routingFields: readonly FieldForm[] = [
  ...optionsFields,
  { name: 'Routing type', at: 2, length: 1, show: (bytes, at) => (bytes[at] === 4 ? 'segments (4)' : String(bytes[at])) },
  { name: 'Segments left', at: 3, length: 1, show: u8 },
]

const fragmentFields: readonly FieldForm[] = [
  { name: 'Next header', at: 0, length: 1, show: named8(protocolNames) },
  { name: 'Fragment offset', at: 2, length: 2, show: (bytes, at) => String(read16(bytes, at) & 0xfff8) },
  { name: 'More fragments', at: 3, length: 1, show: (bytes, at) => ((bytes[at] & 1) === 0 ? 'no' : 'yes') },
  { name: 'Identification', at: 4, length: 4, show: hex32 },
]

const authenticationFields: readonly FieldForm[] = [
  { name: 'Next header', at: 0, length: 1, show: named8(protocolNames) },
  { name: 'Length', at: 1, length: 1, show: (bytes, at) => byteCount((bytes[at] + 2) * 4) },
  { name: 'SPI', at: 4, length: 4, show: hex32 },
  { name: 'Sequence number', at: 8, length: 4, show: u32 },
]

/** An extension header that tells its length in units of 8 bytes. */
function extension(name: string, fields: readonly FieldForm[]) {
  return (packet: Dissection, at: number, end: number): NextHeader | undefined => {
    const length = packet.has(at, 2) ? (packet.bytes[at + 1] + 1) * 8 : 8
    packet.layer(name, at, length, fields)
    return packet.has(at, 8) ? { by: 'protocol', code: packet.bytes[at], at: at + length, end } : undefined
  }
}

export const hopByHop = extension('Hop-by-hop options', optionsFields)
export const destinationOptions = extension('Destination options', optionsFields)
export const routing = extension('Routing header', routingFields)
export const mobility = extension('Mobility header', optionsFields)
export const hostIdentity = extension('Host identity', optionsFields)
export const shim6 = extension('Shim6', optionsFields)

export function fragment(packet: Dissection, at: number, end: number): NextHeader | undefined {
  packet.layer('Fragment header', at, 8, fragmentFields)
  if (!packet.has(at, 8)) return undefined
  const { bytes } = packet
  return behindIp(packet, { by: 'protocol', code: bytes[at], at: at + 8, end }, read16(bytes, at + 2) & 0xfff8)
}

export function authentication(packet: Dissection, at: number, end: number): NextHeader | undefined {
  const length = packet.has(at, 2) ? (packet.bytes[at + 1] + 2) * 4 : 12
  packet.layer('Authentication header', at, length, authenticationFields)
  return packet.has(at, 8) ? { by: 'protocol', code: packet.bytes[at], at: at + length, end } : undefined
}

const espFields: readonly FieldForm[] = [
  { name: 'SPI', at: 0, length: 4, show: hex32 },
  { name: 'Sequence number', at: 4, length: 4, show: u32 },
]

/** What follows is encrypted. */
export function esp(packet: Dissection, at: number, end: number): undefined {
  packet.layer('ESP', at, end - at, espFields)
  if (packet.has(at, 4)) packet.note(`SPI ${hex32(packet.bytes, at)}`)
}
