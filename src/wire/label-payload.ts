// What lies below an MPLS label stack, which no field tells: IP, or an Ethernet frame with or without a control word.
import { etherType } from './packet-tables.ts'

/** Answer of `payloadBelowLabels`: a frame 4 bytes further on. Outside the 16 bits of EtherTypes. */
export const frameBehindControlWord = 0x1_0000 | etherType.bridged

/** VLAN tags in a frame below labels that are looked through. */
const maxTags = 3

/**
 * Tells by the first four bits, as routers do (RFC 4928 §3), and where they may also be those of a MAC address, by what
 * cannot be chance: a correct IPv4 header checksum, or an EtherType of IP with that version of IP behind it.
 * @returns `etherType.ipv4`, `etherType.ipv6`, `etherType.bridged` (a frame at `at`), `frameBehindControlWord`, or 0
 */
export function payloadBelowLabels(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end) return 0
  const nibble = bytes[at] >> 4
  if (nibble === 4) return isIpv4(bytes, at, end) || !holdsIp(bytes, at, end) ? etherType.ipv4 : etherType.bridged
  if (nibble === 6) return holdsIp(bytes, at, end) ? etherType.bridged : etherType.ipv6
  if (holdsIp(bytes, at, end)) return etherType.bridged
  // Control word (RFC 4448 §4.6): 0 in the first four bits, then flags, length and sequence number. It comes second: behind
  // a MAC address that starts so too, a tag of 4 bytes would be taken for one.
  return nibble === 0 && holdsIp(bytes, at + 4, end) ? frameBehindControlWord : 0
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 8) | bytes[at + 1]
}

/** Whether a frame at `at` holds IP: only such a frame holds a flow. */
function holdsIp(bytes: Uint8Array, at: number, end: number): boolean {
  let position = at + 12
  for (let tags = 0; tags <= maxTags; tags++) {
    if (end - position < 3) return false
    const type = word(bytes, position)
    if (type === etherType.ipv6) return bytes[position + 2] >> 4 === 6
    if (type === etherType.ipv4) return bytes[position + 2] >> 4 === 4 && (cut(position + 2, end) || isIpv4(bytes, position + 2, end))
    if (type !== etherType.vlan && type !== etherType.serviceVlan) return false
    position += 4
  }
  return false
}

/** Whether an IPv4 header at `at` is not there whole, so that its checksum tells nothing. */
function cut(at: number, end: number): boolean {
  return end - at < 20
}

/** Whether there is an IPv4 header with a correct checksum: the ones' complement sum of its words is all ones (RFC 1071). */
function isIpv4(bytes: Uint8Array, at: number, end: number): boolean {
  const length = (bytes[at] & 0x0f) * 4
  if (length < 20 || length > end - at) return false
  let sum = 0
  for (let i = 0; i < length; i += 2) sum += word(bytes, at + i)
  // At most 30 words: one carry each way is enough.
  sum = (sum & 0xffff) + (sum >>> 16)
  return (sum & 0xffff) + (sum >>> 16) === 0xffff
}
