// Backtests and suggestions by HTTP over stored flows and over the minutes that are kept of a rule.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testTime } from '../app/testing/test-context.ts'
import type { BacktestResult, ThresholdSuggestion } from '../contract/backtest.ts'
import { writeIncident } from '../app/incident/rows.ts'
import { noFacts, type DetectedIncident } from '../contract/incident.ts'
import type { RuleView } from '../app/rule/view.ts'
import { startTestFlowStore, type TestFlowStore } from './testing/test-flow-store.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'

const now = testTime / 1000
const hour = 3600
/** First second with traffic: 3 hours before the clock. */
const begin = now - 3 * hour
const prefix = '203.0.113.0/24'
const quietBits = 800_000

/** Bursts to 203.0.113.9 on top, seconds after `begin`. */
const bursts = [
  { from: 2 * hour, seconds: 30, bits: 8_000_000 },
  { from: 2 * hour + 600, seconds: 7, bits: 8_000_000 },
] as const

let flows: TestFlowStore
let server: TestServer
let rule: RuleView

const at = (second: number) => new Date(second * 1000).toISOString()

/** One flow a second of a packet of 1000 bytes, sampled 1 in `rate`. */
async function addFlows(host: string, { from, seconds, bits }: { from: number; seconds: number; bits: number }): Promise<void> {
  await flows.store.command(
    `INSERT INTO flows (time_received, account, router, src_addr, dst_addr, protocol, bytes, packets, sampling_rate, flow_start, flow_end, export_protocol)
     SELECT ${begin + from} + number AS at, 1, toIPv6('::ffff:192.0.2.1'), toIPv6('::ffff:198.51.100.1'), toIPv6('::ffff:${host}'), 17, 1000, 1, ${bits / 8000},
       fromUnixTimestamp64Milli(toInt64(at) * 1000), fromUnixTimestamp64Milli(toInt64(at) * 1000), 'sflow5' FROM numbers(${seconds})`,
  )
}

beforeAll(async () => {
  flows = await startTestFlowStore()
  server = await startTestServer({ flows: flows.store })
  await addFlows('203.0.113.1', { from: 0, seconds: 3 * hour, bits: quietBits })
  for (const burst of bursts) await addFlows('203.0.113.9', burst)
  await addFlows('203.0.114.1', { from: 0, seconds: 3 * hour, bits: 80_000_000 })
  await server.call('POST', `${server.account}/mnm/config`, { name: 'test', default_sampling: 1 })
  await server.call('POST', `${server.account}/drawbridge/prefixes`, { cidr: prefix, origin_as: 64_500 })
  rule = await createRule({ name: 'saved', bandwidth_threshold: 4_000_000, duration: '10s' })
})
afterAll(async () => {
  await server?.close()
  await flows?.close()
})

const fields = { type: 'threshold', prefixes: [prefix], automatic_advertisement: true }

async function createRule(more: object): Promise<RuleView> {
  const { status, body } = await server.call('POST', `${server.account}/mnm/rules`, { ...fields, ...more })
  expect(status).toBe(200)
  return body.result as RuleView
}

async function post<T>(path: 'backtest' | 'suggest', question: unknown): Promise<T> {
  const { status, body } = await server.call('POST', `${server.account}/drawbridge/rules/${path}`, question)
  expect({ status, errors: body.errors }).toEqual({ status: 200, errors: [] })
  return body.result as T
}
const backtest = (question: unknown) => post<BacktestResult>('backtest', question)

const burstFiring = {
  started_at: at(begin + 2 * hour),
  fired_at: at(begin + 2 * hour + 10),
  ended_at: at(begin + 2 * hour + 30),
  metric: 'bits',
  limit: 4_000_000,
  peak_bits_per_second: 8_800_000,
  peak_packets_per_second: 1100,
  top_destination: '203.0.113.9',
  top_destination_share: expect.closeTo(8 / 8.8, 6),
  would_advertise: [prefix],
}

