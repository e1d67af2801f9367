// The first addresses and ports of each hour on the real engine: what is kept, what questions make of it, and what kills,
// late flows and lost ones do to it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestFlowStore, type TestFlowStore } from '../api/testing/test-flow-store.ts'
import { Retention } from '../store/retention.ts'
import { TopRollup, type TopRollupDependencies } from '../store/top-rollup.ts'
import { topDimensions, topFacets, topSource, topTable } from '../store/top-rollup-table.ts'
import type { Adapting } from './adaptive-tier.ts'
import type { FlowFilter } from './flow-filter.ts'
import { flowDimension, type ColumnDimension } from './flow-dimensions.ts'
import { queryFlowGroups, type FlowGroups } from './flow-groups.ts'
import type { AnswerTier } from '../contract/flow-question.ts'

const hour = 3600
const start = Date.UTC(2026, 0, 5, 8) / 1000
/** Four hours and a half: the last one is not over. */
const now = start + 4.5 * hour
const keep = 5
const retention = { raw_days: 7, minute_days: 90, hour_days: 730, top_days: 730 }

let flows: TestFlowStore
beforeAll(async () => {
  flows = await startTestFlowStore()
  await insertRandom({ from: start, seconds: 4.5 * hour, count: 5000, seed: 1 })
})
afterAll(() => flows?.close())

/** Addresses and ports by a power law, so that the first ones of the hours are mostly the same and not quite. */
async function insertRandom(flowsOf: { from: number; seconds: number; count: number; seed: number }): Promise<void> {
  const { from, seconds, count, seed } = flowsOf
  const hash = (salt: number) => `cityHash64(number, ${seed}, ${salt})`
  const skewed = (most: number, salt: number) => `toUInt32(pow(${most}, ${hash(salt)} % 1000000 / 1000000.)) - 1`
  const oneOf = (values: readonly (string | number)[], salt: number) => `[${values.join(', ')}][1 + ${hash(salt)} % ${values.length}]`
  const columns = {
    time_received: `${from} + ${hash(1)} % ${seconds}`,
    account: oneOf([1, 1, 1, 2], 2),
    router: `toIPv6(${oneOf(["'::ffff:192.0.2.1'", "'2001:db8::1'"], 3)})`,
    // The first is no address, the second no port.
    src_addr: `toIPv6(if(${skewed(300, 4)} = 0, '::', concat('2001:db8:1::', hex(${skewed(300, 4)}))))`,
    dst_addr: `toIPv6(concat('::ffff:198.51.100.', toString(${skewed(200, 5)})))`,
    src_port: skewed(300, 6),
    dst_port: skewed(300, 7),
    protocol: oneOf([6, 17], 8),
    in_if: oneOf([1, 2, 3], 9),
    out_if: oneOf([1, 2], 10),
    src_as: `64500 + ${skewed(300, 4)} % 7`,
    dst_as: `64500 + ${skewed(200, 5)} % 5`,
    src_country: oneOf(["'DE'", "'US'"], 11),
    direction: oneOf(["'inbound'", "'outbound'"], 12),
    bytes: `${hash(13)} % 1000000`,
    packets: `1 + ${hash(14)} % 100000`,
    sampling_rate: oneOf([1, 10, 1000], 15),
    sampling_source: oneOf(["'options'", "'unknown'"], 16),
  }
  await flows.store.command(
    `INSERT INTO flows (${Object.keys(columns).join(', ')}) SELECT ${Object.values(columns).join(', ')} FROM numbers(${count})`,
  )
}

const rowsOf = async <Row>(sql: string): Promise<Row[]> => (await flows.store.query<Row>(sql)).rows

const settled: Pick<TopRollupDependencies, 'settledUntil' | 'busy' | 'now'> = {
  settledUntil: () => now * 1000,
  busy: () => false,
  now: () => now * 1000,
}

function makeJob(change: Partial<TopRollupDependencies> = {}): TopRollup {
  return new TopRollup({ rawDays: 7, keep }, { store: flows.store, ...settled, ...change })
}

/**
 * Rows of all dimensions in which a facet and the sums by hour differ, for all hours and accounts.
 * @param hours of all others every flow is read
 */
