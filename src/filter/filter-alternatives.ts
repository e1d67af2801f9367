// A packet filter as alternatives over header fields. Negations are carried down to the single conditions, where "the
// packet lacks the header" becomes alternatives of its own.
import { parseIpPrefix, type IpPrefix } from '../base/ip-prefix.ts'
import { portProtocols, type FilterSide, type NumberSpan, type PacketFilter } from '../contract/packet-filter.ts'
import { both, either, type Alternative, type Alternatives } from './alternatives.ts'
import { wholeFault } from './filter-error.ts'
import { flagValues } from './tcp-flag-values.ts'
import { fragmentKind, headerFields, type HeaderFieldName } from './header-fields.ts'
import { transportBytes } from './transport-bytes.ts'
import { complement, numberSet, valueSet, type ValueSet } from './value-set.ts'

type Fields = Partial<Record<HeaderFieldName, ValueSet>>
type FilterAlternatives = Alternatives<HeaderFieldName>

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
  const parts = filter.of.map((part) => compile(part, wanted))
  // Not all of them is one of their negations.
  return (filter.kind === 'all') === wanted ? parts.reduce(both, always) : parts.reduce(either, never)
}

/** Fields in the order of the table, empty sets taken out as the alternative that they make impossible. */
function alternatives(...list: readonly Fields[]): FilterAlternatives {
  const made = list.map(
    (fields) => new Map(fieldOrder.flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name]] as const]))),
  )
  return made.filter((alternative) => [...alternative.values()].every((values) => values.length > 0))
}

// The keys of a table written out are its own.
const fieldOrder = Object.keys(headerFields) as HeaderFieldName[]

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
])

/** Leaves out what excludes no packet, and puts fields in order. */
function withoutNeedless(alternative: Alternative<HeaderFieldName>): Alternative<HeaderFieldName> {
  const needed = fieldOrder.filter((name) => {
    const values = alternative.get(name)
    if (values === undefined) return false
    if (name === 'version') return values.length === 1
    return !(alwaysThere.has(name) && complement(values, headerFields[name].most).length === 0)
  })
  return new Map(needed.map((name) => [name, alternative.get(name) ?? []]))
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
    return alternatives({ ...version4, length4: of('length4') }, { ...version6, length6: of('length6', payloadLengths(filter.spans)) })
  }
  return transportAlternatives(transportCondition(filter), wanted)
}

function versionAlternatives(values: ValueSet): FilterAlternatives {
  const has = (version: bigint) => values.some(([from, to]) => version >= from && version <= to)
  return alternatives(...(has(4n) ? [version4] : []), ...(has(6n) ? [version6] : []))
}

/** The header of IPv6 is not in its length field. What is longer than a length can say counts as the longest. */
function payloadLengths(spans: readonly NumberSpan[]): ValueSet {
  const shifted = spans
    .filter(([, to]) => to >= 40)
    .map(([from, to]) => [Math.max(0, from - 40), to === 65_535 ? 65_535 : to - 40] as const)
  return numberSet(shifted)
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
  const field = filter.field === 'icmp_type' ? 'icmpType' : 'icmpCode'
  return { protocols: icmpProtocols, bytes: transportBytes.icmp, side: 'source', fields: [field], values }
}

function transportAlternatives({ protocols, bytes, side, fields, values }: TransportCondition, wanted: boolean): FilterAlternatives {
  const [first = 'sourcePort', second = first] = fields
  const held = ifWanted(values, first, wanted)
  const beside = { protocol: protocols, fragment: complement(fragmentKinds.later, headerFields.fragment.most) }
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