describe('a backtest of a threshold', () => {
  it('of a saved rule says when it would have fired, on what, and what it missed', async () => {
    const result = await backtest({ rule_id: rule.id, from: at(now - hour - 600), to: at(now) })
    expect(result).toMatchObject({
      from: at(now - hour - 600),
      to: at(now),
      resolution: 1,
      caveats: [],
      firings: [burstFiring],
      nearest_miss_seconds: 7,
      bandwidth_threshold: 4_000_000,
      packet_threshold: null,
      limit_series: null,
      series_step: 5,
    })
    expect(result.series).toHaveLength(840)
    const peak = result.series.find(({ time }) => time === begin + 2 * hour)
    expect(peak).toEqual({ time: begin + 2 * hour, bits: 8_800_000, bits_max: 8_800_000, packets: 1100, packets_max: 1100 })
    expect(result.series[0]).toMatchObject({ bits: quietBits, packets: 100 })
  })

  it('of the last 24 hours begins where flows begin, and says so', async () => {
    const result = await backtest({ rule_id: rule.id })
    expect(result).toMatchObject({ from: at(begin), to: at(now), resolution: 1, firings: [burstFiring] })
    expect(result.caveats).toEqual([`Flows are stored since ${at(begin).replace('.000', '')} only; the replay begins there.`])
  })

  it('of a rule that is not saved', async () => {
    const tried = { ...fields, automatic_advertisement: false, packet_threshold: 1000, duration: '5s' }
    const { firings } = await backtest({ rule: tried, from: at(now - 2 * hour) })
    expect(firings).toMatchObject([
      { started_at: at(begin + 2 * hour), ended_at: at(begin + 2 * hour + 30), metric: 'packets', would_advertise: [] },
      { started_at: at(begin + 2 * hour + 600), ended_at: at(begin + 2 * hour + 607), fired_at: at(begin + 2 * hour + 605) },
    ])
    expect(await backtest({ rule: { ...tried, packet_threshold: 1101 } })).toMatchObject({ firings: [], nearest_miss_seconds: 0 })
  })

  it('says that a rule without threshold can never fire', async () => {
    const result = await backtest({ rule: fields, from: at(now - hour) })
    expect(result).toMatchObject({ firings: [], caveats: ['The rule has no threshold, so it can never fire.'] })
  })
})

describe('a backtest of a zscore', () => {
  it('learns from the time before, fires on what stands out, and tells its limits', async () => {
    // 30 s of 8 Mb/s raise the mean of five minutes to 1.6 Mb/s, 0.8 above what is normal; a deviation is 1 Mb/s at least.
    await addFlows('203.0.113.9', { from: 2 * hour + 1200, seconds: 300, bits: 8_000_000 })
    const question = { rule: { ...fields, type: 'zscore', zscore_sensitivity: 'high', duration: '1m' }, from: at(now - hour) }
    const { firings, limit_series: limits, caveats } = await backtest(question)
    expect(caveats).toEqual([])
    expect(firings).toHaveLength(1)
    const [firing] = firings
    expect(firing?.limit).toBeGreaterThan(quietBits + 3_000_000)
    expect(Date.parse(firing?.started_at ?? '') / 1000 - (begin + 2 * hour + 1200)).toBeGreaterThan(60)
    expect(Date.parse(firing?.started_at ?? '') / 1000).toBeLessThan(begin + 2 * hour + 1500)
    expect(firing?.ended_at).not.toBeNull()
    expect(limits?.length).toBeGreaterThan(700)
    expect(limits?.every(({ limit }) => limit >= 3_800_000 && limit < 8_000_000)).toBe(true)
  })

  it('says when history is too short to learn', async () => {
    const question = { rule: { ...fields, type: 'zscore' }, from: at(begin), to: at(begin + 1200) }
    const { firings, caveats } = await backtest(question)
    expect(firings).toEqual([])
    expect(caveats).toEqual([expect.stringMatching(/^History is too short to learn what is normal: \d+ % of it is there\.$/)])
  })
})

describe('beyond the flows', () => {
  const old = now - 20 * 24 * hour
  const minutes = 600

  beforeAll(async () => {
    // Ten hours, of which minutes 100 to 104 are busy and minutes 200 to 209 were not counted.
    const rows = Array.from({ length: minutes }, (_, index) => index)
      .filter((index) => index < 200 || index > 209)
      .map((index) => {
        const bits = index >= 100 && index < 105 ? 6_000_000 : quietBits
        return {
          account: 1,
          rule: rule.id,
          minute: old + index * 60,
          bytes: (bits / 8) * 60,
          packets: (bits / 8000) * 60,
          peak_bits: bits * 2,
          peak_packets: bits / 4000,
          incident: index >= 100 && index < 105 ? 1 : 0,
        }
      })
    await flows.store.insertRows('rule_minutes', rows)
  })

  it('a saved rule is replayed by the minute', async () => {
    const result = await backtest({ rule_id: rule.id, from: at(old), to: at(old + 10 * hour) })
    expect(result).toMatchObject({ resolution: 60, from: at(old), to: at(old + 10 * hour) })
    expect(result.firings).toMatchObject([
      {
        started_at: at(old + 6000),
        fired_at: at(old + 6060),
        ended_at: at(old + 6300),
        peak_bits_per_second: 12_000_000,
        top_destination: '',
        top_destination_share: 0,
      },
    ])
    expect(result.series).toHaveLength(600)
    expect(result.series[100]).toMatchObject({ bits: 6_000_000, bits_max: 12_000_000 })
    expect(result.caveats.join(' ')).toMatch(
      /by the minute.*prefixes that the rule had then.*10 minutes were not counted.*destination of 1 firings/,
    )
  })

  it('a rule that is not saved cannot be', async () => {
    const question = { rule: fields, from: at(old), to: at(old + hour) }
    const { status, body } = await server.call('POST', `${server.account}/drawbridge/rules/backtest`, question)
    expect(status).toBe(400)
    expect(body.errors).toEqual([{ code: 20005, message: 'no flows of this time are stored; ask for a later one' }])
  })

  it('thresholds are suggested from them, without incidents', async () => {
    const suggestion = await post<ThresholdSuggestion>('suggest', { prefixes: ['203.0.113.77/24'] })
    expect(suggestion).toEqual({
      // The bursts of the flows are not seen: the rule has minutes, and they reach back further.
      bandwidth_threshold: 2 * quietBits,
      packet_threshold: 200,
      duration: '5m',
      peak_bits_per_second: quietBits,
      peak_packets_per_second: 100,
      peak_bits_at: at(old),
      peak_packets_at: at(old),
      days: 20,
      caveats: ['5 minutes of known incidents were left out.'],
    })
  })
})

