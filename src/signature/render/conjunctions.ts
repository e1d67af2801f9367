// A filter as conjunctions of single conditions, for formats that cannot nest: negations carried down, lists of the same
// field put together, what is contradictory taken out.
import { payloadProtocols } from '../../filter/byte-condition.ts'
import { normalSpans } from '../../filter/number-spans.ts'
import { numberFields, portProtocols, type NumberFieldName, type NumberSpan, type PacketFilter } from '../../contract/packet-filter.ts'

/** A condition on its own. */
export type Leaf = Exclude<PacketFilter, { readonly of: unknown }>

export interface Literal {
  readonly leaf: Leaf
  /** Then it is also true of a packet that lacks the header. */
  readonly negated: boolean
}

/** All of them have to hold. */
export type Conjunction = readonly Literal[]

/** More than what any of the formats would take as one signature. */
const conjunctionsAtMost = 64

/** Of which one has to hold. Null when they are more than 64. */
export function conjunctionsOf(filter: PacketFilter): readonly Conjunction[] | null {
  try {
    return disjunction(filter, false)
  } catch (error) {
    if (error instanceof TooMany) return null
    throw error
  }
}

class TooMany extends Error {}

export function filterOf(conjunctions: readonly Conjunction[]): PacketFilter {
  const parts = conjunctions.map((conjunction): PacketFilter => joined('all', conjunction.map(literalFilter)))
  return joined('any', parts)
}

function joined(kind: 'all' | 'any', of: readonly PacketFilter[]): PacketFilter {
  const [only] = of
  return of.length === 1 && only !== undefined ? only : { kind, of }
}

export function literalFilter({ leaf, negated }: Literal): PacketFilter {
  return negated ? { kind: 'not', of: leaf } : leaf
}

function disjunction(filter: PacketFilter, negated: boolean): readonly Conjunction[] {
  if (filter.kind === 'not') return disjunction(filter.of, !negated)
  if (!('of' in filter)) return leafConjunctions(filter, negated)
  const parts = filter.of.map((part) => disjunction(part, negated))
  return (filter.kind === 'all') === negated ? bounded(parts.flat()) : parts.reduce(both, [[]])
}

function bounded(list: readonly Conjunction[]): readonly Conjunction[] {
  if (list.length > conjunctionsAtMost) throw new TooMany()
  return list
}

function both(one: readonly Conjunction[], other: readonly Conjunction[]): readonly Conjunction[] {
  const all: Conjunction[] = []
  for (const left of one) {
    for (const right of other) {
      const merged = right.reduce<Conjunction | null>((known, literal) => (known === null ? null : withLiteral(known, literal)), left)
      if (merged !== null) all.push(merged)
      bounded(all)
    }
  }
  return all
}

/** Fields that every packet has: what is not one of their values is another. */
const alwaysThere: ReadonlySet<NumberFieldName> = new Set<NumberFieldName>(['version', 'length', 'ttl', 'dscp'])

/** Either end is one or the other; neither end is not one and not the other. */
function leafConjunctions(leaf: Leaf, negated: boolean): readonly Conjunction[] {
  if ((leaf.kind === 'port' || leaf.kind === 'address') && leaf.side === 'either') {
    const ends = (['source', 'destination'] as const).map((side): Literal => ({ leaf: { ...leaf, side }, negated }))
    return negated ? [ends] : ends.map((end) => [end])
  }
  if (!negated || leaf.kind !== 'number' || !alwaysThere.has(leaf.field)) return [[{ leaf, negated }]]
  const { least, most } = numberFields[leaf.field]
  const spans = withoutSpans(leaf.spans, least, most)
  return spans.length === 0 ? [] : [[{ leaf: { ...leaf, spans }, negated: false }]]
}

function withoutSpans(spans: readonly NumberSpan[], least: number, most: number): NumberSpan[] {
  const gaps: NumberSpan[] = []
  let next = least
  for (const [from, to] of normalSpans(spans)) {
    if (from > next) gaps.push([next, from - 1])
    next = to + 1
  }
  if (next <= most) gaps.push([next, most])
  return gaps
}

