// Flows of an account grouped by dimensions: the question, its SQL and its answer.
import type { FlowQueryOptions } from '../store/flow-store.ts'
import { adaptedChoice, type Adapting, type FirstOf } from './adaptive-tier.ts'
import { appliedRate, type SamplingOverrides } from './applied-rate.ts'
import type { SampledSum } from './confidence.ts'
import { filterSql } from './filter-sql.ts'
import {
  baseDimensions,
  dimensionKey,
  kindOf,
  printDimension,
  printName,
  type BaseDimension,
  type FlowDimension,
} from './flow-dimensions.ts'
import type { DimensionValue } from './dimension-kinds.ts'
import { filterBounds, filterColumns, type FlowFilter } from './flow-filter.ts'
import { flowLimits, permittedRange } from './flow-limits.ts'
import { flowSumNames, flowSums, flowTotalNames, type FlowSum, type FlowTotal } from './flow-metrics.ts'
import { noNames, type FlowNames } from './flow-names.ts'
import type { FlowQueries } from './flow-queries.ts'
import { FlowQueryError } from './flow-query-error.ts'
import { chooseTier, type FlowTier, type Retention, type TierChoice, type TierNeeds } from './flow-tiers.ts'
import { SqlParameters } from './sql-parameters.ts'
import type { TimeRange } from './time-ranges.ts'

export type FlowOrder =
  | { readonly dimension: FlowDimension; readonly descending: boolean }
  | { readonly measure: Measure; readonly descending: boolean }

export interface FlowGroupsQuestion {
  /** Dataset that errors name. */
  readonly node: string
  /** Number of the account; no other account's flows are ever read. */
  readonly account: number
  readonly dimensions: readonly FlowDimension[]
  readonly sums: ReadonlySet<FlowTotal>
  readonly sampleInterval: boolean
  /** Whether `sampled` is wanted. */
  readonly confidence: boolean
  readonly filter: FlowFilter
  readonly orderBy: readonly FlowOrder[]
  readonly limit: number
  /** Factors set for routers of the account: flows of those that told none are scaled by them. */
  readonly overrides: SamplingOverrides
}

export interface FlowGroup {
  /** By the name of the dimension. */
  readonly dimensions: Readonly<Record<string, DimensionValue>>
  /** The sums that were asked for. */
  readonly sums: Readonly<Partial<Record<FlowTotal, bigint>>>
  /** Mean sampling factor over the flows. */
  readonly sampleInterval: number | undefined
  /** With `confidence`: what the intervals of the sums are made from. */
  readonly sampled: Readonly<Record<FlowSum, SampledSum>> | undefined
}

export interface FlowGroups {
  readonly groups: readonly FlowGroup[]
  readonly choice: TierChoice
}

export interface FlowGroupsSql {
  readonly sql: string
  readonly params: Readonly<Record<string, unknown>>
  readonly choice: TierChoice
}

/**
 * Parameters travel in the URL, of which ClickHouse takes 1 MiB (http_max_uri_size). Half of that leaves room for all
 * else and is more than 500 conditions of 500 ports need.
 */
const maxParameterLength = 500_000

/**
 * The statement that answers a question.
 * @param now seconds since 1970
 * @throws FlowQueryError when the question asks for too much or holds a value that its dimension cannot have
 */
export function flowGroupsSql(question: FlowGroupsQuestion, retention: Retention, now: number): FlowGroupsSql {
  return groupsStatement(question, planGroups(question, retention, now).choice, now)
}

interface GroupsPlan {
  readonly range: TimeRange
  readonly needs: TierNeeds
  readonly choice: TierChoice
}

function planGroups(question: FlowGroupsQuestion, retention: Retention, now: number): GroupsPlan {
  const limits = flowLimits(retention)
  if (!Number.isSafeInteger(question.limit) || question.limit < 1 || question.limit > limits.maxPageSize) {
    throw new FlowQueryError('bad_limit', { limit: limits.maxPageSize })
  }
  const range = permittedRange(question.filter, limits, now)
  const needs = tierNeeds(question, range.from)
  return { range, needs, choice: chooseTier(needs, retention, now) }
}

