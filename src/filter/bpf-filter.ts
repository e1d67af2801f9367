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
import { payloadProtocolsOf } from './byte-condition.ts'
import { byteReach, bytesTerm } from './bpf-bytes.ts'
import { chained6, plain6, shape4, type BpfShape } from './bpf-shapes.ts'
import { allTerms, anyTerm, notTerm, spansTerm, type FilterTerm } from './filter-terms.ts'
import { transportTerm } from './bpf-transport.ts'
import { wholeFault } from './filter-error.ts'
import { normalSpans, payloadSpans } from './number-spans.ts'
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
  if (filter.kind === 'number') return !['version', 'length', 'ttl', 'dscp', 'ip_id', 'dont_fragment'].includes(filter.field)
  return filter.kind === 'port' || filter.kind === 'tcp_flags' || filter.kind === 'bytes'
}

function compile(filter: PacketFilter, shape: BpfShape): FilterTerm {
  if (filter.kind === 'not') return notTerm(compile(filter.of, shape))
  if (filter.kind === 'address') return addressTerm(filter, shape.version)
  if (filter.kind === 'number') return numberTerm(filter.field, normalSpans(filter.spans), shape)
  if (filter.kind === 'port') return portTerm(filter.side, normalSpans(filter.spans), shape)
  if (filter.kind === 'tcp_flags') return flagsTerm(filter.set, filter.unset, shape)
  if (filter.kind === 'fragment') return shape.fragments[filter.part]
  if (filter.kind === 'bytes') return bytesTerm(filter, shape)
  const inner = filter.kind === 'all' ? { ...shape, payload: payloadProtocolsOf(filter.of, shape.payload) } : shape
  // A load behind the end of what was captured ends the program: what reaches less far comes first.
  const terms = filter.of.toSorted((one, other) => byteReach(one) - byteReach(other)).map((part) => compile(part, inner))
  return filter.kind === 'all' ? allTerms(...terms) : anyTerm(...terms)
}

const directions: Readonly<Record<FilterSide, string>> = { source: 'src ', destination: 'dst ', either: '' }

function addressTerm({ side, prefixes }: Extract<PacketFilter, { kind: 'address' }>, version: 4 | 6): FilterTerm {
  const terms = prefixes.map((text): FilterTerm => {
    const parsed = parseIpPrefix(text)
    if (parsed === undefined) throw wholeFault(`${JSON.stringify(text.slice(0, 64))} is no prefix`)
    if (parsed.prefix.family !== version) return false
    return parsed.prefix.length === 0 || `${directions[side]}net ${formatIpPrefix(parsed.prefix)}`
  })
  return anyTerm(...terms)
}

function numberTerm(field: NumberFieldName, spans: readonly NumberSpan[], shape: BpfShape): FilterTerm {
  const { most } = numberFields[field]
  const is4 = shape.version === 4
  if (field === 'version') return spans.some(([from, to]) => shape.version >= from && shape.version <= to)
  if (field === 'ttl') return spansTerm(is4 ? 'ip[8]' : 'ip6[7]', spans, most)
  if (field === 'dscp') return spansTerm(is4 ? '(ip[1] >> 2)' : '((ip6[0:2] >> 6) & 63)', spans, most)
  if (field === 'length') return is4 ? spansTerm('ip[2:2]', spans, most) : spansTerm('ip6[4:2]', payloadSpans(spans), most)
  if (field === 'protocol') return shape.protocol !== null && spansTerm(shape.protocol, spans, most)
  if (field === 'ip_id') return is4 && spansTerm('ip[4:2]', spans, most)
  if (field === 'dont_fragment') return is4 && spansTerm('((ip[6] >> 6) & 1)', spans, most)
  if (field === 'tcp_header') {
    const found = spansTerm(`(${shape.transport(12, 1)} >> 4)`, spans, most)
    return transportTerm({ protocols: [6], bytes: transportBytes.tcpHeader, found }, shape)
  }
  if (field === 'udp_length') {
    return transportTerm({ protocols: [17], bytes: transportBytes.udpLength, found: spansTerm(shape.transport(4, 2), spans, most) }, shape)
  }
  if (field === 'window') return tcpTerm(spansTerm(shape.transport(14, 2), spans, most), shape)
  const at = shape.transport(field === 'icmp_type' ? 0 : 1, 1)
  return transportTerm({ protocols: [1, 58], bytes: transportBytes.icmp, found: spansTerm(at, spans, most) }, shape)
}

function tcpTerm(found: FilterTerm, shape: BpfShape): FilterTerm {
  return transportTerm({ protocols: [6], bytes: transportBytes.tcp, found }, shape)
}

function portTerm(side: FilterSide, spans: readonly NumberSpan[], shape: BpfShape): FilterTerm {
  const source = spansTerm(shape.transport(0, 2), spans, 65_535)
  const destination = spansTerm(shape.transport(2, 2), spans, 65_535)
  const found = side === 'source' ? source : side === 'destination' ? destination : anyTerm(source, destination)
  return transportTerm({ protocols: portProtocols, bytes: transportBytes.port, found }, shape)
}

function flagsTerm(set: number, unset: number, shape: BpfShape): FilterTerm {
  const mask = set | unset
  if ((set & unset) !== 0) return false
  return tcpTerm(mask === 0 || `(${shape.transport(13, 1)} & ${mask}) = ${set}`, shape)
}
