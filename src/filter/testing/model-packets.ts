// Packets for tests of filters: what each says, chosen at random, the bytes that say it, and what a filter must answer.
import { BlockList } from 'node:net'
import fc from 'fast-check'
import { parseIpAddress } from '../../base/ip-prefix.ts'
import { portProtocols, type FilterSide, type NumberFieldName, type NumberSpan, type PacketFilter } from '../../contract/packet-filter.ts'
import { hex, join, u16 } from '../../wire/testing/bytes.ts'

export interface ModelPacket {
  readonly version: 4 | 6
  readonly source: string
  readonly destination: string
  readonly ttl: number
  readonly dscp: number
  /** Words of IPv4 options; IPv6 extension headers before the fragment header. */
  readonly options: number
  readonly extensions: readonly ('hopByHop' | 'routing' | 'destination')[]
  /** Null for none; IPv6 then has no fragment header. Offset in units of 8 bytes. */
  readonly fragment: { readonly offset: number; readonly more: boolean } | null
  readonly protocol: number
  readonly sourcePort: number
  readonly destinationPort: number
  readonly flags: number
  readonly window: number
  readonly icmpType: number
  readonly icmpCode: number
  /** Bytes behind the IP and extension headers. */
  readonly transport: number
  /** Identification and don't fragment, of IPv4 only. */
  readonly id: number
  readonly dontFragment: 0 | 1
  /** Words of the TCP header as it says; less than 5 is none. */
  readonly words: number
  /** As the UDP header says, which need not be true. */
  readonly udpLength: number
  /** Index of `contents`: what is behind the header, again and again. */
  readonly content: number
}

const addresses4 = ['192.0.2.1', '192.0.2.200', '198.51.100.7', '198.51.100.200', '203.0.113.9']
const addresses6 = ['2001:db8::1', '2001:db8:1::5', '2001:db8:8000::7', '2001:db9::1']
const ports = [0, 53, 80, 443, 1000, 1999, 65_535]
const protocols = [1, 6, 6, 17, 17, 33, 47, 50, 58, 132, 136]
const flags = [0, 0x02, 0x12, 0x10, 0x18, 0x11, 0x04, 0xc2, 0xff]
/** Whole headers, and some that end early: nothing, ports only, all before the TCP flags. */
const lengths = [0, 4, 8, 12, 16, 20, 28, 100, 600]

/** A DNS answer, a line of HTTP, what is all the same, and zeros. */
export const contents: readonly Uint8Array[] = [
  hex('abcd 8180 0001 0012 0000 0001 03777777'),
  new TextEncoder().encode('HTTP/1.1 200 OK\r\n'),
  Uint8Array.of(0xa5),
  Uint8Array.of(0),
]

const extensionNumbers = { hopByHop: 0, routing: 43, destination: 60 } as const
const extensionLists: readonly ModelPacket['extensions'][] = [
  [],
  [],
  [],
  ['destination'],
  ['hopByHop'],
  ['hopByHop', 'destination'],
  ['hopByHop', 'routing', 'destination'],
]

const fragments = fc.oneof(
  { weight: 3, arbitrary: fc.constant(null) },
  { weight: 2, arbitrary: fc.record({ offset: fc.constantFrom(0, 0, 1, 185, 0x1fff), more: fc.boolean() }) },
)

export interface PacketChoice {
  /** Transport headers that end early are left out behind extension headers, where nftables cannot tell. */
  readonly kernel?: boolean
  /** Whole transport headers only, and two extension headers at most. */
  readonly whole?: boolean
}

export function modelPackets({ kernel = false, whole = false }: PacketChoice = {}): fc.Arbitrary<ModelPacket> {
  const packets = fc.constantFrom<(4 | 6)[]>(4, 6).chain((version) => {
    const address = fc.constantFrom(...(version === 4 ? addresses4 : addresses6))
    return fc.record({
      version: fc.constant<4 | 6>(version),
      source: address,
      destination: address,
      ttl: fc.constantFrom(1, 5, 64, 255),
      dscp: fc.constantFrom(0, 8, 46, 63),
      options: fc.constantFrom(0, 0, 1, 10),
      extensions: fc.constantFrom(...extensionLists),
      fragment: fragments,
      protocol: fc.constantFrom(...protocols),
      sourcePort: fc.constantFrom(...ports),
      destinationPort: fc.constantFrom(...ports),
      flags: fc.constantFrom(...flags),
      window: fc.constantFrom(0, 1024, 65_535),
      icmpType: fc.constantFrom(0, 3, 8, 128),
      icmpCode: fc.constantFrom(0, 1, 4),
      transport: fc.constantFrom(...lengths),
      id: fc.constantFrom(0, 54_321, 65_535),
      dontFragment: fc.constantFrom(0, 1),
      words: fc.constantFrom(5, 5, 5, 6, 8, 15, 4, 0),
      udpLength: fc.constantFrom(null, null, 0, 8, 20, 100, 65_535),
      content: fc.nat(contents.length - 1),
    })
  })
  return packets
    .map(({ udpLength, ...packet }): ModelPacket => Object.assign(packet, { udpLength: udpLength ?? packet.transport }))
    .filter((packet) => !whole || (packet.transport >= 20 && packet.extensions.length < 3))
    .filter((packet) => !kernel || packet.transport >= 16 || packet.version === 4 || extensionsOf(packet) === 0)
}

