// Rules and their tables for tests.
import { defaultRuleExtension, type Rule } from '../../contract/rule.ts'
import { compileRuleTable, type RuleTable } from '../rule-table.ts'

/** A threshold rule of account 1 whose id is the number in 32 hexadecimal digits. */
export function watchedRule(number: number, prefixes: readonly string[], more: Partial<Rule> = {}): Rule {
  return {
    id: ruleId(number),
    account: 1,
    name: `rule-${number}`,
    type: 'threshold',
    prefixes,
    automatic_advertisement: null,
    bandwidth_threshold: 1,
    packet_threshold: null,
    duration: '1m',
    prefix_match: null,
    zscore_sensitivity: null,
    zscore_target: null,
    extension: defaultRuleExtension,
    ...more,
  }
}

export function ruleId(number: number): string {
  return number.toString(16).padStart(32, '0')
}

export function tableOf(rules: readonly Rule[]): RuleTable {
  const table = compileRuleTable(rules)
  if (table === null) throw new Error('no rule names a prefix')
  return table
}
