// Describes TCP with its options, UDP, SCTP and GRE.
import { read16, read32 } from './big-endian.ts'
import {
  bitNames,
  byteCount,
  hex16,
  hex32,
  hexNumber,
  named,
  u16,
  u32,
  type Dissection,
  type FieldForm,
  type NextHeader,
} from './packet-describe-fields.ts'
import { etherTypeNames, sctpChunks, tcpFlagNames, tcpOptionNames, udpServiceNames } from './packet-describe-names.ts'
import { etherType, linkType } from './packet-tables.ts'

const portFields: readonly FieldForm[] = [
  { name: 'Source port', at: 0, length: 2, show: u16 },
  { name: 'Destination port', at: 2, length: 2, show: u16 },
]

function portsText({ bytes }: Dissection, at: number): string {
  return `${read16(bytes, at)} → ${read16(bytes, at + 2)}`
}

const tcpFields: readonly FieldForm[] = [
  ...portFields,
  { name: 'Sequence number', at: 4, length: 4, show: u32 },
  { name: 'Acknowledgment', at: 8, length: 4, show: u32 },
  { name: 'Header length', at: 12, length: 1, show: (bytes, at) => byteCount((bytes[at] >> 4) * 4) },
  { name: 'Flags', at: 13, length: 1, show: (bytes, at) => bitNames(bytes[at], tcpFlagNames) || 'none' },
  { name: 'Window', at: 14, length: 2, show: u16 },
  { name: 'Checksum', at: 16, length: 2, show: hex16 },
  { name: 'Urgent pointer', at: 18, length: 2, show: u16 },
]

export function tcp(packet: Dissection, at: number, end: number): NextHeader | undefined {
  const { bytes } = packet
  const length = packet.has(at, 13) ? Math.max(20, (bytes[at + 12] >> 4) * 4) : 20
  packet.layer('TCP', at, length, tcpFields)
  if (length > 20) tcpOptions(packet, at + 20, at + length)
  if (packet.has(at, 14)) packet.note(`${portsText(packet, at)} [${bitNames(bytes[at + 13], tcpFlagNames) || 'no flags'}]`)
  else if (packet.has(at, 4)) packet.note(portsText(packet, at))
  if (end > at + length && packet.has(at, 20)) packet.note(byteCount(end - at - length))
  return { by: 'service', code: 0, at: at + length, end }
}

/** Options (RFC 9293 §3.1): 0 ends them, 1 is one byte, all others have a length in their second. */
function tcpOptions(packet: Dissection, start: number, end: number): void {
  const { bytes } = packet
  for (let at = start; at < end && packet.has(at, 1);) {
    const kind = bytes[at]
    const length = kind > 1 && at + 1 < end && packet.has(at, 2) ? bytes[at + 1] : 1
    if (kind > 1 && (length < 2 || at + length > end || !packet.has(at, length))) return
    packet.add(tcpOptionNames.get(kind) ?? `Option ${kind}`, tcpOptionValue(bytes, at, length), at, length)
    if (kind === 0) return
    at += length
  }
}

function tcpOptionValue(bytes: Uint8Array, at: number, length: number): string {
  const kind = bytes[at]
  if (kind === 2 && length === 4) return u16(bytes, at + 2)
  if (kind === 3 && length === 3) return `× ${2 ** Math.min(bytes[at + 2], 14)}`
  if (kind === 8 && length === 10) return `${u32(bytes, at + 2)}, echo ${u32(bytes, at + 6)}`
  if (kind === 5 && length >= 10)
    return Array.from({ length: (length - 2) >> 3 }, (_, i) => `${u32(bytes, at + 2 + i * 8)}–${u32(bytes, at + 6 + i * 8)}`).join(', ')
  return kind <= 1 || length <= 2 ? '' : byteCount(length - 2)
}

const udpFields: readonly FieldForm[] = [
  ...portFields,
  { name: 'Length', at: 4, length: 2, show: u16 },
  { name: 'Checksum', at: 6, length: 2, show: hex16 },
]

/** @param dataEnd where what it carries ends */
function datagram(name: string, fields: readonly FieldForm[], dataEnd: typeof udpEnd) {
  return (packet: Dissection, at: number, end: number): NextHeader | undefined => {
    packet.layer(name, at, 8, fields)
    if (!packet.has(at, 8)) {
      if (packet.has(at, 4)) packet.note(portsText(packet, at))
      return undefined
    }
    const { bytes } = packet
    packet.note(portsText(packet, at))
    // Of two ports with a name the lower one: floods of answers are sent to ports of other services.
    const known = [read16(bytes, at), read16(bytes, at + 2)].filter((port) => udpServiceNames.has(port))
    const service = known.length === 0 ? 0 : Math.min(...known)
    return { by: 'service', code: service, at: at + 8, end: dataEnd(packet, at, end) }
  }
}

