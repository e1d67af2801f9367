// Which prefixes automatic advertisement would have announced when a rule fired (contract §1.5 prefix_match, §1.6).
import type { Rule } from '../../contract/rule.ts'
import { parsePrefix } from '../../enrich/address-text.ts'
import { contains } from './address-order.ts'

/**
 * @param targets what an advanced_ddos rule told as attacked
 * @returns of the rule's prefixes: all for threshold and zscore, those that match the attacked ones for advanced_ddos
 */
export function wouldAdvertise(rule: Rule, targets: Iterable<string>): readonly string[] {
  if (rule.automatic_advertisement !== true) return []
  if (rule.type !== 'advanced_ddos') return rule.prefixes
  const attacked = [...targets].flatMap((target) => parsePrefix(target) ?? [])
  return rule.prefixes.filter((text) => {
    const own = parsePrefix(text)
    if (own === undefined) return false
    return attacked.some((target) => {
      const [covers, covered] = [contains(own, target), contains(target, own)]
      return { subnet: covers, exact: covers && covered, supernet: covered }[rule.prefix_match ?? 'subnet']
    })
  })
}
