// The same datagrams twice: judged live by collector and detector, and stored and replayed. Both must tell the same.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { StoredRuleHistory } from '../app/rule-history/rule-history.ts'
import { readRules } from '../app/rule/rows.ts'
import type { RuleView } from '../app/rule/view.ts'
import { testTime } from '../app/testing/test-context.ts'
import { parseWords } from '../collect/address-words.ts'
import { Collector } from '../collect/collector.ts'
import type { BacktestResult } from '../contract/backtest.ts'
import { createFlowBatch, type FlowBatch } from '../contract/flow-batch.ts'
import type { DetectedIncident } from '../contract/incident.ts'
import type { RuleMinute } from '../contract/rule-minutes.ts'
import { Detector } from '../detect/detector.ts'
import { judgeEvery } from '../detect/zscore.ts'
import { MemoryJournal } from '../detect/testing/detector-lab.ts'
import { Enricher } from '../enrich/enricher.ts'
import { joinTables } from '../enrich/enrich-tables.ts'
import { compileRuleTable } from '../enrich/rule-table.ts'
import { trialAttacks } from '../sim/attack-kinds.ts'
import { Attack } from '../sim/attacks.ts'
import { createExporter } from '../sim/exporters/create-exporter.ts'
import type { SimFlow } from '../sim/flow.ts'
import { queryRuleSeries } from '../query/rule-series.ts'
import { Random } from '../sim/random.ts'
import { Traffic } from '../sim/traffic.ts'
import { Spool } from '../store/spool.ts'
import { maxRecordsPerDatagram } from '../wire/record-writer.ts'
import { startTestFlowStore, type TestFlowStore } from './testing/test-flow-store.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'

const seconds = 92 * 60
/** Second 0. */
const start = testTime / 1000 - seconds - 120
/** By seconds after the start. The zscore needs an hour to learn. */
const attacks = [
  { kind: 'dns_amplification', from: 4200, to: 4290 },
  { kind: 'syn_flood', from: 4800, to: 4805 },
  { kind: 'ntp_amplification', from: 4960, to: 5005 },
] as const
const routers = { sflow5: '192.0.2.1', netflow9: '192.0.2.2' } as const
/** Flow records a second of each, clean and in an attack. */
const [cleanRecords, attackRecords] = [12, 120]
const sampling = 200

let flows: TestFlowStore
let server: TestServer
let directory: string
const rules: RuleView[] = []
const live: { readonly opened: number; readonly incident: DetectedIncident }[] = []
const minutes: RuleMinute[] = []
const batches: { batch: FlowBatch; routers: Readonly<Record<string, number>> }[] = []

const prefixes = ['203.0.113.0/24', '198.51.100.0/24', '2001:db8::/32']
const bodies = [
  { name: 'bandwidth', type: 'threshold', bandwidth_threshold: 100_000_000, duration: '10s' },
  { name: 'either', type: 'threshold', bandwidth_threshold: 150_000_000, packet_threshold: 30_000, duration: '30s' },
  { name: 'long', type: 'threshold', bandwidth_threshold: 100_000_000, duration: '5m' },
  { name: 'anomaly', type: 'zscore', zscore_sensitivity: 'high', zscore_target: 'packets', duration: '1m' },
  { name: 'ddos', type: 'advanced_ddos', prefix_match: 'subnet' },
]

function collectorOf(): Collector {
  const capacity = 50_000 + maxRecordsPerDatagram
  const settings = { sealRows: 50_000, sealMs: 1e9, templateLifetimeMs: 1e9, pendingBytes: 100_000, pendingMs: 30_000 }
  const exchange = (batch: FlowBatch, counts: Readonly<Record<string, number>>) => {
    batches.push({ batch, routers: counts })
    return createFlowBatch(capacity)
  }
  const ignore = () => undefined
  const deps = { enricher: new Enricher(joinTables({})), exchange, remember: ignore, forget: ignore }
  return new Collector(settings, deps, createFlowBatch(capacity))
}

