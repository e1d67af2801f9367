// How nftables tells whole packets and fragments apart.
import { fragmentKind } from './header-fields.ts'
import { match, type Match } from './nft-match.ts'
import type { ValueSet } from './value-set.ts'

/**
 * Matches for packets of these kinds: lists of which one has to hold, with all its matches. No list: no packet.
 * @param kinds values of `fragmentKind`
 */
export function fragmentMatches(kinds: ValueSet, version: 4 | 6): readonly (readonly Match[])[] {
  const has = (kind: number) => kinds.some(([from, to]) => kind >= from && kind <= to)
  const { none, wholeWithHeader, first, later } = fragmentKind
  if (version === 4) return matches4(has(none), has(first), has(later))
  const headers = [has(wholeWithHeader), has(first), has(later)] as const
  if (headers.every(Boolean)) return has(none) ? [[]] : [[header6(true)]]
  return [...(has(none) ? [[header6(false)]] : []), ...matches6(...headers)]
}

/** Offset and flag without don't fragment: 0 is a whole packet, 0x2000 the first part. */
function matches4(none: boolean, first: boolean, later: boolean): Match[][] {
  const left = { '&': [{ payload: { protocol: 'ip', field: 'frag-off' } }, 0x3fff] }
  const items = [...(none ? [0] : []), ...(first ? [0x2000] : []), ...(later ? [{ range: [1, 0x1fff] }, { range: [0x2001, 0x3fff] }] : [])]
  if (items.length === 0) return []
  if (none && first && later) return [[]]
  const texts = [...(none ? ['0'] : []), ...(first ? ['8192'] : []), ...(later ? ['1-8191', '8193-16383'] : [])]
  const text = texts.length === 1 ? texts.join('') : `{ ${texts.join(', ')} }`
  return [[match(left, items.length === 1 ? items[0] : { set: items }, `ip frag-off & 0x3fff == ${text}`)]]
}

const header6 = (there: boolean) => match({ exthdr: { name: 'frag' } }, there, `exthdr frag ${there ? 'exists' : 'missing'}`)
const more6 = (value: 0 | 1) => match({ exthdr: { name: 'frag', field: 'more-fragments' } }, value, `frag more-fragments ${value}`)
const offset6 = { exthdr: { name: 'frag', field: 'frag-off' } }

/** By the fragment header, where not all that have one are meant. */
function matches6(whole: boolean, first: boolean, later: boolean): Match[][] {
  const start = match(offset6, 0, 'frag frag-off 0')
  const atStart = whole && first ? [[start]] : whole ? [[start, more6(0)]] : first ? [[start, more6(1)]] : []
  return later ? [...atStart, [match(offset6, { range: [1, 0x1fff] }, 'frag frag-off 1-8191')]] : atStart
}
