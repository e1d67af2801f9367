// Traffic as Prometheus reads it: names, labels, sums of what has no series of its own.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { Metrics } from '../base/metrics.ts'
import { RuleTotals } from '../collect/rule-totals.ts'
import { sumsOfRouter } from '../collect/traffic-period.ts'
import { TrafficTotals } from '../collect/traffic-totals.ts'
import { defaultRuleExtension } from '../contract/rule.ts'
import { openState } from '../store/state.ts'
import { registerTrafficMetrics } from './traffic-metrics.ts'

const rule = {
  id: '0123456789abcdef0123456789abcdef',
  account: 1,
  name: 'to "dns"',
  type: 'threshold',
  prefixes: ['203.0.113.0/24'],
  automatic_advertisement: null,
  bandwidth_threshold: 5e9,
  packet_threshold: null,
  duration: '1m',
  prefix_match: null,
  zscore_sensitivity: null,
  zscore_target: null,
  extension: defaultRuleExtension,
} as const

it('writes a series for each router and direction, interface and direction, and rule, and one for the rest', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'traffic-metrics-'))
  const state = await openState(path.join(folder, 'state.sqlite'))
  const at = '2026-01-01T00:00:00.000Z'
  await state.db
    .insertInto('account')
    .values({ id: 'a'.repeat(32), name: 'first', created_at: at })
    .execute()
  const router = { account: 1, address: '192.0.2.1', name: 'edge\\1', sampling_override: null, created_at: at }
  await state.db.insertInto('router').values(router).execute()

  const traffic = new TrafficTotals({ routers: 1, interfacesOfRouter: 1, interfaces: 10 })
  traffic.register(['192.0.2.1', '192.0.2.2'])
  const directions = new Float64Array(sumsOfRouter * 2)
  directions.set([1000, 10, 1], 3)
  directions.set([7, 1, 1], sumsOfRouter)
  const interfaces = Float64Array.of(0, 3, 1000, 10, 1, 0, 0, 0, 0, 4, 0, 0, 0, 1000, 10, 1, 1, 3, 7, 1, 1, 7, 1, 1)
  traffic.add({ routers: ['192.0.2.1', '192.0.2.2'], directions, interfaces })
  const ruleTraffic = new RuleTotals(1)
  ruleTraffic.watch([rule, { ...rule, id: 'f'.repeat(32) }])
  ruleTraffic.add({
    thread: 0,
    closed: 0,
    rules: [rule.id],
    from: 0,
    seconds: 1,
    bytes: Float64Array.of(800.5),
    packets: Float64Array.of(2),
  })

  const metrics = new Metrics()
  const interfaceNames = () => new Map([[3, { name: 'eth3', description: '' }]])
  registerTrafficMetrics(metrics, { traffic, ruleTraffic, interfaceNames }, state.db)
  const lines = (await metrics.text()).split('\n')
  const edge = String.raw`router="192.0.2.1",name="edge\\1"`
  const others = 'router="other",name="other"'
  const about = String.raw`rule="${rule.id}",name="to \"dns\""`
  expect(lines).toEqual(
    expect.arrayContaining([
      '# TYPE drawbridge_traffic_bytes_total counter',
      `drawbridge_traffic_bytes_total{${edge},direction="inbound"} 1000`,
      `drawbridge_traffic_packets_total{${edge},direction="inbound"} 10`,
      `drawbridge_traffic_flows_total{${edge},direction="outbound"} 0`,
      `drawbridge_traffic_bytes_total{${others},direction="unknown"} 7`,
      `drawbridge_interface_traffic_bytes_total{${edge},interface="3",interface_name="eth3",direction="in"} 1000`,
      `drawbridge_interface_traffic_packets_total{${edge},interface="other",interface_name="",direction="out"} 10`,
      `drawbridge_interface_traffic_flows_total{${others},interface="other",interface_name="",direction="out"} 1`,
      `drawbridge_rule_traffic_bytes_total{${about}} 800.5`,
      `drawbridge_rule_traffic_packets_total{rule="other",name="other"} 0`,
      `drawbridge_rule_threshold_bits_per_second{${about}} 5000000000`,
    ]),
  )
  expect(lines.filter((line) => line.startsWith('drawbridge_rule_threshold_packets'))).toEqual([])
  await state.close()
  rmSync(folder, { recursive: true })
})
