// The notifier's counters under their Prometheus names.
import type { Metrics, Reading } from '../base/metrics.ts'
import type { Notifier } from './notifier.ts'

export function registerNotifierMetrics(metrics: Metrics, notifier: Pick<Notifier, 'counts'>): void {
  const help = 'Alert deliveries by format and what became of them: sent, retried, failed, cancelled, silenced, refused'
  metrics.counterFrom('drawbridge_alert_deliveries_total', help, ['channel', 'outcome'], () =>
    notifier.counts().outcomes.map(({ channel, outcome, count }): Reading => ({ value: count, labels: { channel, outcome } })),
  )
  metrics.gaugeFrom('drawbridge_alert_deliveries_waiting', 'Alert deliveries that wait to be sent', [], () => [
    { value: notifier.counts().waiting },
  ])
  metrics.gaugeFrom('drawbridge_alert_oldest_waiting_seconds', 'Age of the alert delivery that has waited longest', [], () => [
    { value: notifier.counts().oldestSeconds },
  ])
}
