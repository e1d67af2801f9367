// How Wireshark names what IP headers say: protocol, fragments, values of fields. `#1` is the first header of a kind.
import type { NumberSpan } from '../contract/packet-filter.ts'
import { allTerms, anyTerm, type FilterTerm } from './filter-terms.ts'
import { passedHeaders } from './ip-headers.ts'

/** Whether the value of a field is in one of the ranges. `most`: its highest value. */
export function valuesTerm(field: string, spans: readonly NumberSpan[], most: number): FilterTerm {
  const [[from, to] = [1, 0]] = spans
  if (spans.length === 0) return false
  if (spans.length > 1) return `${field} in {${spans.map(([first, last]) => (first === last ? first : `${first}..${last}`)).join(', ')}}`
  if (from === to) return `${field} == ${from}`
  if (from === 0) return to >= most ? field : `${field} <= ${to}`
  return to >= most ? `${field} >= ${from}` : `${field} in {${from}..${to}}`
}

const passed = Object.values(passedHeaders).toSorted((one, other) => one - other)
const chainFields = ['ipv6.hopopts.nxt#1', 'ipv6.routing.nxt#1', 'ipv6.dstopts.nxt', 'ipv6.fraghdr.nxt#1']

/**
 * Of IPv6 the protocol is the one next header that is none of the passed ones. Where a tunnel carries IPv6 in IPv6 and both
 * have extension headers, those of the inner one count too.
 */
export function protocolTerm(spans: readonly NumberSpan[], version: 4 | 6): FilterTerm {
  if (version === 4) return valuesTerm('ip.proto#1', spans, 255)
  const own = spans.flatMap((span) => withoutPassed(span))
  const chain = anyTerm(...chainFields.map((field) => valuesTerm(field, own, 256)))
  const isChain = valuesTerm(
    'ipv6.nxt#1',
    passed.map((number) => [number, number]),
    255,
  )
  return anyTerm(valuesTerm('ipv6.nxt#1', own, 256), allTerms(isChain, chain))
}

function withoutPassed([from, to]: NumberSpan): NumberSpan[] {
  const cuts = [from - 1, ...passed.filter((number) => number >= from && number <= to), to + 1]
  return cuts.slice(1).flatMap((cut, index): NumberSpan[] => {
    const start = (cuts[index] ?? 0) + 1
    return start < cut ? [[start, cut - 1]] : []
  })
}

const fragmentHeader = 'frame.protocols matches r"^((?!\\bip(v6)?\\b).)*\\bipv6(:ipv6\\.[\\w.]+)*:ipv6\\.fraghdr\\b"'

export function fragmentTerm(part: 'any' | 'first' | 'later', version: 4 | 6): FilterTerm {
  const [offset, more] = version === 4 ? ['ip.frag_offset#1', 'ip.flags.mf#1'] : ['ipv6.fraghdr.offset#1', 'ipv6.fraghdr.more#1']
  const there = version === 4 || fragmentHeader
  if (part === 'later') return allTerms(there, `${offset} > 0`)
  if (part === 'first') return allTerms(there, `${offset} == 0`, `${more} == 1`)
  return allTerms(there, anyTerm(`${offset} > 0`, `${more} == 1`))
}
