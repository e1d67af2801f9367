// Rules for tests.
import { defaultRuleExtension, type Rule, type RuleExtension } from '../../contract/rule.ts'

/** A threshold rule over 203.0.113.0/24 without limits, and what is set. */
export function testRule(set: Partial<Omit<Rule, 'extension'>> & { readonly extension?: Partial<RuleExtension> } = {}): Rule {
  return {
    id: 'a'.repeat(32),
    account: 1,
    name: 'my_rule_1',
    type: 'threshold',
    prefixes: ['203.0.113.0/24'],
    automatic_advertisement: false,
    bandwidth_threshold: null,
    packet_threshold: null,
    duration: '1m',
    prefix_match: null,
    zscore_sensitivity: null,
    zscore_target: null,
    ...set,
    extension: { ...defaultRuleExtension, ...set.extension },
  }
}
