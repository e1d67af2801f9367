// What a triggered capture looks for: packets to what is attacked.
import { formatIpPrefix, ipPrefix, parsePrefixOrAddress, type IpPrefix } from '../../base/ip-prefix.ts'
import type { PacketFilter } from '../../contract/packet-filter.ts'
import type { Rule } from '../../contract/rule.ts'

/** The text of the longest IPv6 prefixes then still fits into one filter, so that people can take it up. */
const mostPrefixes = 64

/**
 * An advanced_ddos rule tells who is attacked; for the others it is the sum of all prefixes. Many prefixes become fewer, shorter
 * ones that hold them all.
 */
export function attackedFilter(rule: Rule, targets: readonly string[]): { readonly filter: PacketFilter; readonly note: string } {
  const texts = rule.type === 'advanced_ddos' && targets.length > 0 ? targets : rule.prefixes
  // What a rule or a detector has for a prefix was checked when it was written.
  const all = texts.flatMap((text) => parsePrefixOrAddress(text)?.prefix ?? [])
  const few = coverWithFew(all)
  const note =
    few.length < new Set(texts).size ? `the filter covers the ${texts.length} prefixes of the rule by ${few.length} shorter ones` : ''
  return { filter: { kind: 'address', side: 'destination', prefixes: few }, note }
}

/** Shortens the longest until there are few enough: a filter that holds too much misses nothing. */
function coverWithFew(prefixes: readonly IpPrefix[]): string[] {
  for (let bits = 128; ; bits--) {
    const cut = prefixes.map((prefix) => ipPrefix(prefix.bytes, Math.min(prefix.length, longest(prefix, bits))))
    const found = [...new Set(cut.map((prefix) => formatIpPrefix(prefix)))]
    if (found.length <= mostPrefixes) return found
  }
}

/** IPv4 is as detailed at /32 as IPv6 at /128: both lose the same part of their length. */
const longest = ({ family }: IpPrefix, bits: number) => (family === 6 ? bits : Math.floor(bits / 4))
