// Questions at random on the real engine: groups, others, total, rates, series, the period before, the other direction and
// each flow once are those of a plain recomputation. DRAWBRIDGE_TEST_QUESTIONS=2000 asks more.
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestFlowStore, type TestFlowStore } from '../../api/testing/test-flow-store.ts'
import { flowColumn } from '../../contract/flow-columns.ts'
import { flowMeasures } from '../../contract/flow-question.ts'
import { insertTop, topFacets } from '../../store/top-rollup-table.ts'
import { dimensionNamed } from '../dimension-names.ts'
import type { BaseDimension, FlowDimension } from '../flow-dimensions.ts'
import type { FlowFilter } from '../flow-filter.ts'
import { noNames } from '../flow-names.ts'
import { flowFilterText } from '../language/flow-filter-text.ts'
import { literalSql } from '../sql-literals.ts'
import type { PlainFlow } from '../testing/plain-flows.ts'
import { filterableDimensions, flowFilters } from '../testing/random-flow-filters.ts'
import { insertFlows, randomFlows } from '../testing/random-flows.ts'
import { askFlows, askStatement } from './ask-flows.ts'
import type { AskFigures, AskSeries, AskSums, FlowAsk, FlowAskAnswer } from './flow-ask.ts'
import { lookOf } from './looks.ts'
import { planAsk } from './plan.ts'
import { inflationStatement } from './statements.ts'
import { plainAnswer, type PlainFigures } from './testing/plain-ask.ts'

const count = Number(process.env['DRAWBRIDGE_TEST_QUESTIONS'] ?? 35)
/** 2026-01-04T12:00:00Z; the flows are of the hours before. */
const now = Date.UTC(2026, 0, 4, 12) / 1000
const hour = 3600
const times = { from: now - 12 * hour, to: now }
const retention = { raw_days: 7, minute_days: 90, hour_days: 730, interface_days: 90, rule_minute_days: 90, top_days: 730 }
const flows = seenTwice(randomFlows({ count: 1500, seed: 9, ...times }))

let flowStore: TestFlowStore
beforeAll(async () => {
  flowStore = await startTestFlowStore()
  await insertFlows(flowStore.store, flows)
})
afterAll(() => flowStore?.close())

/** Two of three are what another one is, as some router saw it, or as it came back. */
function seenTwice(flows: readonly PlainFlow[]): PlainFlow[] {
  return flows.map((flow, index) => {
    const { src_addr, dst_addr, src_port, dst_port, protocol } = flows[Math.floor(index / 3) * 3] ?? flow
    if (index % 3 === 1) return { ...flow, src_addr, dst_addr, src_port, dst_port, protocol }
    return index % 6 === 2 ? { ...flow, src_addr: dst_addr, dst_addr: src_addr, src_port: dst_port, dst_port: src_port, protocol } : flow
  })
}

const isSummed = (dimension: BaseDimension) =>
  dimension.type !== 'column' || (flowColumn[dimension.column].rollup && dimension.kind !== 'ids')

function questions(): fc.Arbitrary<FlowAsk> {
  return fc.tuple(fc.boolean(), fc.constantFrom(hour, hour, 60, 1)).chain(([summed, step]) => {
    const dimensions = filterableDimensions.filter(
      (dimension) => !summed || (isSummed(dimension) && (dimension.type !== 'time' || dimension.seconds >= step)),
    )
    const some = fc.integer({ min: 0, max: (times.to - times.from) / step - 1 })
    const ranges = fc
      .tuple(some, some)
      .map(([a, b]) => ({ from: times.from + Math.min(a, b) * step, to: times.from + (Math.max(a, b) + 1) * step }))
    const wide = fc.constant(times)
    return fc.oneof(ranges, wide).chain(({ from, to }) =>
      fc.record({
        account: fc.constantFrom(1, 1, 1, 2),
        from: fc.constant(from),
        to: fc.constant(to),
        filter: fc.oneof(fc.constant<FlowFilter>({ all: [] }), flowFilters({ dimensions, times: [from, to] })),
        by: fc.uniqueArray(fc.constantFrom<FlowDimension>(...dimensions), { maxLength: 3 }),
        limit: fc.constantFrom(1, 3, 10, 1000),
        order: fc.constantFrom(...flowMeasures),
        series: fc.boolean(),
        previous: fc.boolean(),
        reverse: fc.boolean(),
        distinct: fc.constantFrom(false, false, true),
        overrides: fc.constantFrom(new Map<string, number>(), new Map([['192.0.2.1', 50]])),
      }),
    )
  })
}

