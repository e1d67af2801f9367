// A packet filter in the syntax of tcpdump, for capturing on a network interface. Made of numbers and addresses that were
// read as such; no text of the filter gets into it.
import { formatIpPrefix, parseIpPrefix } from '../base/ip-prefix.ts'
import {
  numberFields,
  portProtocols,
  type FilterSide,
  type NumberFieldName,
  type NumberSpan,
  type PacketFilter,
} from '../contract/packet-filter.ts'
import { chained6, plain6, shape4, type BpfShape } from './bpf-shapes.ts'
import { allTerms, anyTerm, notTerm, spansTerm, type BpfTerm } from './bpf-terms.ts'
import { wholeFault } from './filter-error.ts'
import { normalSpans } from './number-spans.ts'
import { transportBytes } from './transport-bytes.ts'

/** Linux takes no argument of 128 KiB or more. */
const longestArgument = 131_071

/**
 * The filter as one argument of tcpdump. It looks past two IPv6 extension headers; behind more, a packet counts as one
 * without protocol and transport header. A packet shorter than its own length says never matches.
 * @param filter null for every IP packet
 * @throws FilterError when the text would be too long for an argument
 */
export function bpfText(filter: PacketFilter | null): string {
  if (filter === null) return 'ip or ip6'
  const shapes = [shape4, ...(asksForChain(filter) ? chained6 : [plain6])]
  const term = anyTerm(...shapes.map((shape) => allTerms(shape.guard, compile(filter, shape))))
  // Of a filter that nothing matches: no packet is of both versions.
  const text = typeof term === 'string' ? term : 'ip and ip6'
  if (text.length <= longestArgument) return text
  throw wholeFault('the filter is too long for tcpdump: use prefixes and ranges in the place of long lists, or the engine nflog')
}

/** Whether the protocol or a transport header is asked for, which IPv6 may have behind extension headers. */
function asksForChain(filter: PacketFilter): boolean {
  if (filter.kind === 'all' || filter.kind === 'any') return filter.of.some(asksForChain)
  if (filter.kind === 'not') return asksForChain(filter.of)
  if (filter.kind === 'number') return !['version', 'length', 'ttl', 'dscp'].includes(filter.field)
  return filter.kind === 'port' || filter.kind === 'tcp_flags'
}

function compile(filter: PacketFilter, shape: BpfShape): BpfTerm {
  if (filter.kind === 'not') return notTerm(compile(filter.of, shape))
  if (filter.kind === 'address') return addressTerm(filter, shape.version)
  if (filter.kind === 'number') return numberTerm(filter.field, normalSpans(filter.spans), shape)
  if (filter.kind === 'port') return portTerm(filter.side, normalSpans(filter.spans), shape)
  if (filter.kind === 'tcp_flags') return flagsTerm(filter.set, filter.unset, shape)
  if (filter.kind === 'fragment') return shape.fragments[filter.part]
  const terms = filter.of.map((part) => compile(part, shape))
  return filter.kind === 'all' ? allTerms(...terms) : anyTerm(...terms)
}

const directions: Readonly<Record<FilterSide, string>> = { source: 'src ', destination: 'dst ', either: '' }

function addressTerm({ side, prefixes }: Extract<PacketFilter, { kind: 'address' }>, version: 4 | 6): BpfTerm {
  const terms = prefixes.map((text): BpfTerm => {
    const parsed = parseIpPrefix(text)
    if (parsed === undefined) throw wholeFault(`${JSON.stringify(text.slice(0, 64))} is no prefix`)
    if (parsed.prefix.family !== version) return false
    return parsed.prefix.length === 0 || `${directions[side]}net ${formatIpPrefix(parsed.prefix)}`
  })
  return anyTerm(...terms)
}

function numberTerm(field: NumberFieldName, spans: readonly NumberSpan[], shape: BpfShape): BpfTerm {
  const { most } = numberFields[field]
  const is4 = shape.version === 4
  if (field === 'version') return spans.some(([from, to]) => shape.version >= from && shape.version <= to)
  if (field === 'ttl') return spansTerm(is4 ? 'ip[8]' : 'ip6[7]', spans, most)
  if (field === 'dscp') return spansTerm(is4 ? '(ip[1] >> 2)' : '((ip6[0:2] >> 6) & 63)', spans, most)
  if (field === 'length') return is4 ? spansTerm('ip[2:2]', spans, most) : payloadTerm(spans)
  if (field === 'protocol') return shape.protocol !== null && spansTerm(shape.protocol, spans, most)
  if (field === 'window') return tcpTerm(spansTerm(shape.transport(14, 2), spans, most), shape)
  const at = shape.transport(field === 'icmp_type' ? 0 : 1, 1)
  return transportTerm({ protocols: [1, 58], bytes: transportBytes.icmp, found: spansTerm(at, spans, most) }, shape)
}

/** The header of IPv6 is not in its length. */
function payloadTerm(spans: readonly NumberSpan[]): BpfTerm {
  const shifted = spans
    .filter(([, to]) => to >= 40)
    .map(([from, to]) => [Math.max(0, from - 40), to === 65_535 ? 65_535 : to - 40] as const)
  return spansTerm('ip6[4:2]', shifted, 65_535)
}

interface TransportQuestion {
  readonly protocols: readonly number[]
  readonly bytes: number
  /** What the header then has to be. */
  readonly found: BpfTerm
}

function transportTerm({ protocols, bytes, found }: TransportQuestion, { protocol, hasTransport }: BpfShape): BpfTerm {
  if (protocol === null) return false
  const spans = normalSpans(protocols.map((number) => [number, number]))
  return allTerms(spansTerm(protocol, spans, 255), hasTransport(bytes), found)
}

function tcpTerm(found: BpfTerm, shape: BpfShape): BpfTerm {
  return transportTerm({ protocols: [6], bytes: transportBytes.tcp, found }, shape)
}

function portTerm(side: FilterSide, spans: readonly NumberSpan[], shape: BpfShape): BpfTerm {
  const source = spansTerm(shape.transport(0, 2), spans, 65_535)
  const destination = spansTerm(shape.transport(2, 2), spans, 65_535)
  const found = side === 'source' ? source : side === 'destination' ? destination : anyTerm(source, destination)
  return transportTerm({ protocols: portProtocols, bytes: transportBytes.port, found }, shape)
}

function flagsTerm(set: number, unset: number, shape: BpfShape): BpfTerm {
  const mask = set | unset
  if ((set & unset) !== 0) return false
  return tcpTerm(mask === 0 || `(${shape.transport(13, 1)} & ${mask}) = ${set}`, shape)
}
