// A packet filter as a display filter of Wireshark. Made of numbers and addresses that were read as such.
import { parseIpPrefix } from '../base/ip-prefix.ts'
import { numberFields, type NumberFieldName, type PacketFilter } from '../contract/packet-filter.ts'
import { wholeFault } from './filter-error.ts'
import { allTerms, anyTerm, notTerm, type FilterTerm } from './filter-terms.ts'
import { normalSpans, payloadSpans } from './number-spans.ts'
import { bytesTerm } from './wireshark-bytes.ts'
import { fragmentTerm, protocolTerm, valuesTerm } from './wireshark-headers.ts'
import { anyShape, ipLayers, narrowed, type WiresharkShape } from './wireshark-shape.ts'
import { carriesTerm, flagsTerm, portTerm, transportNumberTerm } from './wireshark-transport.ts'

/**
 * Preferences that the filter needs, as `-o` of tshark takes them. Wireshark otherwise shows what a fragmented packet holds in
 * the last of its fragments, and puts another length in the place of 0.
 */
export const wiresharkOptions = ['ip.defragment:FALSE', 'ipv6.defragment:FALSE', 'ip.tso_support:FALSE'] as const

const outermost = {
  4: 'frame.protocols matches r"^((?!ipv6).)*\\bip\\b"',
  6: 'frame.protocols matches r"^((?!\\bip\\b).)*\\bipv6\\b"',
} as const

/**
 * The filter for `tshark -Y`, for Wireshark 4.0 and later. It asks about the outermost IP header and what that carries, not
 * about what tunnels and ICMP errors hold. With `wiresharkOptions` it says what the filter says, but for what Wireshark does
 * not take apart: ICMP and SCTP headers that end early, and payloads of datagrams whose UDP length is wrong.
 * @param filter null for every IP packet
 * @throws FilterError for bytes of a protocol whose bytes Wireshark has no name for
 */
export function wiresharkText(filter: PacketFilter | null): string {
  if (filter === null) return 'ip or ipv6'
  const [four, six] = [compile(filter, { ...anyShape, version: 4 }), compile(filter, { ...anyShape, version: 6 })]
  const isCarried = namesTransport(filter)
  const term = four === six ? allTerms(isCarried || '(ip or ipv6)', four) : anyTerm(ofVersion(filter, 4), ofVersion(filter, 6))
  // Of a filter that nothing matches: no packet is without length.
  return typeof term === 'string' ? term : 'frame.len == 0'
}

function ofVersion(filter: PacketFilter, version: 4 | 6): FilterTerm {
  const term = compile(filter, { ...anyShape, version, ip: ipLayers[version] })
  return allTerms(namesTransport(filter) || outermost[version], term)
}

/** Whether all packets of the filter are asked what the outermost IP header carries, which says of what version that is. */
function namesTransport(filter: PacketFilter): boolean {
  if (filter.kind === 'all') return filter.of.some(namesTransport)
  return filter.kind === 'any' ? filter.of.every(namesTransport) : asksForTransport(filter)
}

function compile(filter: PacketFilter, shape: WiresharkShape): FilterTerm {
  if (filter.kind === 'not') return notTerm(compile(filter.of, shape))
  if (filter.kind === 'address') return addressTerm(filter, shape.version)
  if (filter.kind === 'number') return numberTerm(filter, shape)
  if (filter.kind === 'fragment') return fragmentTerm(filter.part, shape.version)
  if (filter.kind === 'port') return portTerm(filter.side, normalSpans(filter.spans), shape)
  if (filter.kind === 'tcp_flags') return flagsTerm(filter, shape)
  if (filter.kind === 'bytes') return bytesTerm(filter, shape)
  return filter.kind === 'all' ? conjunction(filter.of, shape) : anyTerm(...filter.of.map((part) => compile(part, shape)))
}

/** Where only one protocol can be meant, that is said once. */
function conjunction(parts: readonly PacketFilter[], shape: WiresharkShape): FilterTerm {
  const inner = narrowed(shape, parts)
  if (!parts.some(asksForTransport)) return allTerms(...parts.map((part) => compile(part, inner)))
  const [only, other] = inner.protocols
  const carried = other === undefined && only !== undefined
  // What asks for a transport header asks for one of the protocols.
  const rest = parts.filter((part) => part.kind !== 'number' || part.field !== 'protocol')
  const terms = rest.map((part) => compile(part, { ...inner, carried }))
  return allTerms(!carried || shape.carried || carriesTerm(only, inner), ...terms)
}

function asksForTransport({ kind, ...filter }: PacketFilter): boolean {
  if (kind !== 'number') return kind === 'port' || kind === 'tcp_flags' || kind === 'bytes'
  return 'field' in filter && !Object.hasOwn(ipFields, filter.field)
}

const addressFields = {
  4: { source: 'ip.src#1', destination: 'ip.dst#1' },
  6: { source: 'ipv6.src#1', destination: 'ipv6.dst#1' },
} as const

function addressTerm({ side, prefixes }: Extract<PacketFilter, { kind: 'address' }>, version: 4 | 6): FilterTerm {
  const own = prefixes.filter((text) => familyOf(text) === version)
  if (own.length === 0) return false
  if (own.some((text) => text.endsWith('/0'))) return true
  const listed = own.map((text) => text.replace(version === 4 ? /\/32$/ : /\/128$/, ''))
  const held = listed.length === 1 ? `== ${listed.join('')}` : `in {${listed.join(', ')}}`
  const { source, destination } = addressFields[version]
  if (side === 'either') return anyTerm(`${source} ${held}`, `${destination} ${held}`)
  return `${side === 'source' ? source : destination} ${held}`
}

function familyOf(text: string): 4 | 6 {
  const parsed = parseIpPrefix(text)
  if (parsed === undefined) throw wholeFault(`${JSON.stringify(text.slice(0, 64))} is no prefix`)
  return parsed.prefix.family
}

/** Fields of IP headers, of version 4 and 6; null where that has none. */
const ipFields: Partial<Record<NumberFieldName, readonly [four: string | null, six: string | null]>> = {
  version: [null, null],
  protocol: [null, null],
  ttl: ['ip.ttl#1', 'ipv6.hlim#1'],
  dscp: ['ip.dsfield.dscp#1', 'ipv6.tclass.dscp#1'],
  length: ['ip.len#1', 'ipv6.plen#1'],
  ip_id: ['ip.id#1', null],
  dont_fragment: ['ip.flags.df#1', null],
}

function numberTerm({ field, spans: given }: Extract<PacketFilter, { kind: 'number' }>, shape: WiresharkShape): FilterTerm {
  const { version } = shape
  const spans = normalSpans(given)
  if (field === 'version') return spans.some(([from, to]) => version >= from && version <= to)
  if (field === 'protocol') return protocolTerm(spans, version)
  const names = ipFields[field]
  if (names === undefined) return transportNumberTerm(field, spans, shape)
  const name = names[version === 4 ? 0 : 1]
  if (name === null) return false
  return valuesTerm(name, version === 6 && field === 'length' ? payloadSpans(spans) : spans, numberFields[field].most)
}
