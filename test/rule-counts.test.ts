// A stream of flows with known sums over UDP, counted for rules by the threads of a real server and stored with their ids:
// what is counted is what was sent, to the byte, and what is stored. Then settings are changed while the server runs.
import { afterEach, beforeEach, expect, it } from 'vitest'

import type { FlowAnswerView } from '../src/contract/flow-question.ts'
import type { RuleSeriesPoint } from '../src/contract/rule.ts'
import type { Settings, SettingsChange } from '../src/contract/settings.ts'
import { parsePrometheusText, readDashboard, unknownInMetrics, type PrometheusText } from './grafana-dashboards.ts'
import type { DrawbridgeServer } from './lab/drawbridge-server.ts'
import type { Namespace } from './lab/lab.ts'
import { startLoneServer, type LoneServer } from './lab/lone-server.ts'
import { until } from './lab/poll.ts'
import { needs, repository } from './requirements.ts'

const skip = needs({ root: true, commands: ['ip'], paths: ['node_modules/chdb'] })
/** The simulator's router; its traffic stays on the loopback interface of the namespace. */
const router = '127.0.0.2'
const records = 60_000

interface Sums {
  readonly bytes: number
  readonly packets: number
}

interface MadeRule {
  readonly id: string
  readonly name: string
}

let lone: LoneServer
let namespace: Namespace
let server: DrawbridgeServer

beforeEach(async () => {
  if (skip !== undefined) return
  lone = await startLoneServer(router)
  ;({ namespace, server } = lone)
})
afterEach(async () => {
  if (skip !== undefined) return
  await lone.stop()
})

/** What was counted for a rule in the last five minutes. */
async function counted({ id }: MadeRule): Promise<Sums> {
  const series = await server.api<readonly RuleSeriesPoint[]>('GET', `/accounts/{account}/drawbridge/rules/${id}/series?seconds=300`)
  const sum = (pick: (point: RuleSeriesPoint) => number) => Math.round(series.reduce((all, point) => all + pick(point), 0))
  return { bytes: sum(({ bits }) => bits / 8), packets: sum(({ packets }) => packets) }
}

async function stored(condition: string): Promise<Sums> {
  const [row] = await server.sql<Sums>(`SELECT sum(bytes) AS bytes, sum(packets) AS packets FROM flows WHERE ${condition}`)
  return row ?? { bytes: 0, packets: 0 }
}

it.skipIf(skip !== undefined)('counts for rules what is sent and stored', async () => {
  const rule = (name: string, prefixes: readonly string[]) => ({
    name,
    type: 'threshold',
    prefixes,
    duration: '1m',
    bandwidth_threshold: 1e15,
    packet_threshold: 1e12,
  })
  const wanted = [rule('all', ['0.0.0.0/1', '128.0.0.0/1']), rule('host', ['203.0.113.1/32']), rule('nobody', ['192.0.2.0/24'])]
  const made = await server.api<readonly MadeRule[]>('POST', '/accounts/{account}/mnm/rules/bulk', wanted)
  const [all, host, nobody] = ['all', 'host', 'nobody'].map((name) => made.find((rule) => rule.name === name)) as [
    MadeRule,
    MadeRule,
    MadeRule,
  ]
  const flags = ['--to', '127.0.0.1:2055', '--from', router, '--records', String(records), '--rate', '20000', '--json']
  const sent = JSON.parse(await namespace.run(`${repository}/bin/drawbridge`, 'simulate', ...flags)) as Sums
  await until('all to be counted', async () => ((await counted(all)).packets >= sent.packets ? true : undefined))
  await until('all to be stored', async () => ((await server.ledger()).totals.records_stored >= records ? true : undefined))

  const { bytes, packets } = sent
  expect(await counted(all)).toEqual({ bytes, packets })
  expect(await stored(`has(rule_ids, unhex('${all.id}'))`)).toEqual({ bytes, packets })
  expect(await counted(host)).toEqual(await stored("dst_addr = toIPv6('203.0.113.1')"))
  expect(await stored(`has(rule_ids, unhex('${host.id}'))`)).toEqual(
    await stored("dst_addr = toIPv6('203.0.113.1') OR src_addr = toIPv6('203.0.113.1')"),
  )
  expect(await counted(nobody)).toEqual({ bytes: 0, packets: 0 })

  await metricsHave(sent, [all, host, nobody])
  await commandsSay(sent)
  await settingsCount()
})

/** The counters of a name whose labels have these values, added up. */
function totalOf({ series }: PrometheusText, name: string, labels: Readonly<Record<string, string>>): number {
  return (series.get(`drawbridge_${name}_total`) ?? [])
    .filter((one) => Object.entries(labels).every(([label, value]) => one.labels[label] === value))
    .reduce((total, { value }) => total + value, 0)
}