describe('a suggestion', () => {
  it('rests on flows where no rule has these prefixes', async () => {
    const suggestion = await post<ThresholdSuggestion>('suggest', { prefixes: ['203.0.114.1'] })
    expect(suggestion).toMatchObject({ bandwidth_threshold: 160_000_000, packet_threshold: 20_000, days: 0.1 })
    expect(suggestion.caveats).toEqual([expect.stringContaining('rests on less than a day of history')])
  })

  it('leaves out what is known as an incident, of any rule', async () => {
    const prefixes = ['203.0.113.0/25', '2001:db8::/32']
    const before = await post<ThresholdSuggestion>('suggest', { prefixes })
    // The busiest minute is one of the five that the zscore was tried on.
    expect(before.peak_bits_per_second).toBeCloseTo(8_800_000, 3)
    const incident = {
      id: 'ef'.repeat(16),
      account: 1,
      rule_id: rule.id,
      state: 'closed',
      targets: ['203.0.113.9/32'],
      opened_at: at(begin),
    }
    const times = { started_at: at(begin + 2 * hour), ended_at: at(begin + 2 * hour + 1500) }
    const kept = { incident: { ...incident, ...times } as unknown as DetectedIncident, facts: noFacts, startTold: true, endTold: true }
    await writeIncident(server.context.state, kept)
    const after = await post<ThresholdSuggestion>('suggest', { prefixes })
    expect(after.peak_bits_per_second).toBeCloseTo(quietBits, 3)
    expect(after.caveats.at(-1)).toBe('25 minutes of known incidents were left out.')
  })

  it('begins high where nothing is known', async () => {
    const suggestion = await post<ThresholdSuggestion>('suggest', { prefixes: ['192.0.2.0/24'] })
    expect(suggestion).toMatchObject({ bandwidth_threshold: 10e9, packet_threshold: 10e6, peak_bits_at: null, peak_packets_at: null })
    expect(suggestion.caveats).toEqual([expect.stringContaining('No traffic')])
  })
})

describe('a question that cannot be answered', () => {
  it.each([
    ['backtest', {}, 20002, 'either rule or rule_id must be set', undefined],
    ['backtest', { rule: fields, rule_id: 'x' }, 20002, 'either rule or rule_id', undefined],
    ['backtest', { rule: { ...fields, prefixes: ['0.0.0.0/0'] } }, 1008, 'default route', '/prefixes/0'],
    ['backtest', { rule_id: 'ab'.repeat(16) }, 1009, 'there is no rule', undefined],
    ['backtest', { rule: fields, from: 'yesterday' }, 20002, 'from must be a time', '/from'],
    ['backtest', { rule: fields, from: at(now + 10) }, 20002, 'from must be at least 60 s before to', '/from'],
    ['backtest', { rule: fields, from: at(now - 101 * 24 * hour) }, 20002, 'at most 100 days', '/from'],
    ['backtest', { rule: fields, since: 1 }, 20002, 'has since', undefined],
    ['suggest', {}, 1008, 'prefixes must be a list', '/prefixes'],
    ['suggest', { prefixes: ['nonsense'] }, 1008, 'is not a prefix', '/prefixes/0'],
    ['suggest', { prefixes: [prefix], type: 'zscore' }, 20002, 'prefixes and nothing else', undefined],
  ])('%s %j', async (path, question, code, message, pointer) => {
    const { status, body } = await server.call('POST', `${server.account}/drawbridge/rules/${path}`, question)
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
    expect(body.errors).toEqual([{ code, message: expect.stringContaining(message), ...(pointer && { source: { pointer } }) }])
  })
})
