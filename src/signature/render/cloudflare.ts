// A signature as an expression of the Cloudflare Network Firewall: fields and the function bit_slice as documented at
// developers.cloudflare.com, "Network Firewall fields" and "Functions" of the Rules language.
import { numberFields, type NumberFieldName, type NumberSpan, type PacketFilter } from '../../contract/packet-filter.ts'
import { normalSpans } from '../../filter/number-spans.ts'
import { protocolsOf, spansOf, versionOf, type Conjunction, type Literal } from './conjunctions.ts'
import { nothing, tooMany, type Rendered } from './rendered.ts'
import { widened, type Ability, type Refusal } from './widening.ts'

/** Values of `ip.proto` that the documentation names. */
const protocolNames: Readonly<Record<number, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp' }

/** One slice, and how far one may reach. */
const sliceBits = 32
const bitsAtMost = 2040

const notes = [
  'Paste it as the expression of a custom rule; begin with the action log.',
  'The text follows the documented fields. It was not run there.',
]
const advancedNote = 'The function bit_slice and the raw fields ip, tcp, udp are of the advanced plan.'

const no = 'the language has no field for it'
const negated = 'what a negation means without the header is not documented'
const protocolFirst = 'a field of it exists for each protocol only; ask for one of tcp, udp and icmp beside it'

function refuses({ leaf, negated: isNegated }: Literal, conjunction: Conjunction): Refusal {
  if (leaf.kind === 'address') return null
  if (isNegated) return negated
  const protocols = protocolsOf(conjunction)
  if (leaf.kind === 'port') return protocols?.every((number) => number === 6 || number === 17) ? null : protocolFirst
  if (leaf.kind === 'tcp_flags') return null
  if (leaf.kind === 'fragment') return versionOf(conjunction) === 4 ? null : 'fragments can be told of IPv4 only; ask for ip4 beside it'
  if (leaf.kind === 'bytes') return rawPlace(leaf.base, conjunction) === null ? protocolFirst : fits(leaf, conjunction)
  return numberRefusal(leaf.field, leaf.spans, conjunction)
}

function numberRefusal(field: NumberFieldName, spans: readonly NumberSpan[], conjunction: Conjunction): Refusal {
  if (field === 'protocol') {
    const isNamed = normalSpans(spans).every(([from, to]) => from === to && protocolNames[from] !== undefined)
    return isNamed ? null : 'the documentation names no protocols but tcp, udp and icmp'
  }
  if (field === 'icmp_type' || field === 'icmp_code')
    return protocolsOf(conjunction)?.every((number) => number === 1) ? null : protocolFirst
  if (field === 'dscp') return versionOf(conjunction) === null ? 'it stands elsewhere in IPv4 and IPv6; ask for ip4 or ip6 beside it' : null
  return null
}

/** Where the bytes are counted from: a raw field and bits in front of them. */
function rawPlace(base: 'transport' | 'payload', conjunction: Conjunction): { readonly field: string; readonly bits: number } | null {
  const [protocol, other] = protocolsOf(conjunction) ?? []
  const field = protocol === undefined || other !== undefined ? undefined : protocolNames[protocol]
  if (field === undefined) return null
  if (base === 'transport') return { field, bits: 0 }
  if (field === 'udp') return { field, bits: 64 }
  const [[from, to] = [0, -1]] = spansOf(conjunction, 'tcp_header') ?? []
  return field === 'tcp' && from === to ? { field, bits: from * 32 } : null
}

function fits({ base, offset, value }: Extract<PacketFilter, { kind: 'bytes' }>, conjunction: Conjunction): Refusal {
  const end = (rawPlace(base, conjunction)?.bits ?? 0) + offset * 8 + value.length * 4
  return end <= bitsAtMost ? null : no
}

export const cloudflareAbility: Ability = { refuses }

export function cloudflareRendering(filter: PacketFilter): Rendered {
  const found = widened(filter, cloudflareAbility)
  if (found === null) return tooMany
  if (found.conjunctions.length === 0) return nothing('No packet matches the filter.')
  if (found.conjunctions.some((conjunction) => conjunction.length === 0)) {
    return nothing(['There is nothing in it that the language can say.', ...found.notes].join(' '))
  }
  // Several conditions may name the same protocol beside what they ask for.
  const terms = found.conjunctions.map((conjunction) => [...new Set(conjunction.flatMap((literal) => termsOf(literal, conjunction)))])
  const text = terms.length === 1 ? (terms[0] ?? []).join(' and ') : terms.map((list) => `(${list.join(' and ')})`).join(' or ')
  const advanced = text.includes('bit_slice') ? [advancedNote] : []
  return { text, exact: found.notes.length === 0, notes: [...found.notes, ...notes, ...advanced] }
}

/** In the order of the bits, from the lowest. */
const flagFields = ['fin', 'syn', 'reset', 'push', 'ack', 'urg', 'ecn', 'cwr'] as const
/** Of the lowest flag, from the beginning of the TCP header. */
const lowestFlagBit = 111

/** What is asked of one condition; refuses() has seen that it can be said. */
function termsOf({ leaf, negated: isNegated }: Literal, conjunction: Conjunction): readonly string[] {
  if (leaf.kind === 'address') {
    const text = `ip.${leaf.side === 'source' ? 'src' : 'dst'} in {${leaf.prefixes.join(' ')}}`
    return [isNegated ? `not ${text}` : text]
  }
  if (leaf.kind === 'port') return [portTerm(leaf, conjunction)]
  if (leaf.kind === 'tcp_flags') return flagTerms(leaf.set, leaf.unset)
  if (leaf.kind === 'fragment') return fragmentTerms[leaf.part]
  if (leaf.kind === 'bytes') return bytesTerms(leaf, conjunction)
  return numberTerms(leaf.field, normalSpans(leaf.spans), versionOf(conjunction))
}

