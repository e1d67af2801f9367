// Looks at one packet for everything that can be seen on it by itself.
import type { IpHeaders } from '../../filter/ip-headers.ts'
import type { FedPacket } from '../packet-feed.ts'
import { payloadPlace } from '../spread/payload-place.ts'
import { ipv4Checksum, transportChecksum } from './checksums.ts'
import { constantLeast, junkReasons as reasons, looked, randomLeast } from './junk-reasons.ts'
import type { PayloadLook } from './payload-look.ts'
import { isReserved4, isReserved6 } from './reserved-networks.ts'

/** Reused. */
export interface PacketNotes {
  /** Bits of `looked`. */
  looked: number
  /** Bits of `junkReasons`. */
  found: number
}

export function lookAtPacket(notes: PacketNotes, headers: IpHeaders, packet: FedPacket, payload: PayloadLook): void {
  notes.looked = 0
  notes.found = 0
  lookAtPayload(notes, headers, payload)
  lookAtChecksums(notes, headers, packet)
  lookAtAddresses(notes, headers)
  if (headers.fragment === 'later') return
  const length = packet.wireLength - (headers.transport - headers.ip)
  if (headers.protocol === 6) lookAtTcp(notes, headers, length)
  if (headers.protocol === 17) lookAtUdp(notes, headers, length)
}

function lookAtPayload(notes: PacketNotes, headers: IpHeaders, payload: PayloadLook): void {
  const from = payloadPlace(headers)
  const length = headers.end - from
  if (from < 0 || length < constantLeast) return
  payload.look(headers.bytes, from, headers.end)
  notes.looked |= looked.constant
  if (payload.isOneByte) notes.found |= reasons.oneByte.bit
  if (length < randomLeast) return
  notes.looked |= looked.payload
  if (payload.isRandom) notes.found |= reasons.random.bit
}

const wrongTransport: Readonly<Record<number, number>> = {
  1: reasons.icmpChecksum.bit,
  6: reasons.tcpChecksum.bit,
  17: reasons.udpChecksum.bit,
  58: reasons.icmpChecksum.bit,
}

function lookAtChecksums(notes: PacketNotes, headers: IpHeaders, packet: FedPacket): void {
  if (headers.version === 4 && headers.end - headers.ip >= (headers.bytes[headers.ip] & 15) * 4) {
    notes.looked |= looked.checksum
    if (ipv4Checksum(headers) === 'wrong') notes.found |= reasons.ipChecksum.bit
  }
  const state = transportChecksum(headers, packet)
  if (state === 'unknown') return
  notes.looked |= state === 'unfinished' ? looked.unfinished : looked.checksum
  if (state === 'wrong') notes.found |= wrongTransport[headers.protocol] ?? 0
}

function lookAtAddresses(notes: PacketNotes, { bytes, ip, version }: IpHeaders): void {
  const [source, length] = version === 4 ? [ip + 12, 4] : [ip + 8, 16]
  if (version === 4 ? isReserved4(bytes, source) : isReserved6(bytes, source)) notes.found |= reasons.bogon.bit
  for (let index = 0; index < length; index++) if (bytes[source + index] !== bytes[source + length + index]) return
  notes.found |= reasons.land.bit
}

const flag = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32 } as const
const allSix = 0x3f

/** @param length bytes from the TCP header to the end of the packet, captured or not */
function lookAtTcp(notes: PacketNotes, { bytes, transport, end }: IpHeaders, length: number): void {
  if (end - transport < 20) {
    if (length < 20) notes.found |= reasons.tcpHeader.bit
    return
  }
  notes.looked |= looked.tcp
  notes.found |= impossibleFlags(bytes[transport + 13] & allSix) | zeroPort(bytes, transport)
  const header = (bytes[transport + 12] >> 4) * 4
  if (header < 20 || header > length) notes.found |= reasons.tcpHeader.bit
  else if (header <= end - transport && !areOptionsWhole(bytes, transport + 20, transport + header)) notes.found |= reasons.tcpOptions.bit
}

/** Every segment of a connection but the first and a reset has ACK (RFC 9293 §3.1). */
function impossibleFlags(flags: number): number {
  if (flags === 0) return reasons.noFlags.bit
  if (flags === allSix) return reasons.allFlags.bit
  const has = (bits: number) => (flags & bits) === bits
  if (has(flag.syn | flag.fin)) return reasons.synFin.bit
  if (has(flag.syn | flag.rst)) return reasons.synRst.bit
  return (flags & (flag.ack | flag.syn | flag.rst)) === 0 ? reasons.noAck.bit : 0
}

/** Kind 1, and but for end of list (0) and no operation (1) a length that counts both (RFC 9293 §3.1). */
function areOptionsWhole(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to && bytes[at] !== 0;) {
    const length = bytes[at] === 1 ? 1 : at + 1 < to ? bytes[at + 1] : 0
    if (length < 1 || (length === 1 && bytes[at] !== 1) || at + length > to) return false
    at += length
  }
  return true
}

function zeroPort(bytes: Uint8Array, at: number): number {
  return (bytes[at] | bytes[at + 1]) === 0 || (bytes[at + 2] | bytes[at + 3]) === 0 ? reasons.zeroPort.bit : 0
}

function lookAtUdp(notes: PacketNotes, { bytes, transport, end, fragment }: IpHeaders, length: number): void {
  if (end - transport < 8) {
    if (length < 8) notes.found |= reasons.udpLength.bit
    return
  }
  notes.found |= zeroPort(bytes, transport)
  const told = (bytes[transport + 4] << 8) | bytes[transport + 5]
  if (fragment === 'none' && told !== length) notes.found |= reasons.udpLength.bit
}
