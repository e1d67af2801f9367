// Describes what stands before IP: Ethernet, VLAN tags, MPLS labels, PPPoE; and ARP.
import { read16, read32 } from './big-endian.ts'
import { payloadBelowLabels, frameBehindControlWord } from './label-payload.ts'
import {
  hexNumber,
  ipv4Address,
  macAddress,
  named,
  u16,
  type Dissection,
  type FieldForm,
  type NextHeader,
} from './packet-describe-fields.ts'
import { arpOperations, etherTypeNames } from './packet-describe-names.ts'
import { etherType, linkType, pppProtocol, smallestEtherType } from './packet-tables.ts'

function typeName(bytes: Uint8Array, at: number): string {
  const type = read16(bytes, at)
  return type < smallestEtherType ? `length ${type}` : named(etherTypeNames, type, hexNumber(type, 4))
}

const ethernetFields: readonly FieldForm[] = [
  { name: 'Destination', at: 0, length: 6, show: macAddress },
  { name: 'Source', at: 6, length: 6, show: macAddress },
  { name: 'Type', at: 12, length: 2, show: typeName },
]

export function ethernet(packet: Dissection, at: number, end: number): NextHeader | undefined {
  packet.layer('Ethernet', at, 14, ethernetFields)
  if (!packet.has(at, 14)) return undefined
  const { bytes } = packet
  if (packet.ipEnd < 0) packet.ends(macAddress(bytes, at + 6), macAddress(bytes, at))
  return { by: 'etherType', code: read16(bytes, at + 12), at: at + 14, end }
}

const vlanFields: readonly FieldForm[] = [
  { name: 'Priority', at: 0, length: 2, show: (bytes, at) => String(bytes[at] >> 5) },
  { name: 'Drop eligible', at: 0, length: 2, show: (bytes, at) => ((bytes[at] & 0x10) === 0 ? 'no' : 'yes') },
  { name: 'VLAN', at: 0, length: 2, show: (bytes, at) => String(read16(bytes, at) & 0x0fff) },
  { name: 'Type', at: 2, length: 2, show: typeName },
]

export function vlan(packet: Dissection, at: number, end: number): NextHeader | undefined {
  packet.layer('VLAN', at, 4, vlanFields)
  return packet.has(at, 4) ? { by: 'etherType', code: read16(packet.bytes, at + 2), at: at + 4, end } : undefined
}

const mplsFields: readonly FieldForm[] = [
  { name: 'Label', at: 0, length: 4, show: (bytes, at) => String(read32(bytes, at) >>> 12) },
  { name: 'Traffic class', at: 0, length: 4, show: (bytes, at) => String((bytes[at + 2] >> 1) & 7) },
  { name: 'Bottom of stack', at: 0, length: 4, show: (bytes, at) => ((bytes[at + 2] & 1) === 0 ? 'no' : 'yes') },
  { name: 'Time to live', at: 0, length: 4, show: (bytes, at) => String(bytes[at + 3]) },
]

/** One entry of the stack. What is below the last is told by no field, see label-payload.ts. */
export function mpls(packet: Dissection, at: number, end: number): NextHeader | undefined {
  packet.layer('MPLS', at, 4, mplsFields)
  if (!packet.has(at, 4)) return undefined
  const below = at + 4
  if ((packet.bytes[at + 2] & 1) === 0) return { by: 'etherType', code: etherType.mpls, at: below, end }
  const payload = payloadBelowLabels(packet.bytes, below, packet.end)
  if (payload === frameBehindControlWord) return { by: 'link', code: linkType.ethernet, at: below + 4, end }
  return { by: 'etherType', code: payload, at: below, end }
}

const pppTypes: ReadonlyMap<number, number> = new Map([
  [pppProtocol.ipv4, etherType.ipv4],
  [pppProtocol.ipv6, etherType.ipv6],
  [pppProtocol.mpls, etherType.mpls],
])

const pppoeFields: readonly FieldForm[] = [
  { name: 'Session', at: 2, length: 2, show: u16 },
  { name: 'Length', at: 4, length: 2, show: u16 },
  { name: 'PPP protocol', at: 6, length: 2, show: (bytes, at) => hexNumber(read16(bytes, at), 4) },
]

export function pppoe(packet: Dissection, at: number, end: number): NextHeader | undefined {
  packet.layer('PPPoE', at, 8, pppoeFields)
  if (!packet.has(at, 8)) return undefined
  return { by: 'etherType', code: pppTypes.get(read16(packet.bytes, at + 6)) ?? 0, at: at + 8, end }
}

const arpFields: readonly FieldForm[] = [
  { name: 'Operation', at: 6, length: 2, show: (bytes, at) => named(arpOperations, read16(bytes, at)) },
  { name: 'Sender MAC', at: 8, length: 6, show: macAddress },
  { name: 'Sender', at: 14, length: 4, show: ipv4Address },
  { name: 'Target MAC', at: 18, length: 6, show: macAddress },
  { name: 'Target', at: 24, length: 4, show: ipv4Address },
]

/** ARP (RFC 826) for Ethernet and IPv4: hardware type 2, protocol 2, lengths 1 and 1, operation 2, addresses. */
export function arp(packet: Dissection, at: number): undefined {
  const { bytes } = packet
  const isUsual = packet.has(at, 8) && read16(bytes, at) === 1 && read16(bytes, at + 2) === etherType.ipv4
  packet.layer('ARP', at, 28, isUsual ? arpFields : [])
  packet.carries('ARP')
  if (!isUsual || !packet.has(at, 28)) return
  packet.ends(ipv4Address(bytes, at + 14), ipv4Address(bytes, at + 24))
  const sender = ipv4Address(bytes, at + 14)
  const isRequest = read16(bytes, at + 6) === 1
  packet.note(isRequest ? `who has ${ipv4Address(bytes, at + 24)}? tell ${sender}` : `${sender} is at ${macAddress(bytes, at + 8)}`)
}
