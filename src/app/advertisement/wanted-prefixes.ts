// Which prefixes automatic advertisement asks for when a rule fires (contract §1.5 prefix_match, §1.6): the guard judges them.
import { containsPrefix, equalPrefixes, formatIpPrefix, parseIpPrefix, parsePrefixOrAddress, type IpPrefix } from '../../base/ip-prefix.ts'
import type { OwnedPrefix } from '../../contract/owned-prefix.ts'
import type { PrefixMatch, Rule } from '../../contract/rule.ts'

type Advertising = Pick<Rule, 'automatic_advertisement' | 'type' | 'prefixes' | 'prefix_match' | 'extension'>

/**
 * @param targets what an advanced_ddos rule told as attacked, CIDR text
 * @param owned registered prefixes of the rule's account
 * @returns CIDR text, each once. threshold and zscore: every prefix of the rule, attacked or not. advanced_ddos: the owned
 *   prefixes that match a target, or the attacked hosts themselves where the rule blackholes
 */
export function wantedPrefixes(
  rule: Advertising,
  targets: Iterable<string>,
  owned: readonly Pick<OwnedPrefix, 'cidr'>[],
): readonly string[] {
  if (rule.automatic_advertisement !== true) return []
  const blackhole = rule.extension.advertise_purpose === 'blackhole'
  // A sum over prefixes does not tell which host is attacked, and dropping the traffic of all of them would finish the attack.
  if (rule.type !== 'advanced_ddos') return blackhole ? [] : [...new Set(rule.prefixes.map(canonical))]
  const attacked = [...targets].flatMap((text) => parsePrefixOrAddress(text)?.prefix ?? [])
  if (blackhole) return [...new Set(attacked.filter(isHost).map(formatIpPrefix))]
  const advertisable = owned.flatMap(({ cidr }) => parseIpPrefix(cidr)?.prefix ?? [])
  const match = matches[rule.prefix_match ?? 'subnet']
  return [...new Set(attacked.flatMap((target) => match(target, advertisable)).map(formatIpPrefix))]
}

const matches: Readonly<Record<PrefixMatch, (target: IpPrefix, owned: readonly IpPrefix[]) => readonly IpPrefix[]>> = {
  // The narrowest one that covers it: as little as possible is moved.
  subnet: (target, owned) =>
    owned
      .filter((one) => containsPrefix(one, target))
      .toSorted((one, other) => other.length - one.length)
      .slice(0, 1),
  exact: (target, owned) => owned.filter((one) => equalPrefixes(one, target)),
  supernet: (target, owned) => owned.filter((one) => containsPrefix(target, one)),
}

const isHost = ({ length, bytes }: IpPrefix): boolean => length === bytes.length * 8

/** A single address as a prefix. What has host bits, or is no prefix, stays as it is: the guard says what is wrong with it. */
function canonical(text: string): string {
  const parsed = parsePrefixOrAddress(text)
  return parsed && !parsed.hostBits ? formatIpPrefix(parsed.prefix) : text
}
