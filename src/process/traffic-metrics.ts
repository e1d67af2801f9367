// Traffic by router, interface and rule under its Prometheus names: counters that grow while the process runs.
import { labelText, type CounterTableRow, type Metrics, type Reading } from '../base/metrics.ts'
import type { StateContext } from '../app/context.ts'
import type { RuleTotals } from '../collect/rule-totals.ts'
import { otherInterfaces, sumsEach } from '../collect/traffic-period.ts'
import type { RouterTraffic, TrafficTotals } from '../collect/traffic-totals.ts'
import type { InterfaceName } from '../contract/exporter-health.ts'
import { direction } from '../contract/flow-columns.ts'

/** What the pool of collectors knows. */
interface TrafficReadings {
  readonly traffic: TrafficTotals
  readonly ruleTraffic: RuleTotals
  /** Names of a router's interfaces by ifIndex. */
  interfaceNames(router: string): ReadonlyMap<number, InterfaceName>
}

/** Label of what has no series of its own, because there are too many. */
const other = 'other'
const sampling = 'sampling applied'

export function registerTrafficMetrics(metrics: Metrics, pool: TrafficReadings, state: StateContext['state']): void {
  metrics.counterTable({
    counters: [
      { name: 'drawbridge_traffic_bytes_total', help: `Bytes in flows by router and direction, ${sampling}` },
      { name: 'drawbridge_traffic_packets_total', help: `Packets in flows by router and direction, ${sampling}` },
      { name: 'drawbridge_traffic_flows_total', help: 'Flow records by router and direction' },
    ],
    read: async () => (await routersOf(pool, state)).flatMap((router) => directionRows(router)),
  })
  metrics.counterTable({
    counters: [
      { name: 'drawbridge_interface_traffic_bytes_total', help: `Bytes in flows by router and interface, ${sampling}` },
      { name: 'drawbridge_interface_traffic_packets_total', help: `Packets in flows by router and interface, ${sampling}` },
      { name: 'drawbridge_interface_traffic_flows_total', help: 'Flow records by router and interface' },
    ],
    read: async () => (await routersOf(pool, state)).flatMap((router) => interfaceRows(router, pool.interfaceNames(router.router))),
  })
  registerRuleTrafficMetrics(metrics, pool)
}

function registerRuleTrafficMetrics(metrics: Metrics, { ruleTraffic }: TrafficReadings): void {
  metrics.counterTable({
    counters: [
      { name: 'drawbridge_rule_traffic_bytes_total', help: `Bytes towards the prefixes of a rule, ${sampling}` },
      { name: 'drawbridge_rule_traffic_packets_total', help: `Packets towards the prefixes of a rule, ${sampling}` },
    ],
    read: async () => ruleRows(ruleTraffic),
  })
  const thresholds = {
    drawbridge_rule_threshold_bits_per_second: { help: 'Bits a second beyond which a rule fires', of: 'bandwidth_threshold' },
    drawbridge_rule_threshold_packets_per_second: { help: 'Packets a second beyond which a rule fires', of: 'packet_threshold' },
  } as const
  for (const [name, { help, of }] of Object.entries(thresholds))
    metrics.gaugeFrom(name, help, ['rule', 'name'], () =>
      ruleTraffic.rules().flatMap(({ rule }): Reading[] => {
        const value = rule.extension.enabled ? rule[of] : null
        return value === null ? [] : [{ value, labels: { rule: rule.id, name: rule.name } }]
      }),
    )
}

interface NamedRouter {
  readonly router: string
  readonly name: string
  readonly sums: RouterTraffic
}

async function routersOf({ traffic }: TrafficReadings, state: StateContext['state']): Promise<NamedRouter[]> {
  const rows = await state.selectFrom('router').select(['address', 'name']).execute()
  const names = new Map(rows.map(({ address, name }) => [address, name]))
  const routers = [...traffic.routers()].map(([router, sums]) => ({ router, name: names.get(router) ?? '', sums }))
  const others = traffic.others()
  return others === undefined ? routers : [...routers, { router: other, name: other, sums: others }]
}

function directionRows({ router, name, sums }: NamedRouter): CounterTableRow[] {
  return Object.entries(direction).map(([text, code]) => ({
    labels: labelText({ router, name, direction: text }),
    values: sums.directions.subarray(code * sumsEach, (code + 1) * sumsEach),
  }))
}

/** Labels are put together from parts: there are thousands, and the server does nothing else meanwhile. */
function interfaceRows({ router, name, sums: { interfaces } }: NamedRouter, names: ReadonlyMap<number, InterfaceName>): CounterTableRow[] {
  const ofRouter = labelText({ router, name })
  const rows: CounterTableRow[] = []
  for (const [ifIndex, sums] of interfaces) {
    const own = { interface: ifIndex === otherInterfaces ? other : ifIndex, interface_name: names.get(ifIndex)?.name ?? '' }
    const labels = `${ofRouter},${labelText(own)}`
    rows.push({ labels: `${labels},direction="in"`, values: sums.subarray(0, sumsEach) })
    rows.push({ labels: `${labels},direction="out"`, values: sums.subarray(sumsEach) })
  }
  return rows
}

function ruleRows(totals: RuleTotals): CounterTableRow[] {
  const rows = totals.rules().map(({ rule: { id, name }, sums: { bytes, packets } }) => ({
    labels: labelText({ rule: id, name }),
    values: [bytes, packets],
  }))
  const others = totals.others()
  return others === undefined
    ? rows
    : [...rows, { labels: labelText({ rule: other, name: other }), values: [others.bytes, others.packets] }]
}
