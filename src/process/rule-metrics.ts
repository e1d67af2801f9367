// What counts, judges and records for rules, under its Prometheus names.
import type { IncidentBook } from '../app/incident/incident-book.ts'
import type { AutomaticCaptures } from '../app/capture/automatic.ts'
import type { IncidentFactsCollector } from '../app/incident/facts.ts'
import type { StoredRuleHistory } from '../app/rule-history/rule-history.ts'
import type { Metrics, Reading } from '../base/metrics.ts'
import type { CollectorPool } from '../collect/collector-pool.ts'
import type { Detector } from '../detect/detector.ts'

export interface RuleMetricSources {
  readonly pool: CollectorPool
  readonly detector: Detector
  readonly book: IncidentBook
  readonly history: StoredRuleHistory
  readonly facts: IncidentFactsCollector
  readonly captures: AutomaticCaptures
}

export function registerRuleMetrics(metrics: Metrics, { pool, detector, book, history, facts, captures }: RuleMetricSources): void {
  registerCountMetrics(metrics, pool, detector)
  metrics.gaugeFrom('drawbridge_incidents_kept', 'Incidents that are open or not written whole yet', [], () => [{ value: book.size }])
  const parts = {
    incident: { help: 'Incidents opened, closed and refused, and writes that failed', read: () => book.counters() },
    incident_captures: { help: 'Captures that incidents were to start, by what became of that', read: () => captures.counters() },
    incident_facts: { help: 'Questions about who took part in an incident, by what became of them', read: () => facts.counters() },
  }
  for (const [part, { help, read }] of Object.entries(parts))
    metrics.counterFrom(`drawbridge_${part}_events_total`, help, ['event'], () => readings(read()))
  metrics.counterFrom(
    'drawbridge_rule_minutes_events_total',
    'Minute sums of rules stored and dropped, and writes that failed',
    ['event'],
    () => {
      const { waiting_rows: _waiting, ...counts } = history.counters()
      return readings(counts)
    },
  )
  metrics.gaugeFrom('drawbridge_rule_minutes_waiting', 'Minute sums of rules that wait for the store', [], () => [
    { value: history.counters().waiting_rows },
  ])
}

function registerCountMetrics(metrics: Metrics, pool: CollectorPool, detector: Detector): void {
  const doubts = 'Flows that rules counted elsewhere than told (moved), or not whole because they began too long ago (early)'
  metrics.counterFrom('drawbridge_rule_doubtful_flows_total', doubts, ['doubt'], () => {
    const { moved, early } = pool.ruleDoubts()
    return readings({ moved, early }, 'doubt')
  })
  metrics.counterFrom(
    'drawbridge_rule_early_bytes_total',
    'Estimated bytes that lie before what rules look at, not counted by them',
    [],
    () => [{ value: pool.ruleDoubts().earlyBytes }],
  )
  metrics.counterFrom('drawbridge_rule_counts_dropped_total', 'Counts for rules that were gone, or of seconds out of reach', [], () => [
    { value: detector.figures().counts_dropped },
  ])
  metrics.counterFrom('drawbridge_rule_failures_total', 'Times that a rule could not be judged', [], () => [
    { value: detector.figures().failures },
  ])
  metrics.gaugeFrom('drawbridge_rule_judged_second', 'Newest second that rules were judged for, seconds since 1970', [], () => [
    { value: detector.figures().judged_second },
  ])
}

function readings(counts: Readonly<Record<string, number>>, label = 'event'): Reading[] {
  return Object.entries(counts).map(([name, value]) => ({ value, labels: { [label]: name } }))
}
