// Names what a condition looks at, and what it means where that is known.
import { tcpFlagBits, type NumberFieldName, type PacketFilter } from '../../contract/packet-filter.ts'
import { bytesOfHex, type ByteCondition } from '../../filter/byte-condition.ts'
import { byteMeanings, servicePorts, type ByteService } from './byte-meanings.ts'
import { onlyValue, portSpans, protocolOf, reflectorOf } from './leaves.ts'

const numberNames: Readonly<Record<NumberFieldName, string>> = {
  protocol: 'IP protocol',
  version: 'IP version',
  length: 'length of the IP packet',
  ttl: 'time to live',
  dscp: 'differentiated services',
  icmp_type: 'ICMP type',
  icmp_code: 'ICMP code',
  window: 'TCP window',
  ip_id: 'IP identification',
  dont_fragment: "don't-fragment bit",
  tcp_header: 'length of the TCP header',
  udp_length: 'length in the UDP header',
}

const baseNames = { transport: 'transport header', payload: 'payload' } as const

/** `source port`, `bytes 2–3 of the payload`; from 0 on, as in the filter. */
export function fieldOf(condition: PacketFilter): string {
  if (condition.kind === 'number') return numberNames[condition.field]
  if (condition.kind === 'port') return condition.side === 'either' ? 'port' : `${condition.side} port`
  if (condition.kind === 'address') return condition.side === 'either' ? 'address' : `${condition.side} address`
  if (condition.kind === 'tcp_flags') return 'TCP flags'
  if (condition.kind === 'fragment') return 'fragmentation'
  if (condition.kind === 'not') return `${fieldOf(condition.of)} (negated)`
  if (condition.kind !== 'bytes') return 'several fields'
  const last = condition.offset + condition.value.length / 2 - 1
  return `${last === condition.offset ? `byte ${last}` : `bytes ${condition.offset}–${last}`} of the ${baseNames[condition.base]}`
}

/** Empty where nothing is known. @param conditions all that hold together with it */
export function meaningOf(condition: PacketFilter, conditions: readonly PacketFilter[]): string {
  if (condition.kind === 'bytes') return bytesText(condition, conditions)
  if (condition.kind === 'tcp_flags') return flagsText(condition.set, condition.unset)
  if (condition.kind === 'fragment') return fragmentTexts[condition.part]
  if (condition.kind === 'port') return portText(condition, conditions)
  if (condition.kind !== 'number') return ''
  const value = onlyValue(condition.spans)
  return (value === undefined ? undefined : numberTexts[condition.field]?.[value]) ?? ''
}

const fragmentTexts = {
  any: 'part of a packet that was cut on its way or by its sender',
  first: 'first part of a larger packet',
  later: 'later part of a larger packet, without ports',
} as const

const numberTexts: Readonly<Partial<Record<NumberFieldName, Readonly<Record<number, string>>>>> = {
  icmp_type: {
    0: 'echo reply (ICMP)',
    3: 'destination unreachable (ICMP)',
    8: 'echo request (ICMP)',
    11: 'time exceeded (ICMP)',
    128: 'echo request (ICMPv6)',
    129: 'echo reply (ICMPv6)',
  },
  dont_fragment: { 0: 'may be fragmented', 1: 'must not be fragmented' },
  tcp_header: { 5: 'no TCP options' },
  ip_id: { 0: 'no identification', 54_321: 'as the scanner ZMap writes it' },
  window: { 0: 'closed window' },
  ttl: { 255: 'sent from the same network, or forged by the last router' },
}

const { syn, ack, rst, fin, psh } = tcpFlagBits

function flagsText(set: number, unset: number): string {
  const has = (bits: number) => (set & bits) === bits
  if (has(syn | fin) || has(syn | rst)) return 'flags that no connection has'
  if (has(syn | ack)) return 'answer to a new connection'
  if (has(syn) && (unset & ack) !== 0) return 'new connection'
  if (has(rst)) return 'refused or broken connection'
  if (has(psh | ack)) return 'data of a connection'
  if (has(ack)) return 'packet of a connection'
  return (unset & (ack | syn | rst)) === (ack | syn | rst) ? 'flags that no connection has' : ''
}

const serviceNames: Readonly<Record<number, string>> = {
  22: 'SSH',
  25: 'mail',
  53: 'DNS',
  80: 'web (HTTP)',
  443: 'web (HTTPS, QUIC)',
  3389: 'remote desktop',
  5060: 'SIP',
  25_565: 'Minecraft',
  27_015: 'Source games',
}

function portText({ side, spans }: Extract<PacketFilter, { kind: 'port' }>, conditions: readonly PacketFilter[]): string {
  const reflector = side === 'source' ? reflectorOf(conditions) : undefined
  if (reflector !== undefined) return `answers of a service that is misused: ${reflector.title}`
  const value = onlyValue(spans)
  return (value === undefined ? undefined : serviceNames[value]) ?? ''
}

function bytesText(condition: ByteCondition, conditions: readonly PacketFilter[]): string {
  const known = byteMeanings(condition, servicesOf(conditions), protocolOf(conditions))
  if (known.length > 0) return known.join(', ')
  if (condition.mask !== null) return ''
  const bytes = bytesOfHex(condition.value)
  const [first] = bytes
  if (bytes.length >= 4 && bytes.every((byte) => byte === first)) return `filler of ${condition.value.slice(0, 2)}`
  return bytes.length >= 3 && bytes.every((byte) => byte >= 0x20 && byte < 0x7f) ? `text “${String.fromCharCode(...bytes)}”` : ''
}

/** Services of which a port is asked for, at either end. */
function servicesOf(conditions: readonly PacketFilter[]): ByteService[] {
  const ports = new Set([onlyValue(portSpans(conditions, 'source')), onlyValue(portSpans(conditions, 'destination'))])
  // The keys of a table written out are its own.
  return (Object.keys(servicePorts) as ByteService[]).filter((service) => servicePorts[service].some((port: number) => ports.has(port)))
}
