// FlowSpec rules (RFC 8955, RFC 8956) in canonical form: values sorted, ranges merged, what matches everything left out.
import { equalPrefixes, formatIpPrefix, parseIpPrefix, type IpPrefix } from '../base/ip-prefix.ts'
import type { FlowSpec, FlowSpecAction, FlowSpecMatch, NumberRange } from '../contract/advertisement.ts'
import { AdvertisementRefused } from './advertising.ts'

/** Values or ranges that a field may have: 64 ranges of two bytes each take 384 bytes of an NLRI, which may have 4095. */
const maxValues = 64
/** Largest value of each field with a list of values. */
const lists = { protocol: 255, icmp_type: 255, icmp_code: 255, dscp: 63 } as const
const ranges = { source_port: 65_535, destination_port: 65_535, packet_length: 65_535 } as const
/** Those of which all values together say no more than leaving the field out. */
const matchesAll = new Set<string>(['protocol', 'dscp', 'packet_length'])
const fragments = ['is', 'first', 'last'] as const
const fields = new Set([...Object.keys(lists), ...Object.keys(ranges), 'destination', 'source', 'tcp_flags', 'fragment'])

/** Bytes. A rate below one full packet a second lets nothing useful through. */
const fullPacket = 1500

type Fields = Readonly<Record<string, unknown>>

/**
 * @param flowspec as it was sent: nothing is assumed of it
 * @param destination the prefix of the request
 * @throws AdvertisementRefused flowspec
 */
export function canonicalFlowSpec(flowspec: unknown, destination: IpPrefix): FlowSpec {
  const { match, action } = objectOf(flowspec, 'the rule')
  const read = objectOf(match, 'match')
  const unknown = Object.keys(read).find((name) => !fields.has(name))
  if (unknown !== undefined) throw invalid(`match has no field ${JSON.stringify(unknown.slice(0, 64))}`)
  const canonical = canonicalMatch(read, destination)
  checkProtocols(canonical, destination.family)
  return { match: canonical, action: canonicalAction(action) }
}

/** Whether all traffic to its destination is dropped, as a blackhole does. */
export function discardsAll({ match, action }: FlowSpec): boolean {
  const dropped = action.kind === 'discard' || (action.kind === 'rate' && action.bytes_per_second < fullPacket)
  return dropped && Object.keys(match).length === 1
}

function canonicalMatch(match: Fields, destination: IpPrefix): FlowSpecMatch {
  const own = prefixOf(match['destination'], 'destination')
  if (!equalPrefixes(own, destination)) {
    throw invalid(`its destination ${formatIpPrefix(own)} is not the prefix ${formatIpPrefix(destination)}`)
  }
  const source = match['source'] === undefined ? undefined : prefixOf(match['source'], 'source')
  if (source !== undefined && source.family !== destination.family) throw invalid('source and destination are of different IP versions')
  const known = {
    source: source === undefined || source.length === 0 ? undefined : formatIpPrefix(source),
    ...Object.fromEntries(Object.entries(lists).map(([name, most]) => [name, listOf(match[name], name, most)])),
    ...Object.fromEntries(Object.entries(ranges).map(([name, most]) => [name, rangesOf(match[name], name, most)])),
    tcp_flags: flagsOf(match['tcp_flags']),
    fragment: fragmentOf(match['fragment']),
  }
  const said = Object.entries(known).filter(([, value]) => value !== undefined)
  return { destination: formatIpPrefix(own), ...Object.fromEntries(said) }
}

/** Ports are those of TCP and UDP, flags those of TCP (RFC 8955 §4.2.2): another protocol beside them matches nothing. */
function checkProtocols(match: FlowSpecMatch, family: 4 | 6): void {
  const needs = [
    ...((match.source_port ?? match.destination_port) ? [{ name: 'a port', protocols: [6, 17] }] : []),
    ...(match.tcp_flags ? [{ name: 'tcp_flags', protocols: [6] }] : []),
    ...((match.icmp_type ?? match.icmp_code) ? [{ name: 'icmp_type or icmp_code', protocols: [family === 4 ? 1 : 58] }] : []),
  ]
  let possible: readonly number[] | undefined = match.protocol
  for (const { name, protocols } of needs) {
    const left: readonly number[] = possible?.filter((protocol) => protocols.includes(protocol)) ?? protocols
    if (left.length === 0) throw invalid(`no packet matches: ${name} needs protocol ${protocols.join(' or ')}`)
    possible = left
  }
}

