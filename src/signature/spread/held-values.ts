// Which values of a field a signature asks for.
import type { Conjunction, Leaf } from '../render/conjunctions.ts'
import { spansOf } from '../render/conjunctions.ts'
import type { NumberFieldName, NumberSpan } from '../../contract/packet-filter.ts'
import type { SpreadFieldName } from './side-fields.ts'

/** Whether it asks for a value of a range. */
export type HeldTest = (from: number, to: number) => boolean

const numberOf: Partial<Record<SpreadFieldName, NumberFieldName>> = {
  protocol: 'protocol',
  length: 'length',
  ttl: 'ttl',
  tcp_window: 'window',
  tcp_header: 'tcp_header',
  ip_id: 'ip_id',
  dont_fragment: 'dont_fragment',
  icmp_type: 'icmp_type',
  udp_length: 'udp_length',
}

export function heldValues(name: SpreadFieldName, conjunctions: readonly Conjunction[]): HeldTest {
  const tests = conjunctions.flatMap((conjunction) => {
    const field = numberOf[name]
    if (field !== undefined) {
      const spans = spansOf(conjunction, field)
      return spans === null ? [] : [within(spans)]
    }
    return positive(conjunction).flatMap((leaf) => leafTest(name, leaf) ?? [])
  })
  return (from, to) => tests.some((test) => test(from, to))
}

/** @param offset of the four bytes, from the payload's beginning; null for the first TCP options */
export function heldWords(offset: number | null, conjunctions: readonly Conjunction[]): HeldTest {
  const tests = conjunctions.flatMap((conjunction) => {
    const conditions = positive(conjunction).flatMap((leaf) => wordTest(offset, leaf) ?? [])
    return conditions.length === 0 ? [] : [(value: number) => conditions.every((test) => test(value))]
  })
  return (value) => tests.some((test) => test(value))
}

/** Where in the payload the signature looks, in words of four bytes. */
export function askedWords(conjunctions: readonly Conjunction[]): number[] {
  const words = conjunctions.flatMap(positive).flatMap((leaf) => {
    if (leaf.kind !== 'bytes' || leaf.base !== 'payload') return []
    const [first, last] = [leaf.offset >> 2, (leaf.offset + leaf.value.length / 2 - 1) >> 2]
    return Array.from({ length: last - first + 1 }, (_, index) => first + index)
  })
  return [...new Set(words)].toSorted((one, other) => one - other)
}

const positive = (conjunction: Conjunction): Leaf[] => conjunction.flatMap(({ leaf, negated }) => (negated ? [] : [leaf]))

const within =
  (spans: readonly NumberSpan[]): HeldTest =>
  (from, to) =>
    spans.some(([start, end]) => start <= to && end >= from)

const fragmentValues = { any: [[1, 2]], first: [[1, 1]], later: [[2, 2]] } as const

function leafTest(name: SpreadFieldName, leaf: Leaf): HeldTest | null {
  if (leaf.kind === 'port' && name === `${leaf.side}_port`) return within(leaf.spans)
  if (leaf.kind === 'tcp_flags' && name === 'tcp_flags') return (value) => (value & leaf.set) === leaf.set && (value & leaf.unset) === 0
  if (leaf.kind === 'fragment' && name === 'fragment') return within(fragmentValues[leaf.part])
  if (leaf.kind === 'address' && leaf.side === 'source' && name === 'source_8') return within(leaf.prefixes.flatMap(firstBytes))
  return null
}

function firstBytes(prefix: string): NumberSpan[] {
  if (prefix.includes(':')) return []
  const first = Number(prefix.split('.')[0])
  const length = Number(prefix.split('/')[1] ?? 32)
  return [[first, first + (length >= 8 ? 1 : 2 ** (8 - length)) - 1]]
}

/** Whether four bytes have what the condition asks of those of them that it looks at; null when of none. */
function wordTest(offset: number | null, leaf: Leaf): ((value: number) => boolean) | null {
  if (leaf.kind !== 'bytes' || leaf.base !== (offset === null ? 'transport' : 'payload')) return null
  const start = offset ?? 20
  let [mask, wanted, any] = [0, 0, false]
  for (let index = 0; index < 4; index++) {
    const at = (start + index - leaf.offset) * 2
    if (at < 0 || at >= leaf.value.length) continue
    any = true
    const bits = leaf.mask === null ? 0xff : Number.parseInt(leaf.mask.slice(at, at + 2), 16)
    mask |= bits << (24 - index * 8)
    wanted |= Number.parseInt(leaf.value.slice(at, at + 2), 16) << (24 - index * 8)
  }
  return any ? (value) => (value & mask) === wanted : null
}