/** Drives collector and detector through the time, as the threads and the server do. */
async function runLive(): Promise<void> {
  const saved = await readRules(server.context.state)
  const clock = { time: start * 1000, now: () => clock.time }
  const collector = collectorOf()
  collector.table.register(server.context.telemetry.registered)
  collector.rules.watch(compileRuleTable(saved), clock.time)
  const ids = new Random(5)
  const detector = new Detector(
    { threads: 1 },
    {
      clock,
      log: { warn: () => undefined, error: (entry: unknown) => expect.fail(JSON.stringify(entry)) } as never,
      history: { minutes: async () => [] },
      journal: new MemoryJournal(),
      onIncident: (event, incident) => {
        if (event === 'opened') live.push({ opened: Math.floor(clock.time / 1000), incident })
        if (event === 'closed')
          live.splice(
            live.findIndex(({ incident: { id } }) => id === incident.id),
            1,
            { opened: Date.parse(incident.opened_at) / 1000, incident },
          )
      },
      onMinutes: (rows) => minutes.push(...rows),
      newId: () =>
        ids
          .integer(0, 2 ** 32 - 1)
          .toString(16)
          .padStart(32, '0'),
      every: () => () => undefined,
    },
  )
  detector.watch(saved)
  await detector.start()
  const exporters = Object.entries(routers).map(([protocol, address], index) => ({
    words: parseWords(address),
    traffic: new Traffic({ seed: index + 1 }),
    exporter: createExporter(protocol as keyof typeof routers, {
      domain: 0,
      sampling,
      bootedAt: (start - 86_400) * 1000,
      agent: Uint8Array.of(192, 0, 2, index + 1),
    }),
  }))
  const planned = attacks.map(({ kind, from, to }, index) => {
    const row = trialAttacks().find(({ vector }) => vector === kind)
    if (row === undefined) throw new Error(`there is no ${kind}`)
    return new Attack(row, { start: (start + from) * 1000, end: (start + to) * 1000 }, new Random(index))
  })
  for (let second = 0; second < seconds; second++) {
    clock.time = (start + second) * 1000 + 400
    const attack = planned.find((one) => one.strength(clock.time) > 0)
    for (const { words, traffic, exporter } of exporters) {
      const records: SimFlow[] = Array.from({ length: cleanRecords }, () => traffic.next())
      if (attack) records.push(...Array.from({ length: attackRecords * attack.strength(clock.time) }, () => attack.flow(1)))
      for (const datagram of [...(second % 60 === 0 ? exporter.announce(clock.time) : []), ...exporter.encode(records, clock.time)])
        collector.handle(datagram, datagram.length, words, clock.time)
    }
    clock.time = (start + second + 1) * 1000 + 50
    collector.attacks.advance(Math.floor(clock.time / 1000))
    for (const report of collector.attacks.take()) detector.addAttacks(report)
    for (const counted of collector.rules.take(clock.time)) detector.add({ thread: 0, ...counted })
  }
  collector.seal()
  await detector.stop()
}

beforeAll(async () => {
  flows = await startTestFlowStore()
  server = await startTestServer({ flows: flows.store })
  for (const address of Object.values(routers)) await server.call('POST', `${server.account}/drawbridge/routers`, { address })
  for (const cidr of prefixes) await server.call('POST', `${server.account}/drawbridge/prefixes`, { cidr, origin_as: 64_500 })
  for (const body of bodies) {
    const created = await server.call('POST', `${server.account}/mnm/rules`, { automatic_advertisement: true, prefixes, ...body })
    if (created.status !== 200) throw new Error(JSON.stringify(created.body.errors))
    rules.push(created.body.result as RuleView)
  }
  directory = await mkdtemp(path.join(tmpdir(), 'drawbridge-golden-'))
  await runLive()
  const spool = new Spool({ dir: directory, maxBytes: 1e9 }, { state: { db: server.context.state } })
  for (const [index, { batch, routers: counts }] of batches.entries())
    await flows.store.insertSegment(await spool.seal({ name: `run-0-${index}`, run: 'run', batch, routers: counts }))
}, 240_000)
afterAll(async () => {
  await server?.close()
  await flows?.close()
  await rm(directory, { recursive: true, force: true })
})

async function backtest(question: object): Promise<BacktestResult> {
  const { body } = await server.call('POST', `${server.account}/drawbridge/rules/backtest`, question)
  expect(body.errors).toEqual([])
  return body.result as BacktestResult
}

const at = (second: number) => new Date((start + second) * 1000).toISOString()
/** Before the first attack there is only something to learn. */
const range = { from: at(3900), to: at(seconds) }
const ranOf = new Map<string, Promise<BacktestResult>>()