const ask = (question: FlowAsk): Promise<FlowAskAnswer> => askFlows(flowStore.store, question, { retention, now })

/** What a question leaves out is left out of what is compared. */
function expected(figures: PlainFigures & { readonly key?: object }, { previous, reverse }: FlowAsk) {
  const { key, sums, share, bitsPerSecond, packetsPerSecond } = figures
  return {
    key,
    ...sums,
    share,
    bitsPerSecond,
    packetsPerSecond,
    ...(previous ? { previous: figures.previous } : {}),
    ...(reverse ? { reverse: figures.reverse } : {}),
  }
}

/** Series are compared by themselves. */
function withoutSeries(figures: AskFigures): object {
  const { reverse } = figures
  return { ...figures, series: undefined, reverse: reverse && { ...reverse, series: undefined } }
}

/** What must always hold: an answer is all of the traffic. */
function together({ groups, other }: FlowAskAnswer): AskSums {
  const parts = other === null ? groups : [...groups, other]
  const sum = (measure: keyof AskSums) => parts.reduce((of, part) => of + part[measure], 0n)
  return { bits: sum('bits'), packets: sum('packets'), flows: sum('flows') }
}

function compareSeries(
  steps: NonNullable<FlowAskAnswer['steps']>,
  question: FlowAsk,
  series: AskSeries | undefined,
  bitsOf: PlainFigures['bitsOf'],
) {
  expect(series?.bits).toHaveLength(steps.count)
  for (const [index, value] of (series?.bits ?? []).entries()) {
    const from = steps.from + index * steps.seconds
    const seconds = Math.min(from + steps.seconds, question.to) - Math.max(from, question.from)
    const exact = Number(bitsOf(from, steps.seconds))
    expect(Math.abs(value * seconds - exact)).toBeLessThanOrEqual(exact * 1e-9)
  }
}

describe(`the answer to ${count} questions`, () => {
  it('is that of a plain recomputation', async () => {
    const tiers = { hour: 0, minute: 0, raw: 0, top: 0 }
    let inflated = 0
    for (const [index, question] of fc.sample(questions(), { numRuns: count, seed: 10 }).entries()) {
      const answer = await ask(question)
      const { by, filter, ...rest } = question
      const text = `question ${index}: ${JSON.stringify({ ...rest, by: by.map(({ name }) => name) })} ${flowFilterText(filter)}`
      const plain = plainAnswer(question, flows, true)
      const { tier } = answer.choice.tier
      tiers[tier]++
      const inflation = tier === 'raw' ? plain.inflation : null
      expect({
        text,
        told: [answer.choice.exact, answer.choice.complete, answer.from, answer.to],
        groups: answer.groups.map(withoutSeries),
        other: answer.other && withoutSeries(answer.other),
        total: withoutSeries(answer.total),
        together: together(answer),
        routers: answer.inflation?.routers,
        hasSeries: answer.steps !== undefined,
      }).toEqual({
        text,
        told: [true, true, question.from, question.to],
        groups: plain.groups.map((group) => expected(group, question)),
        other: plain.other && expected(plain.other, question),
        total: expected(plain.total, question),
        together: plain.total.sums,
        routers: inflation?.routers,
        hasSeries: question.series,
      })
      expect(answer.inflation?.factor ?? 0).toBeCloseTo(inflation?.factor ?? 0, 9)
      if ((answer.inflation?.factor ?? 0) > 1) inflated++
      if (answer.steps === undefined) continue
      const pairs: [AskFigures, PlainFigures | null | undefined][] = [
        ...answer.groups.slice(0, 3).map((group, at): [AskFigures, PlainFigures | undefined] => [group, plain.groups[at]]),
        [answer.total, plain.total],
        ...(answer.other ? ([[answer.other, plain.other]] as [AskFigures, PlainFigures | null][]) : []),
      ]
      for (const [figures, worked] of pairs) {
        if (!worked) throw new Error(text)
        compareSeries(answer.steps, question, figures.series, worked.bitsOf)
        if (question.reverse) compareSeries(answer.steps, question, figures.reverse?.series, worked.reverseBitsOf)
      }
    }
    // Otherwise the questions would not ask much.
    expect(Math.min(tiers.hour, tiers.minute)).toBeGreaterThan(0)
    expect(inflated).toBeGreaterThan(count / 10)
  }, 600_000)
})