function canonicalAction(action: unknown): FlowSpecAction {
  const { kind, bytes_per_second: rate, route_target: target } = objectOf(action, 'action')
  if (kind === 'discard') return { kind }
  if (kind === 'rate') return rateOf(rate)
  if (kind === 'redirect') return { kind, route_target: routeTarget(target) }
  throw invalid('its action is none of discard, rate and redirect')
}

function rateOf(rate: unknown): FlowSpecAction {
  // On the wire it is a float of 32 bits (RFC 8955 §7.1): what is kept is what is sent.
  const sent = typeof rate === 'number' ? Math.fround(rate) : Number.NaN
  if (!Number.isFinite(sent) || sent < 0) throw invalid('bytes_per_second is to be a number, 0 or more')
  return sent === 0 ? { kind: 'discard' } : { kind: 'rate', bytes_per_second: sent }
}

/** Two bytes of AS and four of number, or four and two (RFC 4360 §4, RFC 5668). */
function routeTarget(target: unknown): string {
  const [, as, number] = (typeof target === 'string' && /^([1-9]\d{0,9}):(0|[1-9]\d{0,9})$/.exec(target)) || []
  const [high, low] = [Number(as), Number(number)]
  if (high <= 65_535 ? low <= 4_294_967_295 : high <= 4_294_967_294 && low <= 65_535) return `${high}:${low}`
  throw invalid('route_target is to be AS:number, like 65000:100, with six bytes in all')
}

function prefixOf(text: unknown, name: string): IpPrefix {
  const parsed = typeof text === 'string' ? parseIpPrefix(text) : undefined
  if (parsed === undefined || parsed.hostBits) throw invalid(`${name} is to be a prefix without host bits, like 203.0.113.0/24`)
  return parsed.prefix
}

function listOf(values: unknown, name: string, most: number): readonly number[] | undefined {
  if (values === undefined) return undefined
  const found = new Set(arrayOf(values, name, most + 1).map((value) => integerOf(value, name, most)))
  if (matchesAll.has(name) && found.size === most + 1) return undefined
  if (found.size > maxValues) throw invalid(`${name} has more than ${maxValues} values`)
  return [...found].toSorted((one, other) => one - other)
}

function rangesOf(values: unknown, name: string, most: number): readonly NumberRange[] | undefined {
  if (values === undefined) return undefined
  const read = arrayOf(values, name, maxValues).map((value) => rangeOf(value, name, most))
  const merged: [number, number][] = []
  for (const [from, to] of read.toSorted((one, other) => one[0] - other[0])) {
    const last = merged.at(-1)
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to)
    else merged.push([from, to])
  }
  const [first] = merged
  if (matchesAll.has(name) && first?.[0] === 0 && first[1] === most) return undefined
  return merged
}

function rangeOf(value: unknown, name: string, most: number): NumberRange {
  if (!Array.isArray(value) || value.length !== 2) throw invalid(`${name} is to have ranges [from, to]`)
  const [from, to] = [integerOf(value[0], name, most), integerOf(value[1], name, most)]
  if (from > to) throw invalid(`${name} has a range that ends before it begins: ${from} to ${to}`)
  return [from, to]
}

function flagsOf(flags: unknown): FlowSpecMatch['tcp_flags'] {
  if (flags === undefined) return undefined
  const read = objectOf(flags, 'tcp_flags')
  const [set, unset] = [integerOf(read['set'], 'tcp_flags', 255), integerOf(read['unset'], 'tcp_flags', 255)]
  if ((set | unset) === 0) throw invalid('tcp_flags names no flag; leave it out')
  if ((set & unset) !== 0) throw invalid('tcp_flags wants a flag both set and unset')
  return { set, unset }
}

function fragmentOf(values: unknown): FlowSpecMatch['fragment'] {
  if (values === undefined) return undefined
  const read = arrayOf(values, 'fragment', fragments.length)
  const wrong = read.some((value) => !fragments.some((name) => name === value))
  if (wrong) throw invalid(`fragment is to be of ${fragments.join(', ')}`)
  // Any fragment is a first or a later one: two spellings of one rule would be one route.
  return read.includes('is') ? ['is'] : fragments.filter((name) => read.includes(name))
}

function integerOf(value: unknown, name: string, most: number): number {
  // The sum makes 0 of −0, which JSON can hold.
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most) return value + 0
  throw invalid(`${name} is to have whole numbers from 0 to ${most}`)
}

function arrayOf(value: unknown, name: string, most: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length === 0) throw invalid(`${name} is to be a list with a value; leave it out to match everything`)
  if (value.length > most) throw invalid(`${name} has more than ${most} values`)
  return value
}

function objectOf(value: unknown, name: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(`${name} is to be an object`)
  return { ...value }
}

const invalid = (why: string) => new AdvertisementRefused('flowspec', why)