const extensionsOf = ({ extensions, fragment }: ModelPacket) => extensions.length + (fragment === null ? 0 : 1)

/** The IP packet. */
export function packetBytes(packet: ModelPacket): Uint8Array<ArrayBuffer> {
  return packet.version === 4 ? ipv4(packet) : ipv6(packet)
}

/** Bytes of the IP and extension headers. */
export function headerBytes(packet: ModelPacket): number {
  return packet.version === 4 ? 20 + packet.options * 4 : 40 + extensionsOf(packet) * 8
}

/** Of protocols without a payload, where the bytes are that filters ask for. */
function payloadAt({ protocol, words }: ModelPacket): number {
  return protocol === 6 ? Math.max(5, words) * 4 : 8
}

function transportHeader(packet: ModelPacket): Uint8Array<ArrayBuffer> {
  const { protocol, sourcePort, destinationPort } = packet
  const bytes = new Uint8Array(Math.max(packet.transport, 60)).fill(0xa5)
  const content = contents[packet.content] ?? new Uint8Array(1)
  for (let at = payloadAt(packet); at < bytes.length; at++) bytes[at] = content[(at - payloadAt(packet)) % content.length] ?? 0
  bytes.set(u16(sourcePort, destinationPort))
  if (protocol === 17) bytes.set(u16(packet.udpLength), 4)
  if (protocol === 6) bytes.set(Uint8Array.of((packet.words << 4) | 5, packet.flags, packet.window >> 8, packet.window & 255), 12)
  if (protocol === 1 || protocol === 58) bytes.set([packet.icmpType, packet.icmpCode])
  return bytes.subarray(0, packet.transport)
}

function ipv4(packet: ModelPacket): Uint8Array<ArrayBuffer> {
  const { fragment, options } = packet
  const field = (packet.dontFragment << 14) | (fragment === null ? 0 : fragment.offset | (fragment.more ? 0x2000 : 0))
  const header = join(
    Uint8Array.of(0x45 + options, packet.dscp << 2),
    u16(headerBytes(packet) + packet.transport, packet.id, field),
    Uint8Array.of(packet.ttl, packet.protocol, 0, 0),
    address(packet.source),
    address(packet.destination),
    // No operation (RFC 791 §3.1).
    new Uint8Array(options * 4).fill(1),
  )
  header.set(u16(checksum(header)), 10)
  return join(header, transportHeader(packet))
}

