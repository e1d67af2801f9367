// A packet filter as alternatives over header fields. Negations are carried down to the single conditions, where "the
// packet lacks the header" becomes alternatives of its own.
import { parseIpPrefix, type IpPrefix } from '../base/ip-prefix.ts'
import { portProtocols, type FilterSide, type NumberSpan, type PacketFilter } from '../contract/packet-filter.ts'
import { both, either, type Alternative, type Alternatives } from './alternatives.ts'
import type { ByteCondition } from './byte-condition.ts'
import { byteField, byteFieldName, byteValues, type ByteFieldName } from './byte-fields.ts'
import { wholeFault } from './filter-error.ts'
import { flagValues } from './tcp-flag-values.ts'
import { fragmentKind, headerFields, isHeaderField, type HeaderFieldName } from './header-fields.ts'
import { payloadSpans } from './number-spans.ts'
import { leastTcpWords, transportBytes } from './transport-bytes.ts'
import { complement, numberSet, valueSet, type ValueSet } from './value-set.ts'

export type FilterFieldName = HeaderFieldName | ByteFieldName
type Fields = Partial<Record<FilterFieldName, ValueSet>>
type FilterAlternatives = Alternatives<FilterFieldName>

const one = (value: number): ValueSet => numberSet([[value, value]])
const version4: Fields = { version: one(4) }
const version6: Fields = { version: one(6) }
const never: FilterAlternatives = []
const always: FilterAlternatives = [new Map()]

/**
 * The packets that match, or with `wanted` false those that do not.
 * @throws FilterError when the combinations are too many
 */
export function filterAlternatives(filter: PacketFilter, wanted = true): FilterAlternatives {
  // What is left out can make two alternatives alike but for their version, and then that is left out too.
  return either(never, compile(filter, wanted).map(withoutNeedless)).map(withoutNeedless)
}

function compile(filter: PacketFilter, wanted: boolean): FilterAlternatives {
  if (filter.kind === 'not') return compile(filter.of, !wanted)
  if (filter.kind === 'address') return addressAlternatives(filter, wanted)
  if (filter.kind === 'number') return numberAlternatives(filter, wanted)
  if (filter.kind === 'fragment') return alternatives({ fragment: ifWanted(fragmentKinds[filter.part], 'fragment', wanted) })
  if (filter.kind === 'port' || filter.kind === 'tcp_flags') return transportAlternatives(transportCondition(filter), wanted)
  if (filter.kind === 'bytes') return byteAlternatives(filter, wanted)
  const parts = filter.of.map((part) => compile(part, wanted))
  // Not all of them is one of their negations.
  return (filter.kind === 'all') === wanted ? parts.reduce(both, always) : parts.reduce(either, never)
}

/** Empty sets are taken out as the alternative that they make impossible. */
function alternatives(...list: readonly Fields[]): FilterAlternatives {
  // The keys of an object written out are its own.
  const made = list.map((fields) => new Map(Object.entries(fields) as [FilterFieldName, ValueSet][]))
  return made.filter((alternative) => [...alternative.values()].every((values) => values.length > 0))
}

// The keys of a table written out are its own.
const fieldOrder = Object.keys(headerFields) as HeaderFieldName[]

/** As in the table; bytes behind that, as they stand in the packet. */
function inOrder(names: Iterable<FilterFieldName>): FilterFieldName[] {
  const place = (name: FilterFieldName) => {
    if (isHeaderField(name)) return fieldOrder.indexOf(name)
    const { base, offset } = byteField(name)
    return fieldOrder.length + offset + (base === 'payload' ? 1000 : 0)
  }
  return [...names].toSorted((one, other) => place(one) - place(other))
}

/** Fields that every packet of their version has. */
const alwaysThere: ReadonlySet<HeaderFieldName> = new Set([
  'source4',
  'destination4',
  'source6',
  'destination6',
  'length4',
  'length6',
  'ttl4',
  'ttl6',
  'dscp4',
  'dscp6',
  'nextHeader6',
  'id4',
  'dontFragment4',
])