/** Null when the two contradict each other. */
function withLiteral(known: Conjunction, added: Literal): Conjunction | null {
  const at = known.findIndex((literal) => isOfSameField(literal, added))
  const before = known[at]
  if (before === undefined) return [...known, added]
  const merged = intersection(before.leaf, added.leaf)
  return merged === null ? null : known.with(at, { leaf: merged, negated: false })
}

function isOfSameField(one: Literal, other: Literal): boolean {
  if (one.negated || other.negated) return false
  if (one.leaf.kind === 'number' && other.leaf.kind === 'number') return one.leaf.field === other.leaf.field
  if (one.leaf.kind === 'port' && other.leaf.kind === 'port') return one.leaf.side === other.leaf.side
  return one.leaf.kind === 'tcp_flags' && other.leaf.kind === 'tcp_flags'
}

function intersection(one: Leaf, other: Leaf): Leaf | null {
  if (one.kind === 'tcp_flags' && other.kind === 'tcp_flags') {
    const [set, unset] = [one.set | other.set, one.unset | other.unset]
    return (set & unset) === 0 ? { kind: 'tcp_flags', set, unset } : null
  }
  // isOfSameField() has seen that both are of one kind, which has spans.
  if (!('spans' in one) || !('spans' in other)) return null
  const spans = commonSpans(one.spans, other.spans)
  return spans.length === 0 ? null : { ...one, spans }
}

export function commonSpans(one: readonly NumberSpan[], other: readonly NumberSpan[]): NumberSpan[] {
  const common = one.flatMap(([from, to]) =>
    other.map(([start, end]): NumberSpan => [Math.max(from, start), Math.min(to, end)]).filter(([start, end]) => start <= end),
  )
  return normalSpans(common)
}

/** Values of the positive condition on a number field; null when there is none. */
export function spansOf(conjunction: Conjunction, field: NumberFieldName): readonly NumberSpan[] | null {
  for (const { leaf, negated } of conjunction)
    if (!negated && leaf.kind === 'number' && leaf.field === field) return normalSpans(leaf.spans)
  return null
}

/** IP protocols that its packets can have, by what is asked of them; null when it can be any or very many. */
export function protocolsOf(conjunction: Conjunction): readonly number[] | null {
  let possible: readonly number[] | null = null
  for (const literal of conjunction) {
    const needed = protocolsOfLiteral(literal)
    if (needed !== null) possible = possible === null ? needed : possible.filter((number) => needed.includes(number))
  }
  return possible
}

/** Values that are told one by one. */
const protocolsAtMost = 32

function protocolsOfLiteral({ leaf, negated }: Literal): readonly number[] | null {
  if (negated) return null
  if (leaf.kind === 'port') return portProtocols
  if (leaf.kind === 'tcp_flags') return [6]
  if (leaf.kind === 'bytes') return leaf.base === 'payload' ? payloadProtocols : null
  if (leaf.kind !== 'number') return null
  if (leaf.field === 'window' || leaf.field === 'tcp_header') return [6]
  if (leaf.field === 'udp_length') return [17]
  if (leaf.field === 'icmp_type' || leaf.field === 'icmp_code') return [1, 58]
  return leaf.field === 'protocol' ? valuesOf(leaf.spans, protocolsAtMost) : null
}

/** The numbers one by one; null when they are more than `most`. */
export function valuesOf(spans: readonly NumberSpan[], most: number): number[] | null {
  const normal = normalSpans(spans)
  if (normal.reduce((sum, [from, to]) => sum + to - from + 1, 0) > most) return null
  return normal.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, index) => from + index))
}

/** The IP version that it asks for, by itself or by its source addresses; null for both. */
export function versionOf(conjunction: Conjunction): 4 | 6 | null {
  const spans = spansOf(conjunction, 'version')
  const asked = spans?.length === 1 && spans[0]?.[0] === spans[0]?.[1] ? spans[0]?.[0] : undefined
  if (asked === 4 || asked === 6) return asked
  if ((spansOf(conjunction, 'ip_id') ?? spansOf(conjunction, 'dont_fragment')) !== null) return 4
  for (const { leaf, negated } of conjunction) {
    if (negated || leaf.kind !== 'address') continue
    const six = leaf.prefixes.filter((prefix) => prefix.includes(':')).length
    if (six === 0 || six === leaf.prefixes.length) return six === 0 ? 4 : 6
  }
  return null
}