function groupsStatement(question: FlowGroupsQuestion, choice: TierChoice, now: number): FlowGroupsSql {
  const parameters = new SqlParameters()
  const account = parameters.bind(question.account, 'UInt16')
  const where = filterSql(question.filter, { parameters, tierSeconds: choice.tier.seconds, now, node: question.node })
  const rate = appliedRate(question.overrides, parameters)
  if (parameters.urlLength > maxParameterLength) {
    throw new FlowQueryError('bad_arguments', { node: question.node, reason: 'the values of the filter are too long together' })
  }
  const keys = groupKeys(question.dimensions)
  const columns = [...keys.map(({ key, alias }) => `${key} AS ${alias}`), ...measureColumns(question, choice.tier, rate)]
  const lines = [
    `SELECT ${columns.join(', ')}`,
    `FROM ${choice.tier.table}`,
    `WHERE account = ${account} AND ${where}`,
    ...(keys.length > 0 ? [`GROUP BY ${keys.map(({ alias }) => alias).join(', ')}`] : []),
    // Without a key ClickHouse answers one row even from nothing.
    `HAVING ${choice.tier.flows} > 0`,
    ...orderClause(question, keys, (measure) => measureSql(measure, choice.tier, rate)),
    `LIMIT ${parameters.bind(question.limit, 'UInt32')}`,
  ]
  return { sql: lines.join('\n'), params: parameters.values, choice }
}

function tierNeeds(question: FlowGroupsQuestion, from: number) {
  const columns = filterColumns(question.filter)
  let bucket = Infinity
  for (const dimension of baseDimensions(question.dimensions)) {
    if (dimension.type === 'time') bucket = Math.min(bucket, dimension.seconds)
    if (dimension.type === 'column') columns.add(dimension.column)
  }
  return { columns, bucket, bounds: filterBounds(question.filter), from }
}

interface GroupKey {
  readonly dimension: BaseDimension
  readonly key: string
  readonly alias: string
}

function groupKeys(dimensions: readonly FlowDimension[]): GroupKey[] {
  return baseDimensions(dimensions).flatMap((dimension, index) => {
    const key = dimensionKey(dimension)
    return key === undefined ? [] : [{ dimension, key, alias: `d${index}` }]
  })
}

function measureColumns({ sums, sampleInterval, confidence }: FlowGroupsQuestion, tier: FlowTier, rate: string): string[] {
  const columns = wantedTotals({ sums, confidence }).map((name) => `${measureSql(name, tier, rate)} AS sum_${name}`)
  if (sampleInterval) columns.push(`${tier.sampleInterval(rate)} AS sample_interval`)
  if (confidence) {
    columns.push(...flowSumNames.map((name) => `${flowSums[name].sampledSql(rate)} AS sampled_${name}`))
    columns.push(`${tier.flows} AS flow_count`, `${sampledFlows(tier, rate)} AS sampled_flow_count`)
  }
  // A statement needs at least one column.
  return columns.length === 0 ? ['1 AS present'] : columns
}

const sampledFlows = (tier: FlowTier, rate: string) => (tier.tier === 'raw' ? `countIf(${rate} > 1)` : `sumIf(flows, ${rate} > 1)`)

type Measure = FlowTotal | 'sampleInterval'

/** Intervals are made from all sums. */
function wantedTotals({ sums, confidence }: Pick<FlowGroupsQuestion, 'sums' | 'confidence'>): readonly FlowTotal[] {
  return flowTotalNames.filter((name) => sums.has(name) || (confidence && name !== 'flows'))
}

function orderClause(question: FlowGroupsQuestion, keys: readonly GroupKey[], sqlOf: (measure: Measure) => string): string[] {
  const terms = question.orderBy.flatMap((order) => {
    const expressions = 'measure' in order ? [sqlOf(order.measure)] : dimensionOrder(order.dimension, keys, question)
    return expressions.map((expression) => `${expression} ${order.descending ? 'DESC' : 'ASC'}`)
  })
  const named = new Set(baseDimensions(question.orderBy.flatMap((order) => ('dimension' in order ? [order.dimension] : []))))
  // Ties are broken by the remaining keys, so that the same question has the same answer.
  const rest = keys.filter(({ dimension }) => !named.has(dimension)).map((key) => `${sortSql(key)} ASC`)
  const all = [...terms, ...rest]
  return all.length === 0 ? [] : [`ORDER BY ${all.join(', ')}`]
}

