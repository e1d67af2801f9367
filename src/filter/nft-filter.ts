// A packet filter as match statements of nftables: JSON for `nft -j`, made of numbers, and text for people.
import { formatIpAddress } from '../base/ip-prefix.ts'
import type { PacketFilter } from '../contract/packet-filter.ts'
import { tooComplex, type Alternative } from './alternatives.ts'
import { byteField } from './byte-fields.ts'
import { filterAlternatives, type FilterFieldName } from './filter-alternatives.ts'
import { headerFields, isHeaderField, type HeaderFieldName, type NftStatement } from './header-fields.ts'
import { byteMatch } from './nft-bytes.ts'
import { fragmentMatches } from './nft-fragments.ts'
import { match, type Match } from './nft-match.ts'
import { flagMask } from './tcp-flag-values.ts'
import { complement, type ValueRange, type ValueSet } from './value-set.ts'

export type { NftStatement } from './header-fields.ts'

export type NftFamily = 'inet' | 'netdev'

/** Rules that one filter may become. */
const rulesAtMost = 64

/**
 * Rules that together match exactly the IP packets of the filter. Each is a list of match statements that all have to
 * hold, to be followed by the same verdict, `goto`, so that a packet counts once. No rule: nothing matches.
 *
 * Fragments are seen as they are only where the kernel has not put them together yet. Where connection tracking is in use
 * it does so at priority −400 of prerouting and output (tried on Linux 6.18: at −450 a ping of 4000 bytes is three packets,
 * at −300 one, of IPv4 and IPv6).
 *
 * A condition on bytes asks for the inner header of the kernel where it is about a payload: Linux 5.16, nft 1.0.1. At the hook
 * ingress the padding of a short Ethernet frame counts as bytes of its packet.
 *
 * Not caught: IPv6 packets whose chain of extension headers is broken off, by anything that names a protocol or a header
 * behind the chain; and those that end within the transport header behind an extension header, by a negation.
 * @param filter null for every packet
 * @throws FilterError when it takes more than 64 rules
 */
export function nftAlternatives(filter: PacketFilter | null, family: NftFamily): readonly (readonly NftStatement[])[] {
  return rulesOf(filter, family).map((rule) => rule.map(({ json }) => json))
}

/** The same rules in nft's own syntax, for people to read: `ip saddr 203.0.113.7 meta l4proto 17 goto capture`. */
export function nftText(filter: PacketFilter | null, family: NftFamily = 'inet'): readonly string[] {
  return rulesOf(filter, family).map((rule) => [...rule.map(({ text }) => text), 'goto capture'].join(' '))
}

function rulesOf(filter: PacketFilter | null, family: NftFamily): readonly (readonly Match[])[] {
  const found = filter === null ? [new Map<FilterFieldName, ValueSet>()] : filterAlternatives(filter)
  const rules = found.flatMap((alternative) => rulesOfOne(alternative, family))
  if (rules.length > rulesAtMost) throw tooComplex()
  return rules
}

/** One rule, but for what tells fragments apart: that is different in the two versions. */
function rulesOfOne(alternative: Alternative<FilterFieldName>, family: NftFamily): Match[][] {
  const version = versionOf(alternative)
  const kinds = alternative.get('fragment')
  if (kinds === undefined) return [ruleOf(alternative, versionMatch(version, family), [])]
  const versions = version === undefined ? ([4, 6] as const) : [version]
  return versions.flatMap((each) => fragmentMatches(kinds, each).map((matches) => ruleOf(alternative, versionMatch(each, family), matches)))
}

function versionOf(alternative: Alternative<FilterFieldName>): 4 | 6 | undefined {
  const version = alternative.get('version')?.[0]?.[0]
  return version === undefined ? undefined : version === 4n ? 4 : 6
}

function ruleOf(alternative: Alternative<FilterFieldName>, version: Match | undefined, fragment: readonly Match[]): Match[] {
  const rule = protocolLast([...alternative.keys()]).flatMap((name) => {
    const values = alternative.get(name) ?? []
    if (name === 'version') return []
    if (name === 'fragment') return fragment
    return [isHeaderField(name) ? fieldMatch(name, values) : byteMatch(byteField(name), values)]
  })
  return version === undefined ? rule : [version, ...rule]
}

/**
 * Listing a rule, nft 1.0.6 aborts at bytes with a mask behind a protocol that carries packets (4, 41, 47), with a failed
 * assertion, and then lists nothing of any table. It does not where the bytes stand before the protocol.
 */
function protocolLast(names: readonly FilterFieldName[]): readonly FilterFieldName[] {
  const hasMask = names.some((name) => !isHeaderField(name) && byteField(name).mask !== null)
  return hasMask ? names.toSorted((one, other) => Number(one === 'protocol') - Number(other === 'protocol')) : names
}

