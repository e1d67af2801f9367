// Traffic towards a set of prefixes by the second or by the minute, from stored flows, as the collectors count it for rules.
import { tierTables } from '../store/flow-tables.ts'
import type { FlowQueryOptions } from '../store/flow-store.ts'
import { appliedRate, type SamplingOverrides } from './applied-rate.ts'
import type { FlowQueries } from './flow-queries.ts'
import { towardsPrefixes } from './rule-prefixes.ts'
import { SqlParameters } from './sql-parameters.ts'

export interface RuleSeriesQuestion {
  /** Number of the account. */
  readonly account: number
  readonly prefixes: readonly string[]
  /** Seconds since 1970, multiples of `step`; `to` is excluded. */
  readonly from: number
  readonly to: number
  /** Seconds. */
  readonly step: number
  readonly overrides: SamplingOverrides
}

/** Sums of each step from `from` on. */
export interface RuleSeries {
  readonly from: number
  readonly step: number
  readonly bits: Float64Array<ArrayBuffer>
  readonly packets: Float64Array<ArrayBuffer>
}

/** A flow counts at most so long before it was received; what it says of earlier times is left out. */
const reachSeconds = 600
/** A flow that ends further from its receive time than this tells no time that could be believed. */
const skewSeconds = 300
/** The longest series: a week by the second. */
const maxSteps = 604_800

/**
 * The statement. Each flow is spread over its own start and end: a part in the step where it begins, a part in that
 * where it ends, and a slope that begins between and ends before, so that hours cost no more than a second. The answer
 * is one row of lists, which are shorter as JSON than rows.
 */
export function ruleSeriesSql(question: RuleSeriesQuestion): { sql: string; params: Readonly<Record<string, unknown>> } {
  const { account, prefixes, from, to, step } = question
  if (to <= from || (to - from) / step > maxSteps) throw new RangeError(`a series of ${(to - from) / step} steps`)
  const parameters = new SqlParameters()
  const rate = appliedRate(question.overrides, parameters)
  // The end of the second of receipt: what ends within it has come by then.
  const received = 'toInt64(toUnixTimestamp(time_received)) * 1000 + 999'
  const [begin, end] = ['toUnixTimestamp64Milli(flow_start)', 'toUnixTimestamp64Milli(flow_end)']
  const [low, high] = [parameters.bind(from, 'UInt32'), parameters.bind(to, 'UInt32')]
  const ms = step * 1000
  const lines = [
    'SELECT groupArray(at) AS ats, groupArray(bits) AS bit_parts, groupArray(bit_slope) AS bit_slopes,',
    '  groupArray(packets) AS packet_parts, groupArray(packet_slope) AS packet_slopes',
    'FROM (SELECT part.1 AS at, sum(part.2) AS bits, sum(part.3) AS bit_slope, sum(part.4) AS packets, sum(part.5) AS packet_slope',
    'FROM (SELECT',
    `  ${received} AS told, if(${begin} = 0, 0, greatest(${end} - ${begin}, 0)) AS lasted,`,
    // Never later than it was told, and then where the clock of the router is far off.
    `  if(abs(${end} - told) > ${skewSeconds * 1000}, told, least(${end}, told)) AS ends,`,
    `  greatest(ends - lasted, told - ${reachSeconds * 1000}) AS begins, greatest(ends - begins, 1) AS covers,`,
    `  intDiv(begins, ${ms}) AS first, intDiv(ends, ${ms}) AS last,`,
    // What was before the reach is left out, not squeezed in.
    '  if(lasted > covers, covers / lasted, 1) AS kept,',
    `  kept * toFloat64(bytes) * 8 * ${rate} AS b, kept * toFloat64(packets) * ${rate} AS p,`,
    `  ((first + 1) * ${ms} - begins) / covers AS head, (ends - last * ${ms}) / covers AS tail, ${ms} / covers AS whole`,
    `  FROM ${tierTables.raw}`,
    `  WHERE account = ${parameters.bind(account, 'UInt16')} AND time_received >= toDateTime(${low}, 'UTC')`,
    `    AND time_received < toDateTime(${high} + ${reachSeconds}, 'UTC') AND ${towardsPrefixes(prefixes, parameters)})`,
    'ARRAY JOIN if(first = last, [(first, b, 0., p, 0.)], [(first, b * head, 0., p * head, 0.),',
    '  (first + 1, 0., b * whole, 0., p * whole), (last, b * tail, -b * whole, p * tail, -p * whole)]) AS part',
    `WHERE part.1 * ${step} < ${high}`,
    'GROUP BY at ORDER BY at)',
  ]
  return { sql: lines.join('\n'), params: parameters.values }
}

interface Row {
  readonly ats: readonly (string | number)[]
  readonly bit_parts: readonly number[]
  readonly bit_slopes: readonly number[]
  readonly packet_parts: readonly number[]
  readonly packet_slopes: readonly number[]
}

/**
 * Asks the store. About 30 million flows a second are looked through, and 6 million of those that match are spread.
 * Throws what the store throws: its limits of time and memory hold.
 */
export async function queryRuleSeries(
  store: FlowQueries,
  question: RuleSeriesQuestion,
  options: Pick<FlowQueryOptions, 'timeoutSeconds' | 'signal'> = {},
): Promise<RuleSeries> {
  const { sql, params } = ruleSeriesSql(question)
  const { rows } = await store.query<Row>(sql, { ...options, params })
  const [row] = rows
  const { from, to, step } = question
  const at = { from: Math.floor(from / step), steps: Math.ceil((to - from) / step) }
  const ats = row?.ats.map(Number) ?? []
  return {
    from: at.from * step,
    step,
    bits: unfold(at, ats, { parts: row?.bit_parts ?? [], slopes: row?.bit_slopes ?? [] }),
    packets: unfold(at, ats, { parts: row?.packet_parts ?? [], slopes: row?.packet_slopes ?? [] }),
  }
}

/** Parts are added where they are, slopes to each step until they are taken back. Steps before the range only carry slopes into it. */
function unfold(
  { from, steps }: { from: number; steps: number },
  ats: readonly number[],
  { parts, slopes }: { parts: readonly number[]; slopes: readonly number[] },
): Float64Array<ArrayBuffer> {
  const sums = new Float64Array(steps)
  let slope = 0
  let largest = 0
  let filled = 0
  for (let index = 0; index <= ats.length; index++) {
    const until = index === ats.length ? steps : Math.min(Math.max(ats[index] - from, 0), steps)
    // What rounding leaves of slopes that were taken back is nothing.
    const level = slope < largest * 1e-9 ? 0 : slope
    for (; filled < until; filled++) sums[filled] += level
    if (index === ats.length) break
    slope += slopes[index]
    largest = Math.max(largest, slope)
    if (ats[index] >= from && ats[index] - from < steps) sums[ats[index] - from] += parts[index]
  }
  return sums
}

/** When the oldest stored flow of an account was received, seconds since 1970; undefined when there is none. */
export async function queryStoredSince(store: FlowQueries, account: number): Promise<number | undefined> {
  const sql = `SELECT toUnixTimestamp(time_received) AS at FROM ${tierTables.raw} WHERE account = {account:UInt16} ORDER BY time_received LIMIT 1`
  const { rows } = await store.query<{ at: number }>(sql, { params: { account } })
  return rows[0]?.at
}
