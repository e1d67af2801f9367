// A packet filter as a test of packets: closures, made once, that read the fields they need and allocate nothing.
import { parseIpPrefix, type IpPrefix } from '../base/ip-prefix.ts'
import { portProtocols, type FilterSide, type NumberFieldName, type NumberSpan, type PacketFilter } from '../contract/packet-filter.ts'
import type { PacketLayout } from '../wire/packet-layout.ts'
import { wholeFault } from './filter-error.ts'
import { byteTest } from './packet-bytes.ts'
import { readIpHeaders, type IpHeaders } from './ip-headers.ts'
import { normalSpans } from './number-spans.ts'
import { transportBytes } from './transport-bytes.ts'

type Test = (headers: IpHeaders) => boolean
/** A field of a packet; −1 where the packet does not have it. */
type Field = (headers: IpHeaders) => number

/**
 * The test of a filter on packets whose headers have been located. What is no IP packet never matches.
 * @param filter null for every IP packet
 */
export function packetTest(filter: PacketFilter | null): (layout: PacketLayout) => boolean {
  const test = filter === null ? () => true : compile(filter)
  const headers: IpHeaders = { bytes: new Uint8Array(0), version: 4, ip: 0, protocol: -1, transport: 0, end: 0, fragment: 'none' }
  return (layout) => readIpHeaders(headers, layout) && test(headers)
}

function compile(filter: PacketFilter): Test {
  if (filter.kind === 'not') return negated(compile(filter.of))
  if (filter.kind === 'address') return addressTest(filter.side, filter.prefixes)
  if (filter.kind === 'port') return portTest(filter.side, filter.spans)
  if (filter.kind === 'number') return spansTest(fields[filter.field], filter.spans)
  if (filter.kind === 'fragment') return fragmentTest(filter.part)
  if (filter.kind === 'tcp_flags') return flagsTest(filter.set, filter.unset)
  if (filter.kind === 'bytes') return byteTest(filter)
  const tests = filter.of.map(compile)
  return filter.kind === 'all' ? allOf(tests) : anyOf(tests)
}

const negated =
  (test: Test): Test =>
  (headers) =>
    !test(headers)

function allOf(tests: readonly Test[]): Test {
  return (headers) => {
    for (const test of tests) if (!test(headers)) return false
    return true
  }
}

function anyOf(tests: readonly Test[]): Test {
  return (headers) => {
    for (const test of tests) if (test(headers)) return true
    return false
  }
}

function spansTest(field: Field, spans: readonly NumberSpan[]): Test {
  const normal = normalSpans(spans)
  const [[from, to] = [1, 0]] = normal
  if (normal.length <= 1) {
    return (headers) => {
      const value = field(headers)
      return value >= from && value <= to
    }
  }
  // One bit a value: fields have 16 bits at most.
  const has = new Uint8Array(0x1_0000)
  for (const [first, last] of normal) has.fill(1, first, last + 1)
  return (headers) => {
    const value = field(headers)
    return value >= 0 && has[value] === 1
  }
}

// Every index below was checked against the end of the packet.

function word(headers: IpHeaders, at: number): number {
  return (headers.bytes[at] << 8) | headers.bytes[at + 1]
}

const hasPorts = new Uint8Array(256)
for (const protocol of portProtocols) hasPorts[protocol] = 1

function portAt(offset: 0 | 2): Field {
  return (headers) =>
    hasPorts[headers.protocol] === 1 && headers.end - headers.transport >= transportBytes.port
      ? word(headers, headers.transport + offset)
      : -1
}

function icmpAt(offset: 0 | 1): Field {
  return (headers) =>
    (headers.protocol === 1 || headers.protocol === 58) && headers.end - headers.transport >= transportBytes.icmp
      ? headers.bytes[headers.transport + offset]
      : -1
}

/** Whether so many bytes of the header of this protocol are there. */
function has(headers: IpHeaders, protocol: number, bytes: number): boolean {
  return headers.protocol === protocol && headers.end - headers.transport >= bytes
}