async function differences(hours = { from: 0, to: start + 5 * hour }): Promise<unknown[]> {
  const found = await Promise.all(
    topFacets.map(async (facet) => {
      const dimensions = topDimensions(facet).join(', ').replace('time_received', 'toStartOfHour(time_received)')
      const sums = (table: string) =>
        `SELECT ${dimensions}, sum(bytes) AS b, sum(packets) AS p, sum(flows) AS f FROM ${table} GROUP BY ${dimensions} HAVING f > 0`
      const [top, all] = [sums(topSource(facet, new Set(topDimensions(facet)), hours)), sums('flows_1h')]
      return rowsOf(`SELECT * FROM (${top} EXCEPT ${all}) UNION ALL SELECT * FROM (${all} EXCEPT ${top})`)
    }),
  )
  return found.flat()
}

/** What the table should hold, from every flow and worked out here: sums of the first keys of each hour that is over. */
async function expectedKept(key: string): Promise<string[]> {
  const rows = await rowsOf<{ h: number; account: number; direction: string; k: string; b: string; p: string; f: string; bytes: string }>(
    `SELECT toUnixTimestamp(toStartOfHour(time_received)) AS h, account, toString(direction) AS direction, hex(${key}) AS k,
     sum(flows.bytes * sampling_rate) AS b, sum(packets * sampling_rate) AS p, count() AS f, sum(flows.bytes) AS bytes
     FROM flows WHERE h < ${start + 4 * hour} AND ${key} != defaultValueOfTypeName(toTypeName(${key})) GROUP BY h, account, direction, k`,
  )
  const groups = new Map<string, typeof rows>()
  for (const row of rows) {
    const group = `${row.h} ${row.account} ${row.direction}`
    groups.set(group, [...(groups.get(group) ?? []), row])
  }
  const line = ({ h, account, direction, k, f, bytes }: (typeof rows)[number]) => [h, account, direction, k, f, bytes].join(' ')
  return [...groups.values()].flatMap((group) => {
    const first = (by: 'b' | 'p') => group.toSorted((x, y) => Number(BigInt(y[by]) - BigInt(x[by])) || (x.k < y.k ? -1 : 1)).slice(0, keep)
    return [...new Set([...first('b'), ...first('p')])].map(line)
  })
}

async function keptOf(facet: string, key: string): Promise<string[]> {
  const rows = await rowsOf<Readonly<Record<string, string | number>>>(
    `SELECT toUnixTimestamp(time_received) AS h, account, toString(direction) AS direction, hex(${key}) AS k, sum(flows) AS f, sum(bytes) AS bytes
     FROM ${topTable} WHERE facet = '${facet}' GROUP BY h, account, direction, k HAVING f > 0`,
  )
  return rows.map((row) => Object.values(row).join(' '))
}

async function expectWhole(hours: 'all' | 'those that are there'): Promise<void> {
  for (const { name, key } of topFacets) {
    const kept = (await keptOf(name, key)).toSorted()
    const all = await expectedKept(key)
    const there = new Set((hours === 'all' ? all : kept).map(hourOf))
    const expected = all.filter((line) => there.has(hourOf(line)))
    expect([there.size <= 4, kept]).toEqual([true, expected.toSorted()])
  }
  expect(await differences()).toEqual([])
}

const hourOf = (line: string) => line.split(' ', 1)[0]

/** The engine dies some time after it was given this statement. */
function killingStore(statement: number, ms: number): TopRollupDependencies['store'] {
  let left = statement
  return {
    get ready() {
      return flows.store.ready
    },
    query: (sql, options) => flows.store.query(sql, options),
    command: async (sql, params) => {
      const { pid } = flows.store.supervisor
      if (--left === 0 && pid !== undefined) setTimeout(() => process.kill(pid, 'SIGKILL'), ms)
      await flows.store.command(sql, params)
    },
  }
}

const contents = () => rowsOf(`SELECT facet, time_received, cityHash64(*) AS hash FROM ${topTable} FINAL ORDER BY ALL`)

function dimension(name: string): ColumnDimension {
  const found = flowDimension(name)
  if (found?.type !== 'column') throw new Error(`${name} is no column`)
  return found
}

const time = flowDimension('datetime')
if (time?.type !== 'time') throw new Error('datetime is no time')
const range = (from: number, to: number): FlowFilter[] => [
  { time, operator: 'geq', values: [from] },
  { time, operator: 'lt', values: [to] },
]
const is = (name: string, value: string | number): FlowFilter => ({ dimension: dimension(name), operator: 'eq', values: [value] })