/** What Prometheus reads has the sums that were sent, and all that the dashboard for it asks. */
async function metricsHave({ bytes, packets }: Sums, [all, host, nobody]: readonly [MadeRule, MadeRule, MadeRule]): Promise<void> {
  // Threads tell their traffic once a second: what is stored can be a moment ahead of it.
  const metrics = await until('all to stand in the metrics', async () => {
    const told = parsePrometheusText(await server.metrics())
    return totalOf(told, 'traffic_flows', { router }) >= records ? told : undefined
  })
  const sum = (name: string, labels: Readonly<Record<string, string>> = {}) => totalOf(metrics, name, labels)
  for (const [what, labels] of [
    ['traffic', { router }],
    ['interface_traffic', { router, direction: 'in' }],
    ['interface_traffic', { router, direction: 'out' }],
  ] as const) {
    const sums = ['bytes', 'packets', 'flows'].map((measure) => sum(`${what}_${measure}`, labels))
    expect({ what, labels, sums }).toEqual({ what, labels, sums: [bytes, packets, records] })
  }
  const [row] = await server.sql<Sums>('SELECT sum(bytes) AS bytes, sum(packets) AS packets FROM flows WHERE in_if = 2')
  const second = { router, interface: '2', direction: 'in' }
  expect([sum('interface_traffic_bytes', second), sum('interface_traffic_packets', second)]).toEqual([row?.bytes, row?.packets])
  expect(Math.round(sum('rule_traffic_bytes', { rule: all.id, name: all.name }))).toBe(bytes)
  expect(Math.round(sum('rule_traffic_packets', { rule: all.id }))).toBe(packets)
  expect(Math.round(sum('rule_traffic_bytes', { rule: host.id }))).toBe((await counted(host)).bytes)
  expect(sum('rule_traffic_bytes', { rule: nobody.id })).toBe(0)
  // Five minutes of interface counters make the first ratio.
  expect(unknownInMetrics(readDashboard('prometheus'), metrics, ['drawbridge_interface_flow_to_counter_ratio'])).toEqual([])
}

/** The commands that ask the server have the same sums. */
async function commandsSay({ bytes, packets }: Sums): Promise<void> {
  const command = (...argv: string[]) =>
    namespace.run(`${repository}/bin/drawbridge`, ...argv, '--token', server.credentials.token, '--last', '10m')
  const answer = JSON.parse(await command('query', `router ${router}`, '--by', 'proto', '--json')) as FlowAnswerView
  expect(answer.total).toMatchObject({ bits: bytes * 8, packets, flows: records })
  const lines = (await command('export', '--columns', 'bytes', '--limit', '1000000', '--output', '-')).trimEnd().split(/\r?\n/)
  expect(lines).toHaveLength(records + 1)
  expect(lines.slice(1).reduce((total, line) => total + Number(line), 0)).toBe(bytes)
}

/** Own networks that are named now are those of the next flow, and what is to be kept no longer goes, without a restart. */
async function settingsCount(): Promise<void> {
  const change = (body: SettingsChange) => server.api<Settings>('PATCH', '/accounts/{account}/drawbridge/settings', body)
  const host = "dst_addr = toIPv6('203.0.113.1')"
  const directions = async () =>
    (await server.sql<{ direction: string }>(`SELECT DISTINCT toString(direction) AS direction FROM flows WHERE ${host}`)).map(
      ({ direction }) => direction,
    )
  const [before] = await directions()
  await change({ own_networks: ['203.0.113.0/24'] })
  await server.writeSql('INSERT INTO flows (time_received) SELECT now() - INTERVAL 5 DAY FROM numbers(3)')
  const old = () => server.sql('SELECT 1 FROM flows WHERE time_received < now() - INTERVAL 4 DAY')
  expect(await old()).toHaveLength(3)
  await namespace.run(`${repository}/bin/drawbridge`, 'simulate', '--to', '127.0.0.1:2055', '--from', router, '--records', '2000')
  const now = await until('a flow with the new direction', async () => {
    const all = await directions()
    return all.length > 1 ? all.find((direction) => direction !== before) : undefined
  })
  expect([before, now]).toEqual(['external', 'inbound'])
  const { stored } = await change({ retention: { raw_days: 2 } })
  expect(stored?.find(({ name }) => name === 'raw')?.rows).toBeGreaterThan(records)
  await until('the old partition to be dropped', async () => ((await old()).length === 0 ? true : undefined))
}
