// Checks the prefixes of a rule. They are kept as they were written: order, spelling, host bits.
import { parsePrefix } from '../../enrich/address-text.ts'

/** What is wrong with a prefix, to be read after its name; undefined for one that a rule can have. */
export function prefixObjection(text: string): string | undefined {
  const range = text === text.trim() ? parsePrefix(text) : undefined
  if (!range) return `${JSON.stringify(text.slice(0, 64))} is not a prefix like 203.0.113.0/24, 2001:db8::/32 or a single address`
  const { start, end } = range
  if (isWholeIpv4(start, end) || isWholeIpv6(start, end)) return `${text} is a default route; name the prefixes that are to be watched`
  return undefined
}

// IPv4 is ::ffff:0:0/96 in words, however it was written.
function isWholeIpv4(start: Uint32Array, end: Uint32Array): boolean {
  return start[2] === 0xffff && start[0] === 0 && start[1] === 0 && end[2] === 0xffff && start[3] === 0 && end[3] === 0xffff_ffff
}

function isWholeIpv6(start: Uint32Array, end: Uint32Array): boolean {
  return start.every((word) => word === 0) && end.every((word) => word === 0xffff_ffff)
}