/** Once for each rule. */
async function replayed(name: string): Promise<BacktestResult> {
  const result = ranOf.get(name) ?? backtest({ rule_id: rules.find((rule) => rule.name === name)?.id, ...range })
  ranOf.set(name, result)
  return result
}

/** Seconds after the start. */
const after = (text: string | null) => (text === null ? null : Date.parse(text) / 1000 - start)

/** Live, records of NetFlow are waited for, which replay has at once: zscores and calm are judged that much later. */
const lateSeconds = 10

describe('live and replayed, the same datagrams', () => {
  it.each([
    ['bandwidth', 2],
    ['either', 2],
    ['long', 0],
    ['anomaly', 2],
    ['ddos', 3],
  ])('rule %s fires %i times on the same', async (name, times) => {
    const rule = rules.find((one) => one.name === name)
    const told = live.filter(({ incident }) => incident.rule_id === rule?.id)
    const { firings, resolution } = await replayed(name)
    expect([told.length, firings.length, resolution]).toEqual([times, times, 1])
    // A zscore is worked out every few seconds, live and replayed in different ones: which ones depends on the rule's id.
    const slack = rule?.type === 'zscore' ? judgeEvery : 0
    for (const [index, { opened, incident }] of told.entries()) {
      const firing = firings[index]
      expect(firing).toMatchObject({ metric: incident.metric, top_destination: expect.stringMatching(/^203\.0\.113\.\d+$/) })
      expect(Math.abs(Date.parse(firing?.started_at ?? '') - Date.parse(incident.started_at))).toBeLessThanOrEqual(slack * 1000)
      expect(Math.abs((after(firing?.ended_at ?? null) ?? NaN) - (after(incident.ended_at) ?? NaN))).toBeLessThanOrEqual(slack)
      const later = opened - start - (after(firing?.fired_at ?? null) ?? NaN)
      expect(later).toBeGreaterThanOrEqual(-slack)
      expect(later).toBeLessThanOrEqual(lateSeconds)
      expect(firing?.limit).toBeCloseTo(incident.limit, incident.limit > 1e6 ? 0 : -2)
      const peak = incident.metric === 'bits' ? 'peak_bits_per_second' : 'peak_packets_per_second'
      expect((firing?.[peak] ?? NaN) / incident[peak]).toBeCloseTo(1, 9)
    }
  })

  it('tells what missed narrowly', async () => {
    expect(await replayed('long')).toMatchObject({ firings: [], nearest_miss_seconds: 90 })
  })

  it('advertises all prefixes of a sum, and of an attack those that hold the target', async () => {
    const advertised = async (name: string) => (await replayed(name)).firings.map((firing) => firing.would_advertise)
    expect(await advertised('bandwidth')).toEqual([prefixes, prefixes])
    expect(await advertised('ddos')).toEqual([['203.0.113.0/24'], ['203.0.113.0/24'], ['203.0.113.0/24']])
  })

  it('has the minutes that the detector told', async () => {
    const rule = rules.find(({ name }) => name === 'bandwidth')
    const history = new StoredRuleHistory({
      flows: flows.store,
      state: server.context.state,
      log: { warn: (entry: unknown) => expect.fail(JSON.stringify(entry)) } as never,
    })
    await history.start()
    history.add(minutes)
    await history.stop()
    const stored = await history.minutes(rule?.id ?? '', start, start + seconds)
    expect(stored.length).toBeGreaterThan(85)
    const [first, last] = [stored[0]?.minute ?? 0, (stored.at(-1)?.minute ?? 0) + 60]
    const series = await queryRuleSeries(flows.store, { account: 1, prefixes, from: first, to: last, step: 60, overrides: new Map() })
    expect(stored.map(({ bytes }) => Math.round(bytes * 8))).toEqual(Array.from(series.bits, Math.round))
    expect(stored.map(({ packets }) => Math.round(packets))).toEqual(Array.from(series.packets, Math.round))
    const attacked = stored.filter(({ incident }) => incident).map(({ minute }) => minute - first)
    expect(attacked.length).toBeGreaterThan(1)
    expect(stored.every(({ peak_bits, bytes }) => peak_bits >= (bytes * 8) / 60)).toBe(true)
  })
})