function named(...names: readonly string[]): FlowDimension[] {
  return names.map((name) => {
    const dimension = dimensionNamed(name)
    if (dimension === undefined) throw new Error(`there is no dimension ${name}`)
    return dimension
  })
}

function where(name: string, operator: 'eq' | 'in' | 'neq', ...values: (string | number)[]): FlowFilter {
  const [dimension] = named(name)
  if (dimension?.type !== 'column') throw new Error(`${name} is no column`)
  return { dimension, operator, values }
}

const plain: FlowAsk = {
  account: 1,
  filter: { all: [] },
  ...times,
  by: named('protocol'),
  limit: 3,
  order: 'bits',
  series: false,
  previous: false,
  reverse: false,
  distinct: false,
  overrides: new Map(),
}

const sums = ({ bits, packets, flows }: AskSums) => ({ bits, packets, flows })

it('is the same from every table that can answer', async () => {
  const question = { ...plain, by: named('sourceAS', 'datetimeHour'), series: true, previous: true, reverse: true, limit: 20 }
  const [raw, ...others] = await Promise.all((['raw', 'minute', 'hour'] as const).map((insist) => ask({ ...question, insist })))
  expect(raw?.choice.tier.tier).toBe('raw')
  for (const other of others) {
    const shown = ({ groups, other, total }: FlowAskAnswer) =>
      [...groups, other, total].map((of) => of && { ...sums(of), previous: of.previous, reverse: of.reverse && sums(of.reverse) })
    expect(other.groups).toHaveLength(20)
    expect(raw && shown(other)).toEqual(raw && shown(raw))
    expect(other.inflation).toBeNull()
  }
  expect(others.map(({ total, steps }) => [total.bitsPerSecond.p95 === null, steps?.seconds])).toEqual([
    [false, 300],
    [true, 3600],
  ])
})

it('counts up to now, and no time that is still to come', async () => {
  const present = now - 1400
  const question = { ...plain, from: now - 7 * hour, to: now, insist: 'hour' as const, by: [] }
  const answer = await askFlows(flowStore.store, question, { retention, now: present })
  expect([answer.from, answer.to, answer.choice.exact]).toEqual([now - 7 * hour, present + 1, true])
  const { bits } = plainAnswer(question, flows, false).total.sums
  expect([answer.total.bits, answer.total.bitsPerSecond.average]).toEqual([bits, Number(bits) / (7 * hour - 1399)])
})

it('says null where it cannot know', async () => {
  const short = await ask({ ...plain, from: now - 119, to: now, previous: true })
  expect([short.total.bitsPerSecond.p95, short.total.packetsPerSecond.max]).toEqual([null, null])
  const long = await ask({ ...plain, from: now - 4 * 86_400, previous: true, by: named('sourcePort'), limit: 1 })
  expect([long.total.previous, long.groups[0]?.previous, long.other?.previous, long.choice.tier.tier]).toEqual([null, null, null, 'raw'])
  const nothing = await ask({ ...plain, filter: where('protocol', 'eq', 99), by: named('sourcePort'), series: true, reverse: true })
  expect([nothing.groups, nothing.other, nothing.inflation, nothing.total.bits, nothing.total.share]).toEqual([[], null, null, 0n, 0])
  expect(nothing.total.bitsPerSecond).toEqual({ average: 0, p95: 0, max: 0 })
  expect(nothing.total.series?.bits).toEqual(Array(nothing.steps?.count).fill(0))
})

