// Internet checksums (RFC 1071) of the headers of one packet.
import type { IpHeaders } from '../../filter/ip-headers.ts'
import type { FedPacket } from '../packet-feed.ts'

/** Where the checksum stands in each transport header. */
const checksumAt: Readonly<Record<number, number>> = { 1: 2, 6: 16, 17: 6, 58: 2 }

/** `unfinished`: only the sum of the pseudo header, as a host leaves it to its network card. */
export type ChecksumState = 'right' | 'wrong' | 'unfinished' | 'unknown'

export function ipv4Checksum({ bytes, ip }: IpHeaders): ChecksumState {
  return folded(sumOf(bytes, ip, ip + (bytes[ip] & 15) * 4)) === 0xffff ? 'right' : 'wrong'
}

/** Of TCP, UDP, ICMP and ICMPv6; unknown of fragments, of what was not captured whole, and of UDP without one. */
export function transportChecksum(headers: IpHeaders, { cut, wireLength }: FedPacket): ChecksumState {
  const { bytes, ip, version, protocol, transport, end, fragment } = headers
  const at = checksumAt[protocol]
  if (at === undefined || cut || fragment !== 'none' || end - ip !== wireLength || end - transport < 8) return 'unknown'
  // A routing header would change the destination that counts (RFC 8200 §8.1).
  if (version === 6 && transport !== ip + 40) return 'unknown'
  if (protocol === 6 && end - transport < 20) return 'unknown'
  const length = protocol === 17 ? word(bytes, transport + 4) : end - transport
  const field = word(bytes, transport + at)
  if (length < 8 || length > end - transport || (protocol === 17 && field === 0)) return 'unknown'
  const pseudo = protocol === 1 ? 0 : pseudoHeader(headers, length)
  if (folded(pseudo + sumOf(bytes, transport, transport + length)) === 0xffff) return 'right'
  return protocol !== 1 && field === folded(pseudo) ? 'unfinished' : 'wrong'
}

/** RFC 9293 §3.1, RFC 768, RFC 8200 §8.1: addresses, length, protocol. */
function pseudoHeader({ bytes, ip, version, protocol }: IpHeaders, length: number): number {
  const addresses = version === 4 ? sumOf(bytes, ip + 12, ip + 20) : sumOf(bytes, ip + 8, ip + 40)
  return addresses + length + protocol
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 8) | bytes[at + 1]
}

/** Of words of 16 bits, a last byte padded with zero: below 2^31 for a packet of 64 KiB. */
function sumOf(bytes: Uint8Array, from: number, to: number): number {
  let sum = 0
  let at = from
  for (; at + 1 < to; at += 2) sum += (bytes[at] << 8) | bytes[at + 1]
  return at < to ? sum + (bytes[at] << 8) : sum
}

function folded(sum: number): number {
  let rest = sum
  while (rest > 0xffff) rest = (rest & 0xffff) + Math.floor(rest / 0x1_0000)
  return rest
}