/** Leaves out what excludes no packet, and puts fields in order. */
function withoutNeedless(alternative: Alternative<FilterFieldName>): Alternative<FilterFieldName> {
  const needed = inOrder(alternative.keys()).map((name) => [name, alternative.get(name) ?? []] as const)
  return new Map(
    needed.filter(([name, values]) => {
      if (name === 'version') return values.length === 1
      return !(isHeaderField(name) && alwaysThere.has(name) && complement(values, headerFields[name].most).length === 0)
    }),
  )
}

function ifWanted(values: ValueSet, field: HeaderFieldName, wanted: boolean): ValueSet {
  return wanted ? values : complement(values, headerFields[field].most)
}

function prefixRange({ bytes, length }: IpPrefix): readonly [bigint, bigint] {
  const from = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
  return [from, from | ((1n << BigInt(bytes.length * 8 - length)) - 1n)]
}

function readPrefix(text: string): IpPrefix {
  const parsed = parseIpPrefix(text)
  if (parsed === undefined) throw wholeFault(`${JSON.stringify(text.slice(0, 64))} is no prefix`)
  return parsed.prefix
}

function addressAlternatives({ side, prefixes }: Extract<PacketFilter, { kind: 'address' }>, wanted: boolean): FilterAlternatives {
  const read = prefixes.map(readPrefix)
  return ([4, 6] as const).flatMap((family) => {
    const values = valueSet(read.filter((prefix) => prefix.family === family).map(prefixRange))
    const beside = family === 4 ? version4 : version6
    const source: HeaderFieldName = `source${family}`
    const destination: HeaderFieldName = `destination${family}`
    const held = ifWanted(values, source, wanted)
    return bothEnds(side, { beside, source: { [source]: held }, destination: { [destination]: held } }, wanted)
  })
}

interface Ends {
  /** What both alternatives ask for too. */
  readonly beside: Fields
  readonly source: Fields
  readonly destination: Fields
}

/** One of the two ends when that is wanted; otherwise neither. */
function bothEnds(side: FilterSide, { beside, source, destination }: Ends, wanted: boolean): FilterAlternatives {
  if (side === 'source') return alternatives({ ...beside, ...source })
  if (side === 'destination') return alternatives({ ...beside, ...destination })
  return wanted
    ? alternatives({ ...beside, ...source }, { ...beside, ...destination })
    : alternatives({ ...beside, ...source, ...destination })
}

function numberAlternatives(filter: Extract<PacketFilter, { kind: 'number' }>, wanted: boolean): FilterAlternatives {
  const values = numberSet(filter.spans)
  const of = (field: HeaderFieldName, set = values) => ifWanted(set, field, wanted)
  if (filter.field === 'protocol') return alternatives({ protocol: of('protocol') })
  if (filter.field === 'version') return versionAlternatives(of('version'))
  if (filter.field === 'ttl') return alternatives({ ...version4, ttl4: of('ttl4') }, { ...version6, ttl6: of('ttl6') })
  if (filter.field === 'dscp') return alternatives({ ...version4, dscp4: of('dscp4') }, { ...version6, dscp6: of('dscp6') })
  if (filter.field === 'length') {
    return alternatives(
      { ...version4, length4: of('length4') },
      { ...version6, length6: of('length6', numberSet(payloadSpans(filter.spans))) },
    )
  }
  if (filter.field === 'ip_id') return onlyOf4({ id4: of('id4') }, wanted)
  if (filter.field === 'dont_fragment') return onlyOf4({ dontFragment4: of('dontFragment4') }, wanted)
  return transportAlternatives(transportCondition(filter), wanted)
}

/** IPv6 lacks the field. */
function onlyOf4(fields: Fields, wanted: boolean): FilterAlternatives {
  return alternatives({ ...version4, ...fields }, ...(wanted ? [] : [version6]))
}