/** The length counts the header; 0 is a datagram before segmentation. */
function udpEnd({ bytes }: Dissection, at: number, end: number): number {
  const length = read16(bytes, at + 4)
  return length < 8 ? end : Math.min(end, at + length)
}

const udpLiteFields: readonly FieldForm[] = [
  ...portFields,
  { name: 'Checksum coverage', at: 4, length: 2, show: u16 },
  { name: 'Checksum', at: 6, length: 2, show: hex16 },
]

export const udp = datagram('UDP', udpFields, udpEnd)
/** It has no length of its own: it ends where the IP packet does (RFC 3828 §3.1). */
export const udpLite = datagram('UDP-Lite', udpLiteFields, (_packet, _at, end) => end)

const sctpFields: readonly FieldForm[] = [
  ...portFields,
  { name: 'Verification tag', at: 4, length: 4, show: hex32 },
  { name: 'Checksum', at: 8, length: 4, show: hex32 },
]

/** Chunks of a packet that are shown. */
const maxChunks = 16

export function sctp(packet: Dissection, at: number, end: number): undefined {
  packet.layer('SCTP', at, 12, sctpFields)
  if (!packet.has(at, 4)) return
  packet.note(portsText(packet, at))
  const { bytes } = packet
  // Chunks (RFC 9260 §3.2): type 1, flags 1, length 2 with these four bytes, padded to 4.
  for (let chunk = at + 12, count = 0; count < maxChunks && chunk < end && packet.has(chunk, 4); count++) {
    const length = read16(bytes, chunk + 2)
    if (length < 4) return
    const name = named(sctpChunks, bytes[chunk])
    packet.layer('SCTP chunk', chunk, length)
    packet.add('Type', name, chunk, 1)
    packet.add('Flags', hexNumber(bytes[chunk + 1], 2), chunk + 1, 1)
    packet.add('Length', String(length), chunk + 2, 2)
    packet.note(sctpChunks.get(bytes[chunk]) ?? `chunk ${bytes[chunk]}`)
    chunk += (length + 3) & ~3
  }
}

/** Optional words of GRE in their order, by the flag that announces each (RFC 2784 §2, RFC 2890 §2). */
const greWords = [
  { flag: 0x8000, name: 'Checksum', show: hex32 },
  { flag: 0x2000, name: 'Key', show: u32 },
  { flag: 0x1000, name: 'Sequence number', show: u32 },
] as const

export function gre(packet: Dissection, at: number, end: number): NextHeader | undefined {
  if (!packet.has(at, 4)) {
    packet.layer('GRE', at, 4)
    return undefined
  }
  const { bytes } = packet
  const flags = read16(bytes, at)
  const type = read16(bytes, at + 2)
  const words = greWords.filter(({ flag }) => (flags & flag) !== 0)
  const length = 4 + words.length * 4
  packet.layer('GRE', at, length)
  packet.add('Flags', hexNumber(flags, 4), at, 2)
  packet.add('Protocol', named(etherTypeNames, type, hexNumber(type, 4)), at + 2, 2)
  for (const [i, { name, show }] of words.entries())
    if (packet.has(at + 4 + i * 4, 4)) packet.add(name, show(bytes, at + 4 + i * 4), at + 4 + i * 4, 4)
  // Source routes (RFC 1701) and version 1, which is PPTP, have more than these words.
  if ((flags & 0x4007) !== 0) return { by: 'service', code: 0, at: at + 4, end }
  if (type === etherType.bridged) return { by: 'link', code: linkType.ethernet, at: at + length, end }
  return { by: 'etherType', code: type, at: at + length, end }
}

const vxlanFields: readonly FieldForm[] = [
  { name: 'Flags', at: 0, length: 1, show: (bytes, at) => hexNumber(bytes[at], 2) },
  { name: 'Network identifier', at: 4, length: 4, show: (bytes, at) => String(read32(bytes, at) >>> 8) },
]

export function vxlan(packet: Dissection, at: number, end: number): NextHeader | undefined {
  packet.layer('VXLAN', at, 8, vxlanFields)
  if (!packet.has(at, 8)) return undefined
  packet.note(`VXLAN ${read32(packet.bytes, at + 4) >>> 8}`)
  return { by: 'link', code: linkType.ethernet, at: at + 8, end }
}
