// Traffic towards prefixes from stored flows, against a spread of each flow worked out by hand.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestFlowStore, type TestFlowStore } from '../api/testing/test-flow-store.ts'
import { Retention } from '../store/retention.ts'
import { randomNumbers } from '../store/testing/flow-batches.ts'
import { mappedAddress } from './applied-rate.ts'
import { queryRuleMinutes } from './rule-minutes.ts'
import { queryRuleSeries, queryStoredSince, type RuleSeries } from './rule-series.ts'

interface TestFlow {
  readonly to: string
  readonly received: number
  /** Milliseconds since 1970. */
  readonly start: number
  readonly end: number
  readonly bytes: number
  readonly packets: number
  readonly rate: number
}

/** 12:00 on a day. */
const noon = Date.UTC(2026, 0, 5, 12) / 1000
const range = { from: noon, to: noon + 1200 }
const prefixes = ['203.0.113.9/24', '203.0.113.128/25', '198.51.100.7', '2001:db8::/33', '2001:db8:8000::1/128', '::ffff:192.0.2.0/124']
const watched = ['203.0.113.0', '203.0.113.255', '198.51.100.7', '2001:db8:7fff::', '2001:db8:8000::1', '192.0.2.15']
const others = ['203.0.112.255', '203.0.114.0', '198.51.100.8', '2001:db8:8000::2', '2001:db7:ffff::', '192.0.2.16']

const next = randomNumbers(7)
/** Up to 900 s long, told up to 700 s after they ended: some begin or end before anything that counts. */
const flows: TestFlow[] = Array.from({ length: 400 }, (_, index) => {
  const received = noon - 100 + (next() % 1500)
  const late = [0, next() % 60_000, next() % 700_000, -(next() % 400_000)][next() % 4] ?? 0
  const lasted = [0, next() % 1000, next() % 60_000, next() % 900_000][next() % 4] ?? 0
  const end = received * 1000 + 500 - late
  const list = index % 3 === 0 ? others : watched
  const sizes = { bytes: 1 + (next() % 1_000_000), packets: 1 + (next() % 1000), rate: 1 + (next() % 1000) }
  return { to: list[next() % list.length] ?? '', received, start: end - lasted, end, ...sizes }
})

/** As the meter of the collectors does it, a millisecond's part at a time and without sums that run on. */
function spread(step: number): { bits: number[]; packets: number[] } {
  const steps = (range.to - range.from) / step
  const sums = { bits: Array.from({ length: steps }, () => 0), packets: Array.from({ length: steps }, () => 0) }
  for (const flow of flows.filter(({ to }) => watched.includes(to))) {
    const told = flow.received * 1000 + 999
    const end = flow.end > told || flow.end < told - 300_000 ? told : flow.end
    const lasted = flow.end - flow.start
    for (let index = 0; index < steps; index++) {
      const at = (range.from + index * step) * 1000
      const from = Math.max(at, end - lasted, told - 600_000)
      const part = lasted === 0 ? Number(end >= at && end < at + step * 1000) : Math.max(0, Math.min(at + step * 1000, end) - from) / lasted
      sums.bits[index] = (sums.bits[index] ?? 0) + part * flow.bytes * 8 * flow.rate
      sums.packets[index] = (sums.packets[index] ?? 0) + part * flow.packets * flow.rate
    }
  }
  return sums
}

let store: TestFlowStore

beforeAll(async () => {
  store = await startTestFlowStore()
  const rows = flows.map(({ to, received, start, end, bytes, packets, rate }) => {
    const [began, ended] = [start, end].map((time) => `fromUnixTimestamp64Milli(${time}::Int64)`)
    return `SELECT ${received}, 1, toIPv6('${mappedAddress(to)}'), ${bytes}, ${packets}, ${rate}, ${began}, ${ended}`
  })
  const columns = 'time_received, account, dst_addr, bytes, packets, sampling_rate, flow_start, flow_end'
  await store.store.command(`INSERT INTO flows (${columns}) SELECT * FROM (${rows.join(' UNION ALL ')})`)
})
afterAll(() => store?.close())

const ask = (more: object): Promise<RuleSeries> =>
  queryRuleSeries(store.store, { account: 1, prefixes, ...range, step: 1, overrides: new Map(), ...more })