/** @param of asked a month later unless `later` is false: every flow is too old then, so that the others answer */
async function ask(of: {
  by: readonly string[]
  filter?: readonly FlowFilter[]
  later?: boolean
  overrides?: Map<string, number>
  between?: { readonly from: number; readonly to: number }
  limit?: number
  adapt?: Adapting | undefined
}): Promise<FlowGroups> {
  const { from, to } = of.between ?? { from: start, to: start + 4 * hour }
  const question = {
    node: 'test',
    account: 1,
    dimensions: of.by.map(dimension),
    sums: new Set(['bits', 'packets', 'egressBits', 'flows'] as const),
    sampleInterval: false,
    confidence: false,
    filter: { all: [...range(from, to), ...(of.filter ?? [])] },
    orderBy: [{ measure: 'bits', descending: true } as const],
    limit: of.limit ?? 10_000,
    overrides: of.overrides ?? new Map<string, number>(),
  }
  const settings = { retention, now: of.later === false ? now : now + 30 * 86_400, ...(of.adapt && { adapt: of.adapt }) }
  return await queryFlowGroups(flows.store, question, settings)
}

const added = ({ groups }: FlowGroups) =>
  groups.reduce(
    (sums, group) =>
      sums.map((sum, index) => sum + ([group.sums.bits, group.sums.packets, group.sums.egressBits, group.sums.flows][index] ?? 0n)),
    [0n, 0n, 0n, 0n],
  )
const tierOf = ({ choice }: FlowGroups): AnswerTier => choice.tier.tier

describe('the first of each hour', () => {
  it('are all rest while none is kept', async () => {
    expect(await differences()).toEqual([])
    const answer = await ask({ by: ['sourceAddress'] })
    expect(answer.groups.map(({ dimensions }) => dimensions)).toEqual([{ sourceAddress: '' }])
  })

  it('are not looked for before everything is stored, nor while segments queue', async () => {
    const early = makeJob({ settledUntil: () => (start + hour - 1) * 1000 })
    await early.catchUp()
    const busy = makeJob({ busy: () => true })
    await busy.catchUp()
    expect([early.counters(), early.hoursDue]).toMatchObject([{ made: 0, gave_way: 0 }, 0])
    expect([busy.counters(), busy.hoursDue]).toMatchObject([{ made: 0, gave_way: 1 }, 4])
    expect(await contents()).toEqual([])
  })

  it('of an hour are there whole or not at all when the engine is killed, and caught up with', async () => {
    const deaths = flows.store.supervisor.counters().deaths ?? 0
    await expect(makeJob({ store: killingStore(6, 10) }).catchUp()).rejects.toThrow(/does not answer|cancelled/)
    await expect.poll(() => flows.store.supervisor.counters().deaths, { timeout: 60_000 }).toBe(deaths + 1)
    await expect.poll(() => flows.store.ready, { timeout: 60_000 }).toBe(true)
    await expectWhole('those that are there')
    const job = makeJob()
    await job.catchUp()
    expect([job.hoursDue, job.counters()['errors']]).toEqual([0, 0])
    await expectWhole('all')
  })

  it('stay as they are when they are looked for again', async () => {
    const before = await contents()
    const job = makeJob()
    await job.catchUp()
    expect(job.counters()).toMatchObject({ made: 0, made_again: 0 })
    // Two servers at once, or one whose last statement was still running: it comes right in the next turn.
    await flows.store.command(`INSERT INTO ${topTable} SELECT * FROM ${topTable} WHERE time_received = toDateTime(${start}, 'UTC')`)
    expect(await differences()).toEqual([])
    await job.catchUp()
    expect(job.counters()).toMatchObject({ made: 0, made_again: 1 })
    expect(await contents()).toEqual(before)
  })

  it('are looked for again when flows came late', async () => {
    for (const late of [1, 3]) await insertRandom({ from: start + late * hour, seconds: 60, count: 800, seed: 2 })
    expect(await differences()).toEqual([])
    // One that the store refuses holds none of the others up.
    const refusing: TopRollupDependencies['store'] = {
      ready: true,
      query: (sql, options) => flows.store.query(sql, options),
      command: (sql, params) => flows.store.command(params?.['hour'] === start + hour ? `refuse ${sql}` : sql, params),
    }
    const job = makeJob({ store: refusing })
    await job.catchUp()
    await job.catchUp()
    expect([job.counters(), job.hoursDue]).toMatchObject([{ made: 0, made_again: 1, errors: 1 }, 1])
    const next = makeJob()
    await next.catchUp()
    expect(next.counters()).toMatchObject({ made: 0, made_again: 1, errors: 0 })
    await expectWhole('all')
  })
})