/** The family inet has nothing but IP; a network interface has ARP too. */
function versionMatch(version: 4 | 6 | undefined, family: NftFamily): Match | undefined {
  if (family === 'inet') {
    if (version === undefined) return undefined
    return match({ meta: { key: 'nfproto' } }, `ipv${version}`, `meta nfproto ipv${version}`)
  }
  const left = { meta: { key: 'protocol' } }
  if (version === undefined) return match(left, { set: ['ip', 'ip6'] }, 'meta protocol { ip, ip6 }')
  const name = version === 4 ? 'ip' : 'ip6'
  return match(left, name, `meta protocol ${name}`)
}

function fieldMatch(name: HeaderFieldName, values: ValueSet): Match {
  const { expression, text, most } = headerFields[name]
  if (name === 'payload4') return shorterThan(Number(values[0]?.[1] ?? 0n) + 1)
  if (name === 'dontFragment4') return flagOf4(values)
  if (expression === null) throw new Error(`${name} has no match`)
  if (name === 'tcpFlags') {
    const mask = maskMatch(values)
    if (mask !== undefined) return mask
  }
  const others = complement(values, most)
  // Two comparisons `!=` with values of neighbouring fields, as of both ports, nft 1.0.6 makes into one that is true already
  // when one of the two differs. Sets it leaves alone, and what is no payload.
  const isNegated = others.length > (name === 'protocol' ? 0 : 1) && others.length < values.length
  const items = (isNegated ? others : values).map((range) => itemOf(name, range))
  const [only] = items
  const right = items.length === 1 ? only?.json : { set: items.map(({ json }) => json) }
  const listed = items.length === 1 ? (only?.text ?? '') : `{ ${items.map((item) => item.text).join(', ')} }`
  return match(expression, right, `${text} ${isNegated ? '!= ' : ''}${listed}`, isNegated ? '!=' : '==')
}

/** A value, a prefix or a range of a set. */
function itemOf(name: HeaderFieldName, [from, to]: ValueRange): { readonly json: unknown; readonly text: string } {
  const bytes = /^(source|destination)4$/.test(name) ? 4 : /^(source|destination)6$/.test(name) ? 16 : 0
  const value = (number: bigint) => (bytes === 0 ? Number(number) : addressText(number, bytes))
  if (from === to) return { json: value(from), text: String(value(from)) }
  const bits = bytes === 0 ? undefined : prefixBits(from, to)
  if (bits !== undefined) {
    const len = bytes * 8 - bits
    return { json: { prefix: { addr: value(from), len } }, text: `${value(from)}/${len}` }
  }
  return { json: { range: [value(from), value(to)] }, text: `${value(from)}-${value(to)}` }
}

/** Host bits of the prefix that the range is; undefined when it is none. */
function prefixBits(from: bigint, to: bigint): number | undefined {
  const bits = (to - from).toString(2).length
  const mask = (1n << BigInt(bits)) - 1n
  return to - from === mask && (from & mask) === 0n ? bits : undefined
}

function addressText(value: bigint, bytes: number): string {
  return formatIpAddress(Uint8Array.from({ length: bytes }, (_, index) => Number((value >> BigInt((bytes - 1 - index) * 8)) & 0xffn)))
}

/** Don't fragment, the second bit beside the fragment offset. */
function flagOf4(values: ValueSet): Match {
  const wanted = Number(values[0]?.[0] ?? 0n) * 0x4000
  return match({ '&': [{ payload: { protocol: 'ip', field: 'frag-off' } }, 0x4000] }, wanted, `ip frag-off & 0x4000 == ${wanted}`)
}

function maskMatch(values: ValueSet): Match | undefined {
  const direct = flagMask(values)
  const found = direct ?? flagMask(complement(values, 255n))
  if (found === undefined || found.mask === 0) return undefined
  const { expression, text } = headerFields.tcpFlags
  const op = direct === undefined ? '!=' : '=='
  return match({ '&': [expression, found.mask] }, found.expected, `${text} & ${found.mask} ${op} ${found.expected}`, op)
}

/** Fewer bytes than that behind the IPv4 header: by each length that the header can have, 5 to 15 words. */
function shorterThan(bytes: number): Match {
  const words = Array.from({ length: 11 }, (_, index) => index + 5)
  const left = { concat: [{ payload: { protocol: 'ip', field: 'hdrlength' } }, { payload: { protocol: 'ip', field: 'length' } }] }
  const set = words.map((count) => ({ concat: [count, { range: [0, count * 4 + bytes - 1] }] }))
  const text = words.map((count) => `${count} . 0-${count * 4 + bytes - 1}`).join(', ')
  return match(left, { set }, `ip hdrlength . ip length { ${text} }`)
}
