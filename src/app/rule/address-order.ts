// The order of addresses, and which prefix holds which.
import type { AddressRange } from '../../enrich/address-text.ts'

/** Of two addresses in words: below 0 where the first comes first, 0 for the same. */
export function compareWords(one: Uint32Array, other: Uint32Array): number {
  const word = one.findIndex((value, index) => value !== other[index])
  return word === -1 ? 0 : (one[word] ?? 0) - (other[word] ?? 0)
}

/** Whether all addresses of `inner` are in `outer`. */
export function contains(outer: AddressRange, inner: AddressRange): boolean {
  return compareWords(outer.start, inner.start) <= 0 && compareWords(inner.end, outer.end) <= 0
}
