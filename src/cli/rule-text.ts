// Rules, backtests and suggestions as text for a terminal.
import type { BacktestFiring, BacktestResult, ThresholdSuggestion } from '../contract/backtest.ts'
import type { RuleExtension, RuleStatus } from '../contract/rule.ts'
import { plotSeries, type PlotSize } from './series-plot.ts'

/** A rule as the API has it. */
export interface RuleAnswer {
  readonly id: string
  readonly name: string
  readonly type: RuleStatus['type']
  readonly prefixes: readonly string[]
  readonly duration: string
  readonly automatic_advertisement: boolean | null
  readonly bandwidth_threshold?: number
  readonly packet_threshold?: number
  readonly prefix_match?: string
  readonly zscore_sensitivity?: string
  readonly zscore_target?: string
  readonly drawbridge?: Partial<RuleExtension>
}

type Unit = 'b/s' | 'p/s'
const unitOf = { bits: 'b/s', packets: 'p/s' } as const
const steps = ['', 'k', 'M', 'G', 'T', 'P'] as const

/** `12.3 Gb/s`. */
export function rateText(value: number, unit: Unit): string {
  const step = Math.max(0, Math.min(steps.length - 1, Math.floor(Math.log10(Math.max(value, 1)) / 3)))
  const scaled = value / 1000 ** step
  return `${scaled >= 100 ? scaled.toFixed(0) : scaled.toFixed(1).replace(/\.0$/, '')} ${steps[step]}${unit}`
}

/** What makes a rule fire, in a few words. */
export function limitsText(rule: RuleAnswer): string {
  if (rule.type === 'zscore') return `${rule.zscore_target ?? 'bits'}, ${rule.zscore_sensitivity ?? 'medium'} sensitivity`
  if (rule.type === 'advanced_ddos') return `${rule.drawbridge?.ddos_sensitivity ?? 'medium'} sensitivity`
  const limits = [
    ...(rule.bandwidth_threshold === undefined ? [] : [rateText(rule.bandwidth_threshold, 'b/s')]),
    ...(rule.packet_threshold === undefined ? [] : [rateText(rule.packet_threshold, 'p/s')]),
  ]
  return limits.length === 0 ? 'no threshold' : `${limits.join(' or ')} for ${rule.duration}`
}

/** Columns as wide as they must be, two spaces between. */
export function tableText(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  const lineOf = (row: readonly string[]) => row.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  ')
  return rows.map((row) => `${lineOf(row).trimEnd()}\n`).join('')
}

export function ruleListText(rules: readonly RuleAnswer[], statuses: readonly RuleStatus[]): string {
  if (rules.length === 0) return 'There are no rules.\n'
  const byId = new Map(statuses.map((status) => [status.id, status]))
  const rows = rules.map((rule) => {
    const status = byId.get(rule.id)
    const now = status === undefined ? '' : `${rateText(status.bits_per_second, 'b/s')}, ${rateText(status.packets_per_second, 'p/s')}`
    return [rule.name, rule.type, status?.state ?? '', now, limitsText(rule), prefixText(rule.prefixes)]
  })
  return tableText([['NAME', 'TYPE', 'STATE', 'NOW', 'LIMIT', 'PREFIXES'], ...rows])
}

function prefixText(prefixes: readonly string[]): string {
  const shown = prefixes.slice(0, 2).join(' ')
  return prefixes.length > 2 ? `${shown} and ${prefixes.length - 2} more` : shown
}

export function ruleText(rule: RuleAnswer, status: RuleStatus | undefined): string {
  const rows = [
    ['Name', rule.name],
    ['Id', rule.id],
    ['Type', rule.type],
    ['Limit', limitsText(rule)],
    ['Prefixes', rule.prefixes.join(' ')],
    ['Advertises', rule.automatic_advertisement ? `yes, ${rule.prefix_match ?? 'subnet'}` : 'no'],
    ...Object.entries(rule.drawbridge ?? {}).map(([name, value]) => [name, String(value)]),
    ...(status === undefined ? [] : statusRows(status)),
  ]
  return tableText(rows)
}

function statusRows(status: RuleStatus): string[][] {
  return [
    ['State', status.since === null ? status.state : `${status.state} since ${status.since}`],
    ['Now', `${rateText(status.bits_per_second, 'b/s')}, ${rateText(status.packets_per_second, 'p/s')}`],
    ...(status.learned === null ? [] : [['Learned', `${Math.floor(status.learned * 100)} %`]]),
    ...(status.zscore === null ? [] : [['Z-score', status.zscore.toFixed(1)]]),
    ...(status.incident === null ? [] : [['Incident', status.incident]]),
  ]
}

/** @param metric what is drawn */
export function backtestText(result: BacktestResult, metric: 'bits' | 'packets', size: PlotSize): string {
  const points = result.series.map((point) => ({ time: point.time, value: metric === 'bits' ? point.bits_max : point.packets_max }))
  const limit = metric === 'bits' ? result.bandwidth_threshold : result.packet_threshold
  const plot = plotSeries(points, limit, size, (value) => rateText(value, unitOf[metric]))
  const found = result.firings.length === 0 ? quietText(result) : firingsText(result.firings)
  const caveats = result.caveats.map((caveat) => `Note: ${caveat}\n`).join('')
  return `${result.from} to ${result.to}, by ${result.resolution} s\n\n${plot}\n${found}${caveats}`
}

function quietText({ nearest_miss_seconds: miss }: BacktestResult): string {
  const nearest = miss > 0 ? ` It was beyond its limit for ${miss} s at the longest.` : ''
  return `The rule would not have fired.${nearest}\n`
}

function firingsText(firings: readonly BacktestFiring[]): string {
  const rows = firings.map((firing) => {
    const peak = firing.metric === 'bits' ? firing.peak_bits_per_second : firing.peak_packets_per_second
    const share = firing.top_destination === '' ? '' : `${firing.top_destination} (${Math.round(firing.top_destination_share * 100)} %)`
    const rates = [peak, firing.limit].map((rate) => rateText(rate, unitOf[firing.metric]))
    return [firing.started_at, firing.fired_at, firing.ended_at ?? 'still on', ...rates, share, firing.would_advertise.join(' ')]
  })
  const times = firings.length === 1 ? 'once' : `${firings.length} times`
  return `The rule would have fired ${times}.\n\n${tableText([
    ['BEGAN', 'FIRED', 'ENDED', 'PEAK', 'LIMIT', 'BUSIEST', 'WOULD ADVERTISE'],
    ...rows,
  ])}`
}

export function suggestionText(suggestion: ThresholdSuggestion): string {
  const { peak_bits_per_second: bits, peak_packets_per_second: packets } = suggestion
  const rows = [
    ['bandwidth_threshold', String(suggestion.bandwidth_threshold), peakText(bits, 'b/s', suggestion.peak_bits_at)],
    ['packet_threshold', String(suggestion.packet_threshold), peakText(packets, 'p/s', suggestion.peak_packets_at)],
    ['duration', suggestion.duration, ''],
  ]
  return tableText(rows) + suggestion.caveats.map((caveat) => `Note: ${caveat}\n`).join('')
}

function peakText(rate: number, unit: Unit, at: string | null): string {
  return at === null ? '' : `the largest minute had ${rateText(rate, unit)}, ${at}`
}