const fields: Readonly<Record<NumberFieldName, Field>> = {
  protocol: (headers) => headers.protocol,
  version: (headers) => headers.version,
  // What is longer than a length can say counts as the longest.
  length: (headers) => (headers.version === 4 ? word(headers, headers.ip + 2) : Math.min(65_535, 40 + word(headers, headers.ip + 4))),
  ttl: (headers) => headers.bytes[headers.ip + (headers.version === 4 ? 8 : 7)],
  dscp: (headers) => (headers.version === 4 ? headers.bytes[headers.ip + 1] >> 2 : (word(headers, headers.ip) >> 6) & 0x3f),
  icmp_type: icmpAt(0),
  icmp_code: icmpAt(1),
  window: (headers) => (has(headers, 6, transportBytes.tcp) ? word(headers, headers.transport + 14) : -1),
  ip_id: (headers) => (headers.version === 4 ? word(headers, headers.ip + 4) : -1),
  dont_fragment: (headers) => (headers.version === 4 ? (headers.bytes[headers.ip + 6] >> 6) & 1 : -1),
  tcp_header: (headers) => (has(headers, 6, transportBytes.tcpHeader) ? headers.bytes[headers.transport + 12] >> 4 : -1),
  udp_length: (headers) => (has(headers, 17, transportBytes.udpLength) ? word(headers, headers.transport + 4) : -1),
}

function portTest(side: FilterSide, spans: readonly NumberSpan[]): Test {
  const source = spansTest(portAt(0), spans)
  const destination = spansTest(portAt(2), spans)
  if (side === 'either') return (headers) => source(headers) || destination(headers)
  return side === 'source' ? source : destination
}

function flagsTest(set: number, unset: number): Test {
  return (headers) => {
    if (!has(headers, 6, transportBytes.tcp)) return false
    const flags = headers.bytes[headers.transport + 13]
    return (flags & set) === set && (flags & unset) === 0
  }
}

function fragmentTest(part: 'any' | 'first' | 'later'): Test {
  return (headers) => (part === 'any' ? headers.fragment !== 'none' : headers.fragment === part)
}

function addressTest(side: FilterSide, prefixes: readonly string[]): Test {
  const read = prefixes.map(readPrefix)
  const four = prefixesAt(read.filter(({ family }) => family === 4))
  const six = prefixesAt(read.filter(({ family }) => family === 6))
  const source: Test = (headers) => (headers.version === 4 ? four(headers.bytes, headers.ip + 12) : six(headers.bytes, headers.ip + 8))
  const destination: Test = (headers) =>
    headers.version === 4 ? four(headers.bytes, headers.ip + 16) : six(headers.bytes, headers.ip + 24)
  if (side === 'either') return (headers) => source(headers) || destination(headers)
  return side === 'source' ? source : destination
}

function readPrefix(text: string): IpPrefix {
  const parsed = parseIpPrefix(text)
  if (parsed === undefined) throw wholeFault(`${JSON.stringify(text.slice(0, 64))} is no prefix`)
  return parsed.prefix
}

/** Whether the address at an offset is in one of them. */
function prefixesAt(prefixes: readonly IpPrefix[]): (bytes: Uint8Array, at: number) => boolean {
  const tests = prefixes.map(prefixAt)
  const [only] = tests
  if (tests.length === 1 && only !== undefined) return only
  return (bytes, at) => {
    for (const test of tests) if (test(bytes, at)) return true
    return false
  }
}

function prefixAt({ bytes: prefix, length }: IpPrefix): (bytes: Uint8Array, at: number) => boolean {
  const whole = length >> 3
  const mask = (0xff00 >> (length & 7)) & 0xff
  return (bytes, at) => {
    for (let index = 0; index < whole; index++) if (bytes[at + index] !== prefix[index]) return false
    return mask === 0 || (bytes[at + whole] & mask) === prefix[whole]
  }
}
