// Own networks, and the direction of a flow that follows from whether its ends belong to them.
import { direction } from '../contract/flow-columns.ts'
import { isMappedIpv4, parsePrefix } from './address-text.ts'
import { EnrichError } from './enrich-errors.ts'
import { AddressRangeSet, type RangeLists } from './range-list.ts'

/**
 * What counts as own when no own networks are configured: addresses that the Internet does not route, so whoever has
 * them is inside. Private use (RFC 1918, RFC 4193), carrier NAT (RFC 6598), link-local (RFC 3927, RFC 4291), loopback.
 */
const defaultOwnNetworks: readonly string[] = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
  '127.0.0.0/8',
  'fc00::/7',
  'fe80::/10',
  '::1/128',
]

/**
 * Compiles prefixes into ranges with value 1. IPv6 prefixes longer than /64 are widened to their /64: a /64 is one
 * subnet. `::/0` means IPv6 only.
 * @param prefixes such as `203.0.113.0/24`, `2001:db8::/32` or single addresses; the default ones when empty
 * @throws EnrichError bad_prefix
 */
export function compileOwnNetworks(prefixes: readonly string[]): RangeLists {
  const ranges = new AddressRangeSet()
  for (const prefix of prefixes.length === 0 ? defaultOwnNetworks : prefixes) {
    const range = parsePrefix(prefix)
    if (range === undefined) throw new EnrichError('bad_prefix', JSON.stringify(prefix.slice(0, 64)))
    if (!isMappedIpv4(range.start)) range.start.fill(0, 2)
    ranges.add(range.start, range.end, 1)
  }
  return ranges.flatten()
}

/** What the enricher knows of one end of a flow, as bits of a code. */
export const endKnown = 1
export const endOwn = 2
export const endIpv6 = 4
/** Bits by which the code of the destination is shifted to stand above that of the source. */
export const destinationShift = 3

/** Codes of `direction` by source code | destination code << 3. Unknown where an address is missing. */
export function directionByEnds(): Uint8Array {
  return new Uint8Array(1 << (2 * destinationShift)).map((_, ends) => {
    const source = ends & 7
    const destination = ends >> destinationShift
    if ((source & endKnown) === 0 || (destination & endKnown) === 0) return direction.unknown
    if ((source & endOwn) !== 0) return (destination & endOwn) === 0 ? direction.outbound : direction.internal
    return (destination & endOwn) === 0 ? direction.external : direction.inbound
  })
}

const ethertypeIpv4 = 0x0800
const ethertypeIpv6 = 0x86dd

/** EtherTypes by source code | destination code << 3: by the destination where it is known, else by the source. */
export function ethertypeByEnds(): Uint16Array {
  return new Uint16Array(1 << (2 * destinationShift)).map((_, ends) => {
    const destination = ends >> destinationShift
    const known = (destination & endKnown) === 0 ? ends & 7 : destination
    if ((known & endKnown) === 0) return 0
    return (known & endIpv6) === 0 ? ethertypeIpv4 : ethertypeIpv6
  })
}