function measureSql(measure: Measure, tier: FlowTier, rate: string): string {
  if (measure === 'flows') return tier.flows
  return measure === 'sampleInterval' ? tier.sampleInterval(rate) : flowSums[measure].sql(rate)
}

function dimensionOrder(dimension: FlowDimension, keys: readonly GroupKey[], question: FlowGroupsQuestion): string[] {
  if (!question.dimensions.some(({ name }) => name === dimension.name)) {
    const reason = `orderBy ${dimension.name} needs ${dimension.name} among the selected dimensions`
    throw new FlowQueryError('bad_arguments', { node: question.node, reason })
  }
  const wanted = new Set(baseDimensions([dimension]))
  return keys.filter((key) => wanted.has(key.dimension)).map(sortSql)
}

function sortSql({ dimension, alias }: GroupKey): string {
  if (dimension.type !== 'column') return alias
  return kindOf(dimension).order?.(dimension.column) ?? alias
}

export interface FlowGroupsSettings {
  readonly retention: Retention
  /** Seconds since 1970. */
  readonly now: number
  readonly options?: Omit<FlowQueryOptions, 'params' | 'maxRows'>
  /** For dimensions that are names; none is known where they are left out. */
  readonly names?: FlowNames
  /** Looks at what there is before it chooses a table; left out, retention alone decides. */
  readonly adapt?: Adapting
}

function firstOf(question: FlowGroupsQuestion, { range, needs }: GroupsPlan): FirstOf {
  const [order] = question.orderBy
  const measure = order !== undefined && 'measure' in order && order.descending ? order.measure : undefined
  return {
    account: question.account,
    range,
    needs,
    filtered: filterColumns(question.filter),
    first: measure === 'bits' || measure === 'packets' ? measure : undefined,
    limit: question.limit,
  }
}

/**
 * Asks the store.
 * @throws FlowQueryError as flowGroupsSql, and what the store throws
 */
export async function queryFlowGroups(store: FlowQueries, question: FlowGroupsQuestion, settings: FlowGroupsSettings): Promise<FlowGroups> {
  const { retention, now, adapt } = settings
  const plan = planGroups(question, retention, now)
  // A question that cannot be asked is refused before the tables are looked at.
  const planned = groupsStatement(question, plan.choice, now)
  const choice =
    adapt === undefined ? plan.choice : await adaptedChoice(store, plan.choice, firstOf(question, plan), { retention, now, adapt })
  const { sql, params } = choice === plan.choice ? planned : groupsStatement(question, choice, now)
  const { rows } = await store.query<Record<string, unknown>>(sql, { ...settings.options, params, maxRows: question.limit })
  return { groups: rows.map((row) => groupOf(row, question, settings.names ?? noNames)), choice }
}

function groupOf(row: Readonly<Record<string, unknown>>, question: FlowGroupsQuestion, names: FlowNames): FlowGroup {
  const values = Object.fromEntries(
    baseDimensions(question.dimensions).map((dimension, index) => [dimension.name, printDimension(dimension, row[`d${index}`])]),
  )
  const named = question.dimensions
    .filter((dimension) => dimension.type === 'named')
    .map((dimension) => [dimension.name, printName(dimension, values, names)])
  const dimensions = { ...values, ...Object.fromEntries(named) }
  const sums = Object.fromEntries(wantedTotals(question).map((name) => [name, BigInt(String(row[`sum_${name}`]))]))
  return {
    dimensions,
    sums,
    sampleInterval: question.sampleInterval ? Number(row['sample_interval']) : undefined,
    sampled: question.confidence ? sampledSums(row) : undefined,
  }
}

function sampledSums(row: Readonly<Record<string, unknown>>): Record<FlowSum, SampledSum> {
  const flows = Number(row['flow_count'])
  const sampledFlows = Number(row['sampled_flow_count'])
  const entries = flowSumNames.map((name): [FlowSum, SampledSum] => [
    name,
    { estimate: Number(row[`sum_${name}`]), sampledEstimate: Number(row[`sampled_${name}`]), flows, sampledFlows },
  ])
  // fromEntries forgets the keys; flowSumNames are all of them.
  return Object.fromEntries(entries) as Record<FlowSum, SampledSum>
}