describe('traffic towards prefixes', () => {
  it.each([1, 60, 300])('is spread over the time of each flow by %i s', async (step) => {
    const found = await ask({ step })
    const expected = spread(step)
    expect(found).toMatchObject({ from: noon, step })
    const largest = Math.max(...expected.bits)
    expect(
      Array.from(found.bits, (value, index) => Math.abs(value - (expected.bits[index] ?? 0)) / largest).filter((off) => off > 1e-6),
    ).toEqual([])
    expect(Array.from(found.packets, (value, index) => Math.abs(value - (expected.packets[index] ?? 0))).filter((off) => off > 1)).toEqual(
      [],
    )
  })

  it('is that of the account', async () => {
    expect((await ask({ account: 2 })).bits.every((value) => value === 0)).toBe(true)
  })

  it('takes 5000 prefixes', async () => {
    const many = Array.from({ length: 4994 }, (_, index) => `2001:db8:ffff:ffff:${(index + 1).toString(16)}:1111:2222:3333/128`)
    expect((await ask({ prefixes: [...prefixes, ...many] })).bits).toEqual((await ask({})).bits)
    await expect(ask({ prefixes: Array.from({ length: 5001 }, () => '192.0.2.1') })).rejects.toThrow(RangeError)
  })

  it('holds what comes through a tunnel, once', async () => {
    const flow = { time_received: noon + 5000, account: 3, bytes: 100, packets: 1, sampling_rate: 1, tunnel: "'gre'" }
    const ends = { tunnel_dst: `toIPv6('::ffff:203.0.113.1')`, flow_end: (noon + 5000) * 1000 }
    await store.insert([
      { ...flow, ...ends, dst_addr: `toIPv6('::ffff:10.0.0.1')` },
      { ...flow, ...ends, dst_addr: `toIPv6('::ffff:203.0.113.2')` },
    ])
    const { bits } = await ask({ account: 3, from: noon + 4980, to: noon + 5040, step: 60 })
    expect([...bits]).toEqual([1600])
  })

  it('knows since when there are flows', async () => {
    expect(await queryStoredSince(store.store, 1)).toBe(Math.min(...flows.map(({ received }) => received)))
    expect(await queryStoredSince(store.store, 99)).toBeUndefined()
  })
})

describe('minutes of rules', () => {
  const rule = 'ab'.repeat(16)
  const row = { account: 1, rule, peak_bits: 900, peak_packets: 9 }

  it('are replaced when they are told again, and come in order', async () => {
    await store.store.insertRows('rule_minutes', [
      { ...row, minute: noon + 60, bytes: 1.5, packets: 2, incident: 0 },
      { ...row, minute: noon, bytes: 10, packets: 1, incident: 0 },
    ])
    await store.store.insertRows('rule_minutes', [{ ...row, minute: noon, bytes: 20, packets: 3, incident: 1 }])
    await store.store.insertRows('rule_minutes', [{ ...row, rule: 'cd'.repeat(16), minute: noon, bytes: 1, packets: 1, incident: 0 }])
    expect(await queryRuleMinutes(store.store, { rule, from: noon, to: noon + 120 })).toEqual([
      { ...row, minute: noon, bytes: 20, packets: 3, incident: true },
      { ...row, minute: noon + 60, bytes: 1.5, packets: 2, incident: false },
    ])
    expect(await queryRuleMinutes(store.store, { rule, from: noon + 60, to: noon + 60 })).toEqual([])
  })

  it('live for five weeks at the least, and as long as minute sums', async () => {
    const day = 86_400
    const days = [60, 50, 20]
    const old = 'ee'.repeat(16)
    for (const age of days)
      await store.store.insertRows('rule_minutes', [{ ...row, rule: old, minute: noon - age * day, bytes: age, packets: 1, incident: 0 }])
    const left = async (minuteDays: number) => {
      await new Retention(
        { rawDays: 1000, minuteDays, hourDays: 1000, topDays: 1000 },
        { store: store.store, now: () => noon * 1000 },
      ).dropExpired()
      const rows = await queryRuleMinutes(store.store, { rule: old, from: 0, to: noon })
      return rows.map(({ bytes }) => bytes)
    }
    expect(await left(90)).toEqual([60, 50, 20])
    // A partition is a week: what is a little older than it may be lives on with its week.
    expect(await left(52)).toEqual([50, 20])
    expect(await left(1)).toEqual([20])
  })
})
