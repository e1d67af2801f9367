// Which table answers which question, why, and what a question that insists on one is told.
import { describe, expect, it } from 'vitest'
import { flowColumns, type FlowColumnName } from '../contract/flow-columns.ts'
import type { AnswerTier } from '../contract/flow-question.ts'
import { chooseTier, tierLifetime, tiersThatKeep, type Retention } from './flow-tiers.ts'

const now = Date.UTC(2026, 0, 31, 12, 30, 30) / 1000
const hour = 3600
const day = 24 * hour
const retention: Retention = { raw_days: 7, minute_days: 90, hour_days: 730, top_days: 365 }
/** A whole hour some days before now. */
const daysAgo = (days: number) => Math.floor(now / hour) * hour - days * day

interface Asked {
  readonly columns?: readonly FlowColumnName[]
  readonly bucket?: number
  /** Days before now. */
  readonly from?: number
  readonly bounds?: readonly number[]
  readonly insist?: AnswerTier
}

function choose({ columns = [], bucket = Infinity, from = 1, bounds = [], insist }: Asked, kept = retention) {
  const needs = { columns: new Set(columns), bucket, from: daysAgo(from), bounds: [daysAgo(from), ...bounds] }
  return chooseTier(insist === undefined ? needs : { ...needs, insist }, kept, now)
}

it.each([
  ['only what the sums have', { columns: ['protocol', 'src_as'] }, 'hour', 'exact', 'sums by hour: they hold all that is asked for'],
  ['nothing at all, of two years', { from: 729 }, 'hour', 'exact', 'sums by hour: they hold all that is asked for'],
  ['a time by the minute', { bucket: 300 }, 'minute', 'exact', 'sums by minute: time is grouped by less than an hour'],
  ['whole minutes', { bounds: [daysAgo(0) + 60] }, 'minute', 'exact', 'sums by minute: the range is of no whole hours'],
  ['a time by the second', { bucket: 10 }, 'raw', 'exact', 'every flow: time is grouped by less than a minute'],
  ['no whole minutes', { bounds: [daysAgo(0) - 1] }, 'raw', 'exact', 'every flow: the range is of no whole minutes'],
  ['a bound in the future', { bounds: [now + 77] }, 'hour', 'exact', 'sums by hour: they hold all that is asked for'],
  ['an address', { columns: ['src_addr'] }, 'raw', 'exact', 'every flow: src_addr is kept in no sums'],
  [
    'addresses and ports',
    { columns: ['src_addr', 'dst_port', 'protocol', 'tos'], bucket: hour },
    'raw',
    'exact',
    'every flow: src_addr, dst_port and tos are kept in no sums',
  ],
  [
    'whole minutes of a month',
    { from: 30, bounds: [daysAgo(1) + 1] },
    'minute',
    'rounded',
    'sums by minute, bounds rounded to whole minutes: the range begins before the 7 days of every flow',
  ],
  [
    'no whole hours of a year',
    { from: 300, bounds: [daysAgo(1) + 60] },
    'hour',
    'rounded',
    'sums by hour, bounds rounded to whole hours: the range begins before the 90 days of sums by minute',
  ],
  [
    'an address of a month',
    { from: 30, columns: ['src_addr', 'src_as', 'router', 'sampling_rate'], bucket: day },
    'top',
    'lower bounds',
    'the first source addresses of each hour: the range begins before the 7 days of every flow',
  ],
  [
    'a port of eight days',
    { from: 8, columns: ['dst_port', 'in_if', 'direction'], bounds: [daysAgo(1) + 7] },
    'top',
    'lower bounds',
    'the first destination ports of each hour: the range begins before the 7 days of every flow',
  ],
  [
    'an address of longer than anything',
    { from: 400, columns: ['dst_addr'] },
    'top',
    'cut off',
    'the first destination addresses of each hour: the range begins before the 7 days of every flow; the range begins before the 365 days of this',
  ],
  [
    'both addresses of a month',
    { from: 30, columns: ['src_addr', 'dst_addr'] },
    'raw',
    'cut off',
    'every flow: src_addr and dst_addr are kept in no sums; the range begins before the 7 days of this',
  ],
  [
    'an address with the AS of the other, of a month',
    { from: 30, columns: ['src_addr', 'dst_as'] },
    'raw',
    'cut off',
    'every flow: src_addr is kept in no sums; the range begins before the 7 days of this',
  ],
  [
    'an address by the minute, of a month',
    { from: 30, columns: ['src_addr'], bucket: 60 },
    'raw',
    'cut off',
    'every flow: src_addr is kept in no sums; the range begins before the 7 days of this',
  ],
] satisfies [string, Asked, AnswerTier, string, string][])('%s', (_what, asked, tier, how, reason) => {
  const choice = choose(asked)
  const quality = { exact: how === 'exact' || (how === 'cut off' && tier === 'raw'), complete: how !== 'cut off' }
  expect({ ...choice, tier: choice.tier.tier }).toEqual({
    tier,
    reason,
    oldest: Math.floor(now) - tierLifetime(tier, retention),
    ...quality,
  })
})

