// The condition that a flow goes to one of a set of prefixes, as SQL that stays fast with thousands of them.
import { formatIpAddress, parsePrefixOrAddress } from '../base/ip-prefix.ts'
import { mappedAddress } from './applied-rate.ts'
import type { SqlParameters } from './sql-parameters.ts'

/** As many as a rule may have. */
export const maxPrefixes = 5000

/** 0 to 128 bits; those of IPv4 are counted in the IPv6 address that holds it. */
interface Prefix {
  readonly address: string
  readonly bits: number
}

/**
 * SQL of the condition. The address is cut to each length that occurs and looked up in the set of that length: 30 million
 * flows a second and length, however many prefixes there are. The outer address of a tunnel counts too, as it does for rules.
 * @param prefixes CIDR text or addresses, IPv4 or IPv6, host bits allowed
 * @throws RangeError for more than `maxPrefixes`, or for text that is no prefix
 */
export function towardsPrefixes(prefixes: readonly string[], parameters: SqlParameters): string {
  if (prefixes.length > maxPrefixes) throw new RangeError(`${prefixes.length} prefixes are more than ${maxPrefixes}`)
  const byLength = new Map<number, Set<string>>()
  for (const { address, bits } of prefixes.map(readPrefix)) {
    const others = byLength.get(bits)
    if (others === undefined) byLength.set(bits, new Set([address]))
    else others.add(address)
  }
  const terms = [...byLength].map(([bits, addresses]) => {
    const set = cutSql(bits, parameters.bind([...addresses], 'Array(IPv6)'))
    return `(${cut('dst_addr', bits)} IN ${set} OR (tunnel != 'none' AND ${cut('tunnel_dst', bits)} IN ${set}))`
  })
  return terms.length === 0 ? '0' : `(${terms.join(' OR ')})`
}

const cut = (address: string, bits: number) => (bits === 128 ? address : `IPv6CIDRToRange(${address}, ${bits}).1`)
// Of constants: worked out once a query.
const cutSql = (bits: number, addresses: string) => `arrayMap(a -> ${cut('a', bits)}, ${addresses})`

function readPrefix(text: string): Prefix {
  const parsed = parsePrefixOrAddress(text.trim())
  if (parsed === undefined) throw new RangeError(`${JSON.stringify(text)} is no prefix`)
  const { family, bytes, length } = parsed.prefix
  return { address: mappedAddress(formatIpAddress(bytes)), bits: family === 4 ? length + 96 : length }
}
