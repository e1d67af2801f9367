// What a rule lacks to do anything. Such rules are accepted, as at the original, and their makers are told.
import type { Rule } from '../../contract/rule.ts'
import { ruleView, type RuleView } from './view.ts'

/** What verbs answer that write rules: the rules, and sentences about those that can never fire. */
export interface Written<T> {
  readonly result: T
  readonly warnings: readonly string[]
}

export function written(rule: Rule): Written<RuleView> {
  return { result: ruleView(rule), warnings: ruleWarnings(rule) }
}

export function writtenRules(rules: readonly Rule[]): Written<RuleView[]> {
  return { result: rules.map(ruleView), warnings: rules.flatMap(ruleWarnings) }
}

function ruleWarnings(rule: Rule): string[] {
  if (rule.type === 'threshold' && rule.bandwidth_threshold === null && rule.packet_threshold === null)
    return [`rule ${rule.name} can never fire: it has neither bandwidth_threshold nor packet_threshold`]
  return []
}
