// How a rule stands, in words and as a share of its limit. Pure.
import { ruleDurations, zscoreCutOffs, type RuleStatus } from '../../contract/rule.ts'
import type { Metric } from '../api/flow-groups.ts'
import type { RuleFields } from '../api/rule-queries.ts'
import { ruleMessages } from '../messages/rules.ts'
import { formatDuration, formatRate, formatShare } from './units.ts'

const text = ruleMessages

/** How close to firing. `share` is 1 at the limit. */
export interface Load {
  readonly share: number
  /** `640 Mb/s of 1 Gb/s` */
  readonly label: string
  /** The limit alone. */
  readonly limit: string
}

function rateLoad(status: RuleStatus, limit: number, metric: Metric): Load {
  const rate = metric === 'bits' ? status.bits_per_second : status.packets_per_second
  const limitText = formatRate(limit, metric)
  return { share: rate / limit, label: text.list.ofLimit(formatRate(rate, metric), limitText), limit: limitText }
}

function thresholdLoad(rule: RuleFields, status: RuleStatus): Load | undefined {
  const { bandwidth_threshold, packet_threshold } = rule
  const loads = [
    ...(typeof bandwidth_threshold === 'number' ? [rateLoad(status, bandwidth_threshold, 'bits')] : []),
    ...(typeof packet_threshold === 'number' ? [rateLoad(status, packet_threshold, 'packets')] : []),
  ]
  return loads.toSorted((a, b) => b.share - a.share)[0]
}

function zscoreLoad(rule: RuleFields, status: RuleStatus): Load | undefined {
  if (status.zscore === null) return undefined
  const limit = zscoreCutOffs[rule.zscore_sensitivity ?? 'medium']
  const shown = Math.max(0, status.zscore)
  return { share: shown / limit, label: text.list.score(shown.toFixed(1), String(limit)), limit: String(limit) }
}

/** Of the limit that is closer to being broken; undefined where the rule has none that can be drawn. */
export function loadOf(rule: RuleFields, status: RuleStatus | undefined): Load | undefined {
  if (status === undefined) return undefined
  return rule.type === 'threshold' ? thresholdLoad(rule, status) : rule.type === 'zscore' ? zscoreLoad(rule, status) : undefined
}

export type StateTone = 'neutral' | 'success' | 'warning' | 'error'

export interface StateText {
  readonly tone: StateTone
  readonly label: string
  /** Stands beside it; empty where there is nothing to add. */
  readonly detail: string
}

/** @param now milliseconds since 1970 */
export function stateText(rule: RuleFields, status: RuleStatus | undefined, now: number): StateText {
  if (status === undefined) return { tone: 'neutral', label: rule.drawbridge?.enabled === false ? text.states.off : '…', detail: '' }
  const lasted = status.since === null ? '' : formatDuration((now - Date.parse(status.since)) / 1000)
  switch (status.state) {
    case 'off':
      return { tone: 'neutral', label: text.states.off, detail: '' }
    case 'learning':
      return {
        tone: 'neutral',
        label: status.learned === null ? text.states.learning : text.learned(formatShare(status.learned)),
        detail: '',
      }
    case 'breach': {
      const needed = rule.type === 'threshold' ? formatDuration(ruleDurations[rule.duration ?? '1m']) : ''
      const detail = lasted === '' ? '' : needed === '' ? text.breachFor(lasted) : text.breachOf(lasted, needed)
      return { tone: 'warning', label: text.states.breach, detail }
    }
    case 'firing':
      return { tone: 'error', label: text.states.firing, detail: lasted === '' ? '' : text.firingFor(lasted) }
    default:
      return { tone: 'success', label: text.states.quiet, detail: '' }
  }
}

/** When a rule fires, in a few words. */
export function limitText(rule: RuleFields): string {
  const { bandwidth_threshold: bits, packet_threshold: packets } = rule
  if (rule.type === 'zscore') {
    const sensitivity = text.sensitivities[rule.zscore_sensitivity ?? 'medium']
    return text.list.scored(sensitivity, text.list.byTarget[rule.zscore_target ?? 'bits'])
  }
  if (rule.type === 'advanced_ddos') return text.list.patterns(text.sensitivities[rule.drawbridge?.ddos_sensitivity ?? 'medium'])
  const limits = [
    ...(typeof bits === 'number' ? [formatRate(bits, 'bits')] : []),
    ...(typeof packets === 'number' ? [formatRate(packets, 'packets')] : []),
  ]
  const [first, second] = limits
  if (first === undefined) return text.list.unlimited
  const duration = formatDuration(ruleDurations[rule.duration ?? '1m'])
  return text.list.above(second === undefined ? first : text.list.either(first, second), duration)
}

/** The unit in which a rule is shown unless somebody chose the other one. */
export function ownMetric(rule: RuleFields): Metric {
  if (rule.type === 'zscore') return rule.zscore_target ?? 'bits'
  return typeof rule.bandwidth_threshold !== 'number' && typeof rule.packet_threshold === 'number' ? 'packets' : 'bits'
}