it('prints names, and knows the groups by what they are names of', async () => {
  const names = { ...noNames, as: (number: number) => (number === 13_335 ? 'CLOUDFLARENET' : undefined) }
  const question = { ...plain, by: named('sourceASName'), filter: where('sourceAS', 'in', 13_335, 64_500) }
  const { groups } = await askFlows(flowStore.store, question, { retention, now, names })
  expect(groups.map(({ key }) => key).toSorted((a, b) => Number(a['sourceAS']) - Number(b['sourceAS']))).toEqual([
    { sourceAS: 13_335, sourceASName: 'CLOUDFLARENET' },
    { sourceAS: 64_500, sourceASName: '' },
  ])
})

it('refuses what is too much, and tables that cannot answer', async () => {
  const refused = async (change: Partial<FlowAsk>) => await ask({ ...plain, ...change }).catch((error: unknown) => error)
  expect(await refused({ limit: 0 })).toMatchObject({ code: 'bad_limit' })
  expect(await refused({ limit: 1001 })).toMatchObject({ code: 'bad_limit' })
  expect(await refused({ from: now, to: now })).toMatchObject({ code: 'bad_arguments' })
  expect(await refused({ from: now - 800 * 86_400 })).toMatchObject({ code: 'too_old' })
  expect(await refused({ to: now + 800 * 86_400 })).toMatchObject({ code: 'too_wide' })
  expect(await refused({ insist: 'minute', by: named('sourceAddress') })).toMatchObject({ code: 'bad_arguments' })
  expect(await refused({ insist: 'hour', distinct: true })).toMatchObject({ code: 'bad_arguments' })
  expect(await refused({ filter: where('sourceAddress', 'eq', 'x') })).toMatchObject({ code: 'bad_arguments' })
})

it('takes the first addresses of each hour, with the rest, from their own table', async () => {
  for (const facet of topFacets.filter(({ key }) => key === 'src_addr' || key === 'dst_addr')) {
    for (let at = times.from; at < times.to; at += 3 * hour) await flowStore.store.command(insertTop(facet, 2), { hour: at, seen: 1 })
  }
  const question = { ...plain, by: named('sourceAddress', 'protocol'), series: true, reverse: true, insist: 'top' as const }
  const answer = await ask(question)
  const worked = plainAnswer({ ...question, limit: 1000 }, flows, false)
  expect([answer.choice.tier.tier, answer.choice.exact, answer.groups.length]).toEqual(['top', false, 3])
  expect(sums(answer.total)).toEqual(worked.total.sums)
  expect(answer.total.reverse && sums(answer.total.reverse)).toEqual(worked.total.reverse)
  expect(answer.groups.reduce((sum, { bits }) => sum + bits, answer.other?.bits ?? 0n)).toBe(answer.total.bits)
  for (const group of answer.groups) {
    const whole = worked.groups.find(({ key }) => JSON.stringify(key) === JSON.stringify(group.key))
    expect(group.bits > 0n && group.bits <= (whole?.sums.bits ?? 0n)).toBe(true)
  }
  if (answer.steps === undefined) throw new Error('series were asked for')
  compareSeries(answer.steps, question, answer.total.series, worked.total.bitsOf)
  compareSeries(answer.steps, question, answer.total.reverse?.series, worked.total.reverseBitsOf)
})

