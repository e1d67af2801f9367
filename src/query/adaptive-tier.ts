// Lists of the first addresses or ports over long ranges: reading every flow would take long, so whole hours come from
// the table that keeps the first of each, and single flows are read only of the hours that are cut or not added up yet.
import type { FlowColumnName } from '../contract/flow-columns.ts'
import type { FlowMeasure } from '../contract/flow-question.ts'
import { totalTable } from '../store/flow-tables.ts'
import { topSeconds, topTable } from '../store/top-rollup-table.ts'
import type { FlowQueries } from './flow-queries.ts'
import { chooseTier, tierLifetime, topTierBetween, type Retention, type TierChoice, type TierNeeds } from './flow-tiers.ts'
import { SqlParameters } from './sql-parameters.ts'
import type { TimeRange } from './time-ranges.ts'

/** The embedded engine reads and groups some 15 million flows a second on two cores: beyond it people begin to wait. */
const mostFlowsRead = 15_000_000

export interface Adapting {
  /** How many are kept of each hour (store.top.keep); no list of more is answered by them. */
  readonly keep: number
  /** Flows of a range beyond which a list is answered by the first of each hour. */
  readonly mostFlowsRead?: number
}

export interface FirstOf {
  /** Number of the account. */
  readonly account: number
  /** Receive times, finite. */
  readonly range: TimeRange
  readonly needs: TierNeeds
  readonly filtered: ReadonlySet<FlowColumnName>
  /** What the groups are ordered by, the largest first; undefined where the order needs all of them. */
  readonly first: FlowMeasure | undefined
  readonly limit: number
}

interface Hour {
  /** Seconds since 1970. */
  readonly hour: number
  readonly flows: number
  readonly added: boolean
}

/** What the choice of a table is made again with, once the tables were asked. */
export interface AdaptSettings {
  readonly retention: Retention
  /** Seconds since 1970. */
  readonly now: number
  readonly adapt: Adapting
}

/**
 * The choice, after a look at what there is. A range that begins before the flows that are kept is answered by every flow
 * where nothing older was ever seen; and a list for which very many flows would be read, by the first of each hour.
 */
export async function adaptedChoice(
  store: FlowQueries,
  choice: TierChoice,
  question: FirstOf,
  settings: AdaptSettings,
): Promise<TierChoice> {
  if (question.needs.insist !== undefined) return choice
  if (choice.tier.tier === 'raw') return await quickerChoice(store, choice, question, settings.adapt)
  if (choice.tier.tier !== 'top') return choice
  const oldest = Math.floor(settings.now) - tierLifetime('raw', settings.retention)
  if (await hasFlows(store, question.account, { from: question.range.from, to: oldest })) return choice
  const young = chooseTier({ ...question.needs, from: oldest }, settings.retention, settings.now)
  return await quickerChoice(store, young, question, settings.adapt)
}

async function quickerChoice(store: FlowQueries, choice: TierChoice, question: FirstOf, adapt: Adapting): Promise<TierChoice> {
  const { needs, range, first, limit, filtered } = question
  const whole = { from: Math.ceil(range.from / topSeconds) * topSeconds, to: Math.floor(range.to / topSeconds) * topSeconds }
  const possible = choice.complete && (first === 'bits' || first === 'packets')
  if (!possible || limit > adapt.keep || whole.to - whole.from < 3 * topSeconds) return choice
  const top = topTierBetween(needs)
  // Whether a single address is among the first of an hour is chance: its flows are read.
  if (top === undefined || filtered.has(top.facet.key)) return choice
  const hours = await hoursOf(store, top.facet.name, question)
  const flows = hours.reduce((sum, hour) => sum + hour.flows, 0)
  if (flows <= (adapt.mostFlowsRead ?? mostFlowsRead)) return choice
  const run = longestRun(hours, whole)
  if (run === undefined || run.flows * 2 < flows) return choice
  const millions = Math.round(flows / 1e6)
  const reason = `${top.contents}, and every flow of the hours that are not whole: the range has ${millions} million flows; tier raw reads them all`
  return { ...choice, tier: top.tier(run), exact: false, reason }
}

/**
 * Whether a range has so many flows that what nobody has asked for by itself is not worth to read them once more.
 * @param range of receive times, finite
 */
export async function isLarge(store: FlowQueries, account: number, range: TimeRange, adapt: Adapting): Promise<boolean> {
  const parameters = new SqlParameters()
  const of = parameters.bind(account, 'UInt16')
  const sql = `SELECT sum(flows) AS flow_count FROM ${totalTable} WHERE account = ${of} AND ${within(range, parameters)}`
  const { rows } = await store.query<{ flow_count: string }>(sql, { params: parameters.values })
  return Number(rows[0]?.flow_count ?? 0) > (adapt.mostFlowsRead ?? mostFlowsRead)
}

/** Whether the account has flows of a time, by the sums by hour. */
async function hasFlows(store: FlowQueries, account: number, range: TimeRange): Promise<boolean> {
  const parameters = new SqlParameters()
  const sql = `SELECT 1 AS present FROM ${totalTable} WHERE account = ${parameters.bind(account, 'UInt16')} AND ${within(range, parameters)} LIMIT 1`
  return (await store.query(sql, { params: parameters.values })).rows.length > 0
}

/** Whole hours, the first of them with what is before the range. */
function within({ from, to }: TimeRange, parameters: SqlParameters): string {
  const time = (value: number) => `toDateTime(${parameters.bind(Math.max(0, Math.ceil(value)), 'UInt32')}, 'UTC')`
  return `time_received >= ${time(Math.floor(from / topSeconds) * topSeconds)} AND time_received < ${time(to)}`
}

/** The hours of a range that have flows of the account, in order. */
async function hoursOf(store: FlowQueries, facet: string, { account, range }: FirstOf): Promise<Hour[]> {
  const parameters = new SqlParameters()
  const inRange = within(range, parameters)
  const sql = [
    'SELECT hour, sum(flows) AS flow_count, sum(seen) AS seen_count FROM (',
    `SELECT toUnixTimestamp(time_received) AS hour, flows, toUInt64(0) AS seen FROM ${totalTable}`,
    `WHERE account = ${parameters.bind(account, 'UInt16')} AND ${inRange}`,
    `UNION ALL SELECT toUnixTimestamp(time_received), toUInt64(0), seen FROM ${topTable}`,
    `WHERE facet = ${parameters.bind(facet, 'String')} AND ${inRange}`,
    ') GROUP BY hour HAVING flow_count > 0 ORDER BY hour',
  ].join('\n')
  const { rows } = await store.query<{ hour: number; flow_count: string; seen_count: string }>(sql, { params: parameters.values })
  return rows.map(({ hour, flow_count: flows, seen_count: seen }) => ({ hour, flows: Number(flows), added: seen !== '0' }))
}

interface Run {
  /** Whole hours, seconds since 1970; `to` is excluded. */
  readonly from: number
  readonly to: number
  readonly flows: number
}

/** The hours beside each other, all of them added up, that hold the most flows. */
function longestRun(hours: readonly Hour[], { from, to }: TimeRange): Run | undefined {
  let best: Run | undefined
  let run: Run | undefined
  for (const { hour, flows, added } of hours) {
    if (hour < from || hour >= to) continue
    run = added ? { from: run?.from ?? hour, to: hour + topSeconds, flows: (run?.flows ?? 0) + flows } : undefined
    if (run !== undefined && run.flows > (best?.flows ?? 0)) best = run
  }
  return best
}