describe('a question that insists', () => {
  it.each([
    [{ insist: 'raw' }, 'every flow: it was asked for'],
    [{ insist: 'minute' }, 'sums by minute: it was asked for'],
    [{ insist: 'hour', bounds: [daysAgo(0) + 60] }, 'sums by hour, bounds rounded to whole hours: it was asked for'],
    [{ insist: 'top', columns: ['src_addr'] }, 'the first source addresses of each hour: it was asked for'],
    [{ insist: 'raw', from: 30 }, 'every flow: it was asked for; the range begins before the 7 days of this'],
  ] satisfies [Asked, string][])('%j gets it', (asked, reason) => {
    const choice = choose(asked)
    expect([choice.tier.tier, choice.reason]).toEqual([asked.insist, reason])
  })

  it.each([
    [{ insist: 'hour', columns: ['src_addr', 'protocol'] }, 'hour cannot answer this: src_addr is kept in no sums'],
    [{ insist: 'minute', columns: ['rule_ids', 'dst_port'] }, 'minute cannot answer this: rule_ids and dst_port are kept in no sums'],
    [{ insist: 'minute', bucket: 10 }, 'minute cannot answer this: time is grouped by less than a minute'],
    [{ insist: 'top', columns: ['src_addr', 'dst_port'] }, 'top cannot answer this: dst_port is not kept beside src_addr'],
    [{ insist: 'top', columns: ['dst_port', 'dst_as', 'tos'] }, 'top cannot answer this: dst_as and tos are not kept beside dst_port'],
    [{ insist: 'top', columns: ['src_addr'], bucket: 900 }, 'top cannot answer this: time is grouped by less than an hour'],
    [
      { insist: 'top', columns: ['protocol'] },
      'top cannot answer this: it has sums of src_addr, dst_addr, src_port and dst_port, and none of them is asked for',
    ],
  ] satisfies [Asked, string][])('%j is told what is in the way', (asked, message) => {
    expect(() => choose(asked)).toThrow(`error parsing args for "tier": ${message}`)
  })
})

it('keeps the first of each hour no longer than the sums by hour, which they are taken from', () => {
  expect(tierLifetime('top', { ...retention, top_days: 800 })).toBe(730 * day)
  expect(choose({ from: 30, columns: ['src_addr'] }, { ...retention, top_days: 3, hour_days: 800 }).tier.tier).toBe('raw')
})

it('lists where each column is kept', () => {
  const kept = (...columns: FlowColumnName[]) => tiersThatKeep({ columns: new Set(columns), bucket: Infinity })
  const lists = new Map(flowColumns.map(({ name }) => [name, kept(name).join(' ')]))
  const sums = flowColumns.filter(({ name, rollup }) => rollup && name !== 'bytes' && name !== 'packets').map(({ name }) => name)
  expect(sums.map((name) => lists.get(name))).toEqual(sums.map(() => 'raw minute hour top'))
  expect([...lists].filter(([, tiers]) => tiers === 'raw top').map(([name]) => name)).toEqual([
    'src_addr',
    'dst_addr',
    'src_port',
    'dst_port',
  ])
  expect(kept('src_addr', 'dst_addr')).toEqual(['raw'])
  expect(tiersThatKeep({ columns: new Set(), bucket: 60 })).toEqual(['raw', 'minute'])
})
