// Metrics of each registered router, and of its interfaces, under their Prometheus names.
import type { CounterReconciliation } from '../app/reconciliation/counter-reconciliation.ts'
import type { Clock } from '../base/clock.ts'
import type { Metrics, Reading } from '../base/metrics.ts'
import type { RouterStatus } from '../contract/collector-status.ts'

/** All metrics of one scrape are from one look at the routers. */
const sameScrapeMs = 500

type Value = (router: RouterStatus) => number | null

interface RouterMetric {
  readonly name: string
  readonly help: string
  readonly value: Value
}

const counters: readonly RouterMetric[] = [
  { name: 'datagrams', help: 'Datagrams taken from this router', value: ({ ledger }) => ledger.datagrams_received },
  { name: 'records', help: 'Flow records and samples decoded of this router', value: ({ ledger }) => ledger.records_decoded },
  {
    name: 'sequence_lost',
    help: 'Export datagrams or records of this router missing by sequence numbers',
    value: ({ ledger }) => ledger.sequence_lost,
  },
]

const gauges: readonly RouterMetric[] = [
  { name: 'loss_ratio', help: 'Share of its export that was lost on the way in the last 5 minutes, 0 to 1', value: ({ loss }) => loss },
  { name: 'templates', help: 'Templates of this router that are known', value: ({ templates }) => templates },
  { name: 'sets_waiting', help: 'Data sets of this router that wait for their template', value: ({ ledger }) => ledger.sets_waiting },
  {
    name: 'last_seen_timestamp_seconds',
    help: 'When this router sent last, seconds since 1970',
    value: ({ last_seen }) => (last_seen === null ? null : Date.parse(last_seen) / 1000),
  },
  { name: 'clock_skew_seconds', help: 'Clock of this router minus ours at its last datagram', value: ({ clock_skew }) => clock_skew },
  {
    name: 'silent',
    help: 'Whether this router used to send regularly and has stopped: 1 or 0',
    value: ({ silent }) => (silent ? 1 : 0),
  },
]

/** As many series a metric as there are registered routers. */
export function registerRouterMetrics(metrics: Metrics, routers: () => readonly RouterStatus[], clock: Clock): void {
  let looked: { readonly at: number; readonly routers: readonly RouterStatus[] } | undefined
  const look = () => {
    const now = clock.now()
    if (looked === undefined || Math.abs(now - looked.at) > sameScrapeMs) looked = { at: now, routers: routers() }
    return looked.routers
  }
  const readings = (value: Value) => (): Reading[] =>
    look().flatMap((router) => {
      const read = value(router)
      return read === null ? [] : [{ value: read, labels: { router: router.address } }]
    })
  for (const { name, help, value } of counters) metrics.counterFrom(`drawbridge_router_${name}_total`, help, ['router'], readings(value))
  for (const { name, help, value } of gauges) metrics.gaugeFrom(`drawbridge_router_${name}`, help, ['router'], readings(value))
}

/** At most 2048 series, those that are off the furthest. */
export function registerRatioMetrics(metrics: Metrics, reconciliation: Pick<CounterReconciliation, 'ratios' | 'counters'>): void {
  metrics.gaugeFrom(
    'drawbridge_interface_flow_to_counter_ratio',
    'Traffic by flows divided by traffic by interface counters, of the last five minutes compared',
    ['router', 'interface', 'direction'],
    () =>
      reconciliation
        .ratios()
        .map(({ router, ifIndex, direction, ratio }): Reading => ({ value: ratio, labels: { router, interface: ifIndex, direction } })),
  )
  metrics.counterFrom('drawbridge_reconciliation_events_total', 'Comparisons of flows with interface counters, by outcome', ['event'], () =>
    Object.entries(reconciliation.counters()).map(([event, value]): Reading => ({ value, labels: { event } })),
  )
}