describe('questions', () => {
  it('read every flow of the hours that are not added up yet', async () => {
    const hours = { from: start + hour, to: start + 4 * hour }
    expect(await differences(hours)).toEqual([])
    for (const facet of topFacets) {
      const others = `time_received < ${hours.from} OR time_received >= ${hours.to}`
      const sums = (table: string) =>
        `SELECT time_received, ${facet.key}, sum(bytes), sum(packets) FROM ${table} WHERE ${others} GROUP BY ALL ORDER BY ALL`
      expect(await rowsOf(sums(topSource(facet, new Set([facet.key]), hours)))).toEqual(await rowsOf(sums('flows')))
    }
  })

  it.each(topFacets.map(({ key }) => key))(
    'about %s have the sums by hour in them, never more than there was, and all of what was always first',
    async (key) => {
      const name = { src_addr: 'sourceAddress', dst_addr: 'destinationAddress', src_port: 'sourcePort', dst_port: 'destinationPort' }[key]
      const [top, raw, hours] = await Promise.all([ask({ by: [name] }), ask({ by: [name], later: false }), ask({ by: [] })])
      expect([top, raw, hours].map(tierOf)).toEqual(['top', 'raw', 'hour'])
      expect(added(top)).toEqual(added(hours))
      expect(top.choice).toMatchObject({ exact: false, complete: true })
      const truth = new Map(raw.groups.map(({ dimensions, sums }) => [dimensions[name], sums.bits ?? 0n]))
      const always = await rowsOf<{ k: string }>(
        `SELECT if(toTypeName(${key}) = 'IPv6', replaceRegexpOne(toString(${key}), '^::ffff:', ''), toString(${key})) AS k
       FROM ${topTable} WHERE facet = '${topFacets.find((facet) => facet.key === key)?.name}' AND account = 1 AND flows > 0
       GROUP BY ${key} HAVING uniq(time_received, direction) = 8`,
      )
      const exact = top.groups.filter(({ dimensions, sums }) => truth.get(dimensions[name] ?? '') === sums.bits)
      const names = new Set(exact.map(({ dimensions }) => String(dimensions[name])))
      expect(always.length).toBeGreaterThan(0)
      for (const { k } of always) expect(names).toContain(k)
      const rest = top.groups.filter(({ dimensions }) => dimensions[name] === '' || dimensions[name] === 0)
      expect(rest.length).toBe(1)
      for (const group of top.groups.filter((group) => group !== rest[0])) {
        expect(group.sums.bits ?? 0n).toBeLessThanOrEqual(truth.get(group.dimensions[name] ?? '') ?? 0n)
      }
    },
  )

  it.each([
    ['nothing', [], 'protocol'],
    ['a router', [is('routerAddress', '192.0.2.1')], 'inputInterface'],
    ['interfaces and direction', [is('inputInterface', 2), is('direction', 'outbound')], 'outputInterface'],
    ['the AS of the address', [is('sourceAS', 64_501)], 'sourceCountry'],
    ['a country', [is('sourceCountry', 'DE')], 'samplingRate'],
  ] satisfies [string, FlowFilter[], string][])('that filter by %s have the sums by hour in them', async (_what, filter, beside) => {
    const overrides = new Map([['192.0.2.1', 77]])
    const [top, hours] = await Promise.all([
      ask({ by: ['sourceAddress', beside], filter, overrides }),
      ask({ by: [beside], filter, overrides }),
    ])
    expect([top, hours].map(tierOf)).toEqual(['top', 'hour'])
    expect(added(hours)[3]).toBeGreaterThan(0n)
    for (const group of hours.groups) {
      const same = top.groups.filter(({ dimensions }) => dimensions[beside] === group.dimensions[beside])
      expect(added({ ...top, groups: same })).toEqual(added({ ...hours, groups: [group] }))
    }
  })

  it('about one address leave the rest out', async () => {
    const filter = [is('destinationAddress', '198.51.100.1')]
    const [top, raw] = await Promise.all([
      ask({ by: ['destinationAddress'], filter }),
      ask({ by: ['destinationAddress'], filter, later: false }),
    ])
    expect([tierOf(top), top.groups]).toEqual(['top', raw.groups])
    expect(top.groups.length).toBe(1)
  })
})