function portTerm({ side, spans }: Extract<PacketFilter, { kind: 'port' }>, conjunction: Conjunction): string {
  const name = side === 'source' ? 'srcport' : 'dstport'
  const terms = (protocolsOf(conjunction) ?? []).map((number) => listTerm(`${protocolNames[number]}.${name}`, normalSpans(spans), 65_535))
  return either(terms)
}

const either = (terms: readonly string[]) => (terms.length === 1 ? (terms[0] ?? '') : `(${terms.join(' or ')})`)

/** A flag that is not there is also not there where there is no TCP header: one that has to be tells that there is one. */
function flagTerms(set: number, unset: number): readonly string[] {
  const asked = flagFields.map((name, index) => ({ name, bit: lowestFlagBit - index, mask: 1 << index }))
  const on = asked.filter(({ mask }) => (set & mask) !== 0).map(({ name }) => `tcp.flags.${name}`)
  const off = asked.filter(({ mask }) => (unset & mask) !== 0)
  const isThere = [
    ...on,
    ...off.map(({ name, bit }) => (on.length === 0 ? `bit_slice(tcp, ${bit}, ${bit + 1}) eq 0` : `not tcp.flags.${name}`)),
  ]
  return ['ip.proto eq "tcp"', ...(isThere.length === 0 ? ['bit_slice(tcp, 104, 112) ge 0'] : isThere)]
}

/** IPv4: more fragments is bit 50, the offset bits 51 to 63 (RFC 791 §3.1). */
const fragmentTerms = {
  any: ['bit_slice(ip, 50, 64) ne 0'],
  first: ['bit_slice(ip, 50, 51) eq 1', 'bit_slice(ip, 51, 64) eq 0'],
  later: ['bit_slice(ip, 51, 64) ne 0'],
} as const

const plainFields: Partial<Record<NumberFieldName, string>> = {
  length: 'ip.len',
  ttl: 'ip.ttl',
  icmp_type: 'icmp.type',
  icmp_code: 'icmp.code',
}
/** Bits of a header, with what tells that it is there. */
const slices: Partial<Record<NumberFieldName, { readonly guard: readonly string[]; readonly slice: string }>> = {
  version: { guard: [], slice: 'bit_slice(ip, 0, 4)' },
  window: { guard: ['ip.proto eq "tcp"'], slice: 'bit_slice(tcp, 112, 128)' },
  tcp_header: { guard: ['ip.proto eq "tcp"'], slice: 'bit_slice(tcp, 96, 100)' },
  udp_length: { guard: ['ip.proto eq "udp"'], slice: 'bit_slice(udp, 32, 48)' },
  ip_id: { guard: ['bit_slice(ip, 0, 4) eq 4'], slice: 'bit_slice(ip, 32, 48)' },
  dont_fragment: { guard: ['bit_slice(ip, 0, 4) eq 4'], slice: 'bit_slice(ip, 49, 50)' },
}

function numberTerms(field: NumberFieldName, spans: readonly NumberSpan[], version: 4 | 6 | null): readonly string[] {
  const { most } = numberFields[field]
  if (field === 'protocol') {
    const names = spans.map(([value]) => `"${protocolNames[value]}"`)
    return [names.length === 1 ? `ip.proto eq ${names.join('')}` : `ip.proto in {${names.join(' ')}}`]
  }
  const plain = plainFields[field]
  if (plain !== undefined) return [listTerm(plain, spans, most)]
  const { guard, slice } = slices[field] ?? {
    guard: [`bit_slice(ip, 0, 4) eq ${version}`],
    slice: version === 4 ? 'bit_slice(ip, 8, 14)' : 'bit_slice(ip, 4, 10)',
  }
  return [...guard, either(spans.map((span) => compared(slice, span, most)))]
}

function listTerm(field: string, spans: readonly NumberSpan[], most: number): string {
  const [only] = spans
  if (spans.length === 1 && only !== undefined) return compared(field, only, most)
  return `${field} in {${spans.map(([from, to]) => (from === to ? String(from) : `${from}..${to}`)).join(' ')}}`
}

function compared(field: string, [from, to]: NumberSpan, most: number): string {
  if (from === to) return `${field} eq ${from}`
  if (to >= most) return `${field} ge ${from}`
  return from === 0 ? `${field} le ${to}` : `${field} ge ${from} and ${field} le ${to}`
}

/** A slice for each run of bits that count, of 32 bits at most. */
function bytesTerms({ base, offset, value, mask }: Extract<PacketFilter, { kind: 'bytes' }>, conjunction: Conjunction): readonly string[] {
  const place = rawPlace(base, conjunction)
  if (place === null) throw new Error('bytes without a protocol were let through')
  const bits = binary(mask ?? 'f'.repeat(value.length))
  const wanted = binary(value)
  const start = place.bits + offset * 8
  const runs = [...bits.matchAll(new RegExp(`1{1,${sliceBits}}`, 'g'))].map(({ index, 0: run }) => {
    const number = Number.parseInt(wanted.slice(index, index + run.length), 2)
    return `bit_slice(${place.field}, ${start + index}, ${start + index + run.length}) eq ${number}`
  })
  return [`ip.proto eq "${place.field}"`, ...runs]
}

const binary = (hex: string) => hex.replaceAll(/./g, (digit) => Number.parseInt(digit, 16).toString(2).padStart(4, '0'))
