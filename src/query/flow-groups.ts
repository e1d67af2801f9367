// Flows of an account grouped by dimensions: the question, its SQL and its answer.
import type { FlowQueryOptions } from '../store/flow-store.ts'
import { appliedRate, type SamplingOverrides } from './applied-rate.ts'
import type { SampledSum } from './confidence.ts'
import { filterSql } from './filter-sql.ts'
import { dimensionKey, kindOf, printDimension, type FlowDimension } from './flow-dimensions.ts'
import type { DimensionValue } from './dimension-kinds.ts'
import { filterBounds, filterColumns, type FlowFilter } from './flow-filter.ts'
import { flowLimits, permittedRange } from './flow-limits.ts'
import { flowSumNames, flowSums, type FlowSum } from './flow-metrics.ts'
import type { FlowQueries } from './flow-queries.ts'
import { FlowQueryError } from './flow-query-error.ts'
import { chooseTier, type FlowTier, type Retention, type TierChoice } from './flow-tiers.ts'
import { SqlParameters } from './sql-parameters.ts'

export type FlowOrder =
  | { readonly dimension: FlowDimension; readonly descending: boolean }
  | { readonly measure: FlowSum | 'sampleInterval'; readonly descending: boolean }

export interface FlowGroupsQuestion {
  /** Dataset that errors name. */
  readonly node: string
  /** Number of the account; no other account's flows are ever read. */
  readonly account: number
  readonly dimensions: readonly FlowDimension[]
  readonly sums: ReadonlySet<FlowSum>
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
  readonly sums: Readonly<Partial<Record<FlowSum, bigint>>>
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
  const limits = flowLimits(retention)
  if (!Number.isSafeInteger(question.limit) || question.limit < 1 || question.limit > limits.maxPageSize) {
    throw new FlowQueryError('bad_limit', { limit: limits.maxPageSize })
  }
  const choice = chooseTier(tierNeeds(question, permittedRange(question.filter, limits, now).from), retention, now)
  const parameters = new SqlParameters()
  const account = parameters.bind(question.account, 'UInt16')
  const where = filterSql(question.filter, { parameters, tierSeconds: choice.tier.seconds, node: question.node })
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
    'HAVING count() > 0',
    ...orderClause(question, keys, (measure) => measureSql(measure, choice.tier, rate)),
    `LIMIT ${parameters.bind(question.limit, 'UInt32')}`,
  ]
  return { sql: lines.join('\n'), params: parameters.values, choice }
}

function tierNeeds(question: FlowGroupsQuestion, from: number) {
  const columns = filterColumns(question.filter)
  let bucket = Infinity
  for (const dimension of question.dimensions) {
    if (dimension.type === 'time') bucket = Math.min(bucket, dimension.seconds)
    if (dimension.type === 'column') columns.add(dimension.column)
  }
  return { columns, bucket, bounds: filterBounds(question.filter), from }
}

interface GroupKey {
  readonly dimension: FlowDimension
  readonly key: string
  readonly alias: string
}

function groupKeys(dimensions: readonly FlowDimension[]): GroupKey[] {
  return dimensions.flatMap((dimension, index) => {
    const key = dimensionKey(dimension)
    return key === undefined ? [] : [{ dimension, key, alias: `d${index}` }]
  })
}

function measureColumns({ sums, sampleInterval, confidence }: FlowGroupsQuestion, tier: FlowTier, rate: string): string[] {
  const wanted = confidence ? flowSumNames : flowSumNames.filter((name) => sums.has(name))
  const columns = wanted.map((name) => `${flowSums[name].sql(rate)} AS sum_${name}`)
  if (sampleInterval) columns.push(`${tier.sampleInterval(rate)} AS sample_interval`)
  if (confidence) {
    columns.push(...flowSumNames.map((name) => `${flowSums[name].sampledSql(rate)} AS sampled_${name}`))
    columns.push(`${tier.flows} AS flow_count`, `${sampledFlows(tier, rate)} AS sampled_flow_count`)
  }
  // A statement needs at least one column.
  return columns.length === 0 ? ['1 AS present'] : columns
}

const sampledFlows = (tier: FlowTier, rate: string) => (tier.tier === 'raw' ? `countIf(${rate} > 1)` : `sumIf(flows, ${rate} > 1)`)

type Measure = FlowSum | 'sampleInterval'

function orderClause(question: FlowGroupsQuestion, keys: readonly GroupKey[], sqlOf: (measure: Measure) => string): string[] {
  const terms = question.orderBy.flatMap((order) => {
    const expression = 'measure' in order ? sqlOf(order.measure) : dimensionOrder(order.dimension, keys, question)
    return expression === undefined ? [] : [`${expression} ${order.descending ? 'DESC' : 'ASC'}`]
  })
  const named = new Set(question.orderBy.flatMap((order) => ('dimension' in order ? [order.dimension.name] : [])))
  // Ties are broken by the remaining keys, so that the same question has the same answer.
  const rest = keys.filter(({ dimension }) => !named.has(dimension.name)).map((key) => `${sortSql(key)} ASC`)
  const all = [...terms, ...rest]
  return all.length === 0 ? [] : [`ORDER BY ${all.join(', ')}`]
}

const measureSql = (measure: Measure, tier: FlowTier, rate: string) =>
  measure === 'sampleInterval' ? tier.sampleInterval(rate) : flowSums[measure].sql(rate)

function dimensionOrder(dimension: FlowDimension, keys: readonly GroupKey[], question: FlowGroupsQuestion): string | undefined {
  if (!question.dimensions.some(({ name }) => name === dimension.name)) {
    const reason = `orderBy ${dimension.name} needs ${dimension.name} among the selected dimensions`
    throw new FlowQueryError('bad_arguments', { node: question.node, reason })
  }
  const key = keys.find((key) => key.dimension.name === dimension.name)
  return key && sortSql(key)
}

function sortSql({ dimension, alias }: GroupKey): string {
  if (dimension.type !== 'column') return alias
  return kindOf(dimension).order?.(dimension.column) ?? alias
}

/**
 * Asks the store.
 * @throws FlowQueryError as flowGroupsSql, and what the store throws
 */
export async function queryFlowGroups(
  store: FlowQueries,
  question: FlowGroupsQuestion,
  settings: { readonly retention: Retention; readonly now: number; readonly options?: Omit<FlowQueryOptions, 'params' | 'maxRows'> },
): Promise<FlowGroups> {
  const { sql, params, choice } = flowGroupsSql(question, settings.retention, settings.now)
  const { rows } = await store.query<Record<string, unknown>>(sql, { ...settings.options, params, maxRows: question.limit })
  return { groups: rows.map((row) => groupOf(row, question)), choice }
}

function groupOf(row: Readonly<Record<string, unknown>>, question: FlowGroupsQuestion): FlowGroup {
  const dimensions = Object.fromEntries(
    question.dimensions.map((dimension, index) => [dimension.name, printDimension(dimension, row[`d${index}`])]),
  )
  const wanted = question.confidence ? flowSumNames : flowSumNames.filter((name) => question.sums.has(name))
  const sums = Object.fromEntries(wanted.map((name) => [name, BigInt(String(row[`sum_${name}`]))]))
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