it('reads large ranges once: minutes and inflation only where somebody insists on every flow', async () => {
  const question = { ...plain, by: named('sourcePort') }
  const asked = (mostFlowsRead: number, insist?: 'raw') =>
    askFlows(flowStore.store, { ...question, ...(insist && { insist }) }, { retention, now, adapt: { keep: 10, mostFlowsRead } })
  const [small, large, insisted] = await Promise.all([asked(1_000_000), asked(1), asked(1, 'raw')])
  expect(large.groups.map(({ key, bits }) => ({ key, bits }))).toEqual(small.groups.map(({ key, bits }) => ({ key, bits })))
  const extras = ({ total, inflation }: FlowAskAnswer) =>
    [total.bitsPerSecond.p95, total.bitsPerSecond.max, inflation].map((one) => one !== null)
  expect([small, large, insisted].map(extras)).toEqual([
    [true, true, true],
    [false, false, false],
    [true, true, true],
  ])
})

it('finds the same inflation in a sample, because it is made of whole flows', async () => {
  const twins = randomFlows({ count: 300, seed: 11, from: now - hour, to: now }).flatMap((flow, index) =>
    ['192.0.2.1', '192.0.2.2'].map((router) => ({ ...flow, account: 9, src_port: index, router, sampling_source: 'header' })),
  )
  await insertFlows(flowStore.store, twins)
  const question = { ...plain, account: 9, by: named('sourcePort') }
  const look = lookOf(question, planAsk(question, { retention, now }), now)
  const bytes = async (oneOf: number) => {
    const { sql, params } = inflationStatement(look, oneOf)
    const { rows } = await flowStore.store.query<{ all_bytes: string; best_bytes: string }>(sql, { params })
    return [BigInt(rows[0]?.all_bytes ?? 0), BigInt(rows[0]?.best_bytes ?? 0)] as const
  }
  const [[all, best], [sampledAll, sampledBest]] = [await bytes(1), await bytes(7)]
  expect([all, sampledAll]).toEqual([best * 2n, sampledBest * 2n])
  expect(sampledBest > 0n && sampledBest < best).toBe(true)
})

describe('statements for other programs', () => {
  const texts = [
    "'",
    '\\',
    "\\'",
    "'; DROP TABLE flows --",
    '{p0:UInt16}',
    '\n\t\r',
    '/* */ -- #',
    '\u65e5\u672c \u{1f600}',
    '\\N',
    '`"${}',
    'x'.repeat(5000),
  ]
  const bound: readonly (readonly [string, unknown])[] = [
    ...texts.map((text) => ['String', text] as const),
    ['Array(String)', texts],
    ['Array(String)', []],
    ['Array(UInt64)', [0, 18_446_744_073_709_551_615n]],
    ['Array(IPv6)', ['::ffff:192.0.2.1', '2001:db8::1']],
    ['IPv6', '::ffff:192.0.2.1'],
    ['Int64', -5],
    ['UInt64', 18_446_744_073_709_551_615n],
  ]

  it('mean with literals what they mean with bound values', async () => {
    const params = Object.fromEntries(bound.map(([, value], index) => [`p${index}`, value]))
    const places = bound.map(([type], index) => `{p${index}:${type}}`)
    const comparisons = places.map((place, index) => `toString(${place}) = toString(${literalSql(place, params)}) AS same${index}`)
    const { rows } = await flowStore.store.query<Record<string, number>>(`SELECT ${comparisons.join(', ')}`, { params })
    expect(Object.values(rows[0] ?? {})).toEqual(bound.map(() => 1))
  })

  it('say what the answer says', async () => {
    const filter: FlowFilter = { any: [where('sourceAddress', 'neq', '198.51.100.1'), where('direction', 'in', ...texts)] }
    const question = { ...plain, filter, by: named('sourceAddress', 'sourceCountry'), overrides: new Map([['192.0.2.1', 50]]) }
    const answer = await ask(question)
    const { sql, params } = askStatement(question, { retention, now })
    const { rows } = await flowStore.store.query<{ bytes_sum: string; packets_sum: string; flow_count: string }>(literalSql(sql, params))
    expect(rows.map((row) => [BigInt(row.bytes_sum) * 8n, BigInt(row.packets_sum), BigInt(row.flow_count)])).toEqual(
      [answer.total, ...answer.groups].map(({ bits, packets, flows }) => [bits, packets, flows]),
    )
  })
})