function checksum(header: Uint8Array): number {
  let sum = 0
  for (let at = 0; at < header.length; at += 2) sum += ((header[at] ?? 0) << 8) | (header[at + 1] ?? 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

function ipv6(packet: ModelPacket): Uint8Array<ArrayBuffer> {
  const { extensions, fragment, dscp, protocol } = packet
  const kinds = [...extensions.map((name) => extensionNumbers[name]), ...(fragment === null ? [] : [44])]
  const bodies = kinds.map((kind, index) => {
    const next = kinds[index + 1] ?? protocol
    if (kind === 44 && fragment !== null) return join(Uint8Array.of(next, 0), u16((fragment.offset << 3) | (fragment.more ? 1 : 0), 0, 7))
    // Options: one PadN of 6 bytes (RFC 8200 §4.2). Routing: type 253, for experiments, no segments left (RFC 4727).
    return kind === 43 ? Uint8Array.of(next, 0, 253, 0, 0, 0, 0, 0) : Uint8Array.of(next, 0, 1, 4, 0, 0, 0, 0)
  })
  return join(
    u16(0x6000 | (dscp << 6), 0x1234, bodies.length * 8 + packet.transport),
    Uint8Array.of(kinds[0] ?? protocol, packet.ttl),
    address(packet.source),
    address(packet.destination),
    ...bodies,
    transportHeader(packet),
  )
}

function address(text: string): Uint8Array {
  return parseIpAddress(text) ?? new Uint8Array(0)
}

/** What the filter must say of the packet, of whose transport header so many bytes are there. */
export function expectedMatch(filter: PacketFilter, packet: ModelPacket, there: number = packet.transport): boolean {
  if (filter.kind === 'not') return !expectedMatch(filter.of, packet, there)
  if ('of' in filter) {
    const answers = new Set(filter.of.map((part) => expectedMatch(part, packet, there)))
    return filter.kind === 'all' ? !answers.has(false) : answers.has(true)
  }
  if (filter.kind === 'address') return ends(packet, filter.side, 'address').some((end) => isIn(String(end), filter.prefixes))
  const isLater = (packet.fragment?.offset ?? 0) > 0
  if (filter.kind === 'fragment') {
    const isFirst = !isLater && packet.fragment?.more === true
    return filter.part === 'any' ? isFirst || isLater : filter.part === 'first' ? isFirst : isLater
  }
  const has = (protocols: readonly number[], bytes: number) => protocols.includes(packet.protocol) && !isLater && there >= bytes
  if (filter.kind === 'tcp_flags') return has([6], 16) && (packet.flags & filter.set) === filter.set && (packet.flags & filter.unset) === 0
  if (filter.kind === 'port')
    return has(portProtocols, 4) && ends(packet, filter.side, 'port').some((end) => within(Number(end), filter.spans))
  if (filter.kind === 'bytes') return !isLater && bytesMatch(filter, packet, there)
  return numberMatch(filter.field, filter.spans, { packet, has })
}

function bytesMatch(filter: Extract<PacketFilter, { kind: 'bytes' }>, packet: ModelPacket, there: number): boolean {
  const isTcp = packet.protocol === 6
  const hasHeader = isTcp ? packet.words >= 5 && there >= 13 : packet.protocol === 17
  if (filter.base === 'payload' && !hasHeader) return false
  const from = filter.offset + (filter.base === 'transport' ? 0 : payloadAt(packet))
  const found = Buffer.from(packetBytes(packet)).subarray(headerBytes(packet), headerBytes(packet) + there)
  const bytes = found.subarray(from, from + filter.value.length / 2)
  const masked = bytes.map((byte, index) => byte & (filter.mask === null ? 255 : Number.parseInt(filter.mask.substr(index * 2, 2), 16)))
  return Buffer.from(masked).toString('hex') === filter.value
}

interface Present {
  readonly packet: ModelPacket
  readonly has: (protocols: readonly number[], bytes: number) => boolean
}

function numberMatch(field: NumberFieldName, spans: readonly NumberSpan[], { packet, has }: Present): boolean {
  if (field === 'icmp_type') return has([1, 58], 2) && within(packet.icmpType, spans)
  if (field === 'icmp_code') return has([1, 58], 2) && within(packet.icmpCode, spans)
  if (field === 'window') return has([6], 16) && within(packet.window, spans)
  if (field === 'tcp_header') return has([6], 13) && within(packet.words, spans)
  if (field === 'udp_length') return has([17], 6) && within(packet.udpLength, spans)
  if (field === 'ip_id') return packet.version === 4 && within(packet.id, spans)
  if (field === 'dont_fragment') return packet.version === 4 && within(packet.dontFragment, spans)
  if (field === 'length') return within(headerBytes(packet) + packet.transport, spans)
  return within(packet[field], spans)
}

const within = (value: number, spans: readonly NumberSpan[]) => spans.some(([from, to]) => from <= value && value <= to)

function ends(packet: ModelPacket, side: FilterSide, what: 'address' | 'port'): (string | number)[] {
  const source = what === 'address' ? packet.source : packet.sourcePort
  const destination = what === 'address' ? packet.destination : packet.destinationPort
  return side === 'source' ? [source] : side === 'destination' ? [destination] : [source, destination]
}

function isIn(text: string, prefixes: readonly string[]): boolean {
  const family = text.includes(':') ? 'ipv6' : 'ipv4'
  return prefixes.some((prefix) => {
    const [net = '', bits] = prefix.split('/')
    if (net.includes(':') !== text.includes(':')) return false
    const list = new BlockList()
    list.addSubnet(net, Number(bits), family)
    return list.check(text, family)
  })
}