function versionAlternatives(values: ValueSet): FilterAlternatives {
  const has = (version: bigint) => values.some(([from, to]) => version >= from && version <= to)
  return alternatives(...(has(4n) ? [version4] : []), ...(has(6n) ? [version6] : []))
}

const fragmentKinds = {
  any: numberSet([[fragmentKind.first, fragmentKind.later]]),
  first: one(fragmentKind.first),
  later: one(fragmentKind.later),
} as const

/** A condition on fields of a transport header. */
interface TransportCondition {
  /** Protocols that have it. */
  readonly protocols: ValueSet
  /** Bytes of the header that have to be there. */
  readonly bytes: number
  readonly side: FilterSide
  readonly fields: readonly HeaderFieldName[]
  readonly values: ValueSet
}

const protocolsWithPorts = numberSet(portProtocols.map((protocol) => [protocol, protocol]))
const icmpProtocols = numberSet([
  [1, 1],
  [58, 58],
])

function transportCondition(filter: Extract<PacketFilter, { kind: 'port' | 'tcp_flags' | 'number' }>): TransportCondition {
  if (filter.kind === 'port') {
    const fields = ['sourcePort', 'destinationPort'] as const
    return { protocols: protocolsWithPorts, bytes: transportBytes.port, side: filter.side, fields, values: numberSet(filter.spans) }
  }
  const tcp = { protocols: one(6), bytes: transportBytes.tcp, side: 'source' } as const
  if (filter.kind === 'tcp_flags') return { ...tcp, fields: ['tcpFlags'], values: flagValues(filter.set, filter.unset) }
  const values = numberSet(filter.spans)
  if (filter.field === 'window') return { ...tcp, fields: ['tcpWindow'], values }
  if (filter.field === 'tcp_header') {
    return { ...tcp, bytes: transportBytes.tcpHeader, fields: ['tcpHeader'], values: headerByte(filter.spans) }
  }
  if (filter.field === 'udp_length') {
    return { protocols: one(17), bytes: transportBytes.udpLength, side: 'source', fields: ['udpLength'], values }
  }
  const field = filter.field === 'icmp_type' ? 'icmpType' : 'icmpCode'
  return { protocols: icmpProtocols, bytes: transportBytes.icmp, side: 'source', fields: [field], values }
}

/** The byte that holds words of the TCP header in its upper half, whatever is in the lower one. */
function headerByte(words: readonly NumberSpan[]): ValueSet {
  return numberSet(words.map(([from, to]) => [from << 4, (to << 4) | 15]))
}

const withHeader = complement(fragmentKinds.later, headerFields.fragment.most)

function byteAlternatives(filter: ByteCondition, wanted: boolean): FilterAlternatives {
  if (!wanted) throw wholeFault('conditions on bytes cannot be negated: ask for the bytes that the packets have')
  const fields: Fields = { fragment: withHeader, [byteFieldName(filter)]: byteValues(filter) }
  if (filter.base === 'transport') return alternatives(fields)
  const ofTcp: Fields = { protocol: one(6), tcpHeader: headerByte([[leastTcpWords, 15]]) }
  return alternatives({ ...fields, protocol: one(17) }, { ...fields, ...ofTcp })
}

function transportAlternatives({ protocols, bytes, side, fields, values }: TransportCondition, wanted: boolean): FilterAlternatives {
  const [first = 'sourcePort', second = first] = fields
  const held = ifWanted(values, first, wanted)
  const beside = { protocol: protocols, fragment: withHeader }
  const found = bothEnds(side, { beside, source: { [first]: held }, destination: { [second]: held } }, wanted)
  if (wanted) return found
  const short = numberSet([[0, bytes - 1]])
  const without = alternatives(
    { protocol: complement(protocols, headerFields.protocol.most) },
    { fragment: fragmentKinds.later },
    { ...version4, payload4: short },
    // Behind extension headers there is no field that tells it.
    { ...version6, length6: short, nextHeader6: protocols },
  )
  return [...found, ...without]
}
