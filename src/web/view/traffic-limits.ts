// Which limits of rules are drawn into a chart of traffic, and what of it they are about. Pure.
//
// A rule counts only what goes to its prefixes, the chart shows everything that the filters leave: a line of a limit over
// the whole compares what is not the same. So lines are drawn only where a rule watches at least a part of what is seen,
// the page says which part, and the rule's own traffic can be drawn beside the whole.
import type { Metric } from '../api/flow-groups.ts'
import type { FlowCondition } from './filter.ts'
import { covers, readBlock } from './owned-cover.ts'
import type { ListedRule } from './rule-list.ts'
import type { Point } from './series.ts'

export interface RuleLimit {
  readonly id: string
  readonly name: string
  /** A second. */
  readonly limit: number
  /** Of the rule's own traffic right now; 1 at the limit, 0 while nothing is known. */
  readonly share: number
  /** Its own traffic a second right now. */
  readonly rate: number
  /** Beyond its limit. */
  readonly beyond: boolean
}

/**
 * `part`: rules count a part of what is drawn. `same`: the one rule counts what is drawn. `wider`: what is drawn is a part of
 * what the rules count. `none`: the filters leave something that no rule counts.
 */
export type LimitScope = 'part' | 'same' | 'wider' | 'none'

export interface Limits {
  readonly scope: LimitScope
  /** The nearest to being broken first. */
  readonly limits: readonly RuleLimit[]
}

function limitOf({ rule, status }: ListedRule, metric: Metric): RuleLimit | undefined {
  const limit = metric === 'bits' ? rule.bandwidth_threshold : rule.packet_threshold
  if (typeof limit !== 'number' || limit <= 0 || rule.drawbridge?.enabled === false) return undefined
  const rate = (metric === 'bits' ? status?.bits_per_second : status?.packets_per_second) ?? 0
  return {
    id: rule.id,
    name: rule.name,
    limit,
    rate,
    share: rate / limit,
    beyond: status?.state === 'firing' || status?.state === 'breach',
  }
}

/** The rules whose traffic the filters leave wholly, or undefined where they leave something else. */
function watched(rules: readonly ListedRule[], conditions: readonly FlowCondition[]): { scope: LimitScope; rules: readonly ListedRule[] } {
  const [first, ...others] = conditions
  if (first === undefined) return { scope: 'part', rules }
  if (others.length > 0 || first.exclude) return { scope: 'none', rules: [] }
  if (first.dimension === 'ruleIDs') return { scope: 'same', rules: rules.filter(({ rule }) => rule.id === first.value) }
  const host = first.dimension === 'destinationAddress' ? readBlock(first.value) : undefined
  if (host === undefined) return { scope: 'none', rules: [] }
  const around = ({ rule }: ListedRule) =>
    rule.prefixes.some((prefix) => {
      const block = readBlock(prefix)
      return block !== undefined && covers(block, host)
    })
  return { scope: 'wider', rules: rules.filter(around) }
}

export function limitsFor(listed: readonly ListedRule[], conditions: readonly FlowCondition[], metric: Metric): Limits {
  const { scope, rules } = watched(listed, conditions)
  const limits = rules.flatMap((rule) => limitOf(rule, metric) ?? [])
  return { scope, limits: limits.sort((a, b) => Number(b.beyond) - Number(a.beyond) || b.share - a.share || a.limit - b.limit) }
}

// More lines than this cannot be told apart at a glance.
const mostLines = 3
// A line further up than this would press the traffic into the lowest quarter.
const farthest = 4

/** Those that are drawn, lowest last in importance, and how many are too far above. */
export function drawnLimits(
  limits: readonly RuleLimit[],
  lines: readonly (readonly Point[])[],
): { drawn: readonly RuleLimit[]; far: number } {
  let peak = 0
  for (const points of lines) for (const [, value] of points) peak = Math.max(peak, value)
  const near = limits.filter(({ limit, beyond }) => beyond || limit <= peak * farthest)
  return { drawn: near.slice(0, mostLines), far: limits.length - near.length }
}
