// Describes what UDP carries to and from well-known ports, shortly: enough to see what a flood is made of.
import { read16 } from './big-endian.ts'
import { dns } from './packet-describe-dns.ts'
import {
  byteCount,
  firstLine,
  hexNumber,
  named,
  u16,
  u8,
  type Dissection,
  type Dissector,
  type FieldForm,
} from './packet-describe-fields.ts'
import { ldapOperations, ntpModes, ntpRequests, udpServiceNames } from './packet-describe-names.ts'
import { vxlan } from './packet-describe-transport.ts'

const ntpFields: readonly FieldForm[] = [
  { name: 'Version', at: 0, length: 1, show: (bytes, at) => String((bytes[at] >> 3) & 7) },
  { name: 'Mode', at: 0, length: 1, show: (bytes, at) => named(ntpModes, bytes[at] & 7) },
]
const ntpTimeFields: readonly FieldForm[] = [...ntpFields, { name: 'Stratum', at: 1, length: 1, show: u8 }]
const ntpPrivateFields: readonly FieldForm[] = [
  ...ntpFields,
  { name: 'Request', at: 3, length: 1, show: (bytes, at) => named(ntpRequests, bytes[at]) },
  { name: 'Items', at: 4, length: 2, show: (bytes, at) => String(read16(bytes, at) & 0x0fff) },
]

/** NTP (RFC 5905 §7.3); mode 7 has a form of its own: response 1 bit, more 1, version 3, mode 3, sequence, code, request. */
function ntp(packet: Dissection, at: number, end: number): undefined {
  const { bytes } = packet
  if (!packet.has(at, 1)) return
  const mode = bytes[at] & 7
  packet.layer('NTP', at, end - at, mode === 7 ? ntpPrivateFields : ntpTimeFields)
  if (mode !== 7 || !packet.has(at, 4)) packet.note(`NTP ${ntpModes.get(mode) ?? `mode ${mode}`}`)
  else
    packet.note(`NTP ${ntpRequests.get(bytes[at + 3]) ?? `private request ${bytes[at + 3]}`} ${bytes[at] < 128 ? 'request' : 'response'}`)
}

function ssdp(packet: Dissection, at: number, end: number): undefined {
  const line = firstLine(packet.bytes, at, Math.min(end, packet.end))
  packet.layer('SSDP', at, end - at)
  packet.add('First line', line, at, line.length)
  packet.note(`SSDP ${line}`)
}

const memcachedFields: readonly FieldForm[] = [
  { name: 'Request', at: 0, length: 2, show: u16 },
  { name: 'Datagram', at: 2, length: 2, show: u16 },
  { name: 'Datagrams', at: 4, length: 2, show: u16 },
]

/** A header of 8 bytes before the text: request 2, number of this datagram 2, of all 2, zeros 2. */
function memcached(packet: Dissection, at: number, end: number): undefined {
  packet.layer('memcached', at, end - at, memcachedFields)
  const line = packet.has(at, 9) ? firstLine(packet.bytes, at + 8, Math.min(end, packet.end)) : ''
  if (line !== '') packet.add('First line', line, at + 8, line.length)
  packet.note(`memcached ${line}`.trim())
}

/**
 * LDAP over UDP (RFC 4511 §4.1.1): a sequence of message id and operation. Lengths are skipped in their short form (below
 * 128) and in long ones of up to four bytes.
 */
function cldap(packet: Dissection, at: number, end: number): undefined {
  packet.layer('CLDAP', at, end - at)
  const id = valueAt(packet, at, 0x30)
  const value = valueAt(packet, id, 0x02)
  const operationAt = value < 0 ? -1 : value + packet.bytes[value - 1]
  const operation = operationAt >= 0 && packet.has(operationAt, 1) ? packet.bytes[operationAt] : 0
  const name = ldapOperations.get(operation)
  if (name !== undefined) packet.add('Operation', named(ldapOperations, operation, hexNumber(operation, 2)), operationAt, 1)
  packet.note(name === undefined ? 'CLDAP' : `CLDAP ${name}`)
}

/** Where the value of a BER element of this tag begins; −1 when there is none. */
function valueAt(packet: Dissection, at: number, tag: number): number {
  if (at < 0 || !packet.has(at, 2) || packet.bytes[at] !== tag) return -1
  const length = packet.bytes[at + 1]
  const more = length < 128 ? 0 : length - 128
  return more <= 4 && packet.has(at + 2, more) ? at + 2 + more : -1
}

function chargen(packet: Dissection, at: number, end: number): undefined {
  packet.layer('CharGen', at, end - at)
  packet.note('CharGen')
}

/** Services with a dissector, by port. */
const services: ReadonlyMap<number, Dissector> = new Map([
  [19, chargen],
  [53, dns],
  [123, ntp],
  [389, cldap],
  [1900, ssdp],
  [4789, vxlan],
  [5353, dns],
  [5355, dns],
  [11211, memcached],
])

export function data(packet: Dissection, at: number, end: number): undefined {
  const length = Math.min(end, packet.end) - at
  if (length <= 0) return
  packet.layer('Data', at, length)
  packet.add('Length', end > packet.end ? `${byteCount(length)} of ${end - at} captured` : byteCount(length), at, length)
}

/**
 * Of ports without a dissector the name is noted, if they have one.
 * @param masked whether what they carry was overwritten: the name is all that there is then
 */
export function udpService(port: number, masked: boolean): Dissector {
  const service = masked ? undefined : services.get(port)
  const name = udpServiceNames.get(port)
  return (packet, at, end) => {
    if (service !== undefined && packet.has(at, 1)) return service(packet, at, end)
    if (name !== undefined) packet.note(name)
    return data(packet, at, end)
  }
}