describe('a list for which very many flows would be read', () => {
  const between = { from: start + 1200, to: start + 4 * hour + 600 }
  const list = { by: ['sourceAddress'], later: false, between, limit: keep, adapt: { keep, mostFlowsRead: 100 } }

  it('is answered by the first of its whole hours, and every flow of those that it cuts', async () => {
    const [quick, raw, total] = await Promise.all([
      ask({ ...list, limit: keep }),
      ask({ ...list, limit: 10_000, adapt: { keep } }),
      ask({ ...list, by: [], adapt: { keep } }),
    ])
    expect([quick, raw].map(tierOf)).toEqual(['top', 'raw'])
    expect([quick.choice.exact, quick.choice.complete, quick.choice.reason]).toEqual([
      false,
      true,
      expect.stringContaining('hours that are not whole'),
    ])
    const truth = new Map(raw.groups.map(({ dimensions, sums }) => [dimensions['sourceAddress'], sums.bits ?? 0n]))
    const [rest, ...first] = quick.groups
    expect(rest?.dimensions).toEqual({ sourceAddress: '' })
    expect(first.length).toBe(keep - 1)
    for (const { dimensions, sums } of first) expect(sums.bits).toBeLessThanOrEqual(truth.get(dimensions['sourceAddress'] ?? '') ?? 0n)
    const all = await ask({ ...list, limit: 10_000, adapt: { keep: 10_000, mostFlowsRead: 100 } })
    expect([tierOf(all), added(all)]).toEqual(['top', added(total)])
  })

  it.each([
    ['few flows', { adapt: { keep, mostFlowsRead: 1_000_000 } }],
    ['more groups than are kept', { limit: keep + 1 }],
    ['less than three whole hours', { between: { from: start + 1200, to: start + 3 * hour } }],
    ['a filter by the address itself', { filter: [is('sourceAddress', '2001:db8:1::1')] }],
    ['columns that are not kept beside it', { by: ['sourceAddress', 'destinationPort'] }],
  ])('reads every flow of %s', async (_what, change) => {
    const answer = await ask({ ...list, ...change })
    expect([tierOf(answer), answer.choice.exact]).toEqual(['raw', true])
  })

  it('of a range from before every flow that is kept reads them all where there is nothing older', async () => {
    const long = { ...list, between: { from: start - 20 * 86_400, to: start + 4 * hour }, adapt: { keep } }
    const [adapted, fixed] = await Promise.all([ask(long), ask({ ...long, adapt: undefined })])
    expect([adapted, fixed].map(tierOf)).toEqual(['raw', 'top'])
    expect([adapted.choice.complete, adapted.choice.exact]).toEqual([true, true])
    expect(adapted.groups).toEqual((await ask({ ...list, between: { from: start, to: start + 4 * hour }, adapt: { keep } })).groups)
  })
})

describe('what was kept', () => {
  it('stays when the flows have been lost, and goes when its time is over', async () => {
    const before = await contents()
    await insertRandom({ from: start + 2 * hour, seconds: 60, count: 10, seed: 3 })
    await flows.store.command(`ALTER TABLE flows DELETE WHERE time_received < ${start + 3 * hour} SETTINGS mutations_sync = 1`)
    const job = makeJob()
    await job.catchUp()
    await job.catchUp()
    expect(job.counters()).toMatchObject({ made: 0, made_again: 0, flows_missing: 1 })
    expect(await contents()).toEqual(before)
    expect(await differences()).toEqual([])
    const old = { rawDays: 1000, minuteDays: 1000, hourDays: 40, topDays: 1000 }
    const dropAt = async (days: number) => {
      await new Retention(old, { store: flows.store, now: () => (now + days * 86_400) * 1000 }).dropExpired()
      return (await contents()).length
    }
    expect(await dropAt(39)).toBe(before.length)
    expect(await dropAt(42)).toBe(0)
    expect(await rowsOf('SELECT count() AS n FROM flows_1h')).toEqual([{ n: '0' }])
  })
})
