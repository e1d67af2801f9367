// Which evaluator judges which kind of rule.
import type { Rule, RuleType } from '../contract/rule.ts'
import { AdvancedDdosEvaluator } from './advanced-ddos.ts'
import type { Evaluator } from './evaluator.ts'
import { ThresholdEvaluator } from './threshold.ts'
import { ZscoreEvaluator } from './zscore.ts'

const kinds: Readonly<Record<RuleType, (rule: Rule) => Evaluator>> = {
  threshold: (rule) => new ThresholdEvaluator(rule),
  zscore: (rule) => new ZscoreEvaluator(rule),
  advanced_ddos: (rule) => new AdvancedDdosEvaluator(rule),
}

export function createEvaluator(rule: Rule): Evaluator {
  return kinds[rule.type](rule)
}
