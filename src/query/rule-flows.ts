// The stored flows towards a set of prefixes, one by one, as columns: what only the flows themselves can tell.
import { tierTables } from '../store/flow-tables.ts'
import type { FlowQueryOptions } from '../store/flow-store.ts'
import { appliedRate, type SamplingOverrides } from './applied-rate.ts'
import type { FlowQueries } from './flow-queries.ts'
import { towardsPrefixes } from './rule-prefixes.ts'
import { SqlParameters } from './sql-parameters.ts'

export interface RuleFlowsQuestion {
  /** Number of the account. */
  readonly account: number
  readonly prefixes: readonly string[]
  /** Receive times, seconds since 1970; `to` is excluded. */
  readonly from: number
  readonly to: number
  readonly overrides: SamplingOverrides
}

type Limits = Pick<FlowQueryOptions, 'timeoutSeconds' | 'signal'>

/** Columns that are read, codes as numbers, times in milliseconds since 1970. */
const numberColumns = {
  time_received: 'toUnixTimestamp(time_received)',
  flow_start: 'toFloat64(toUnixTimestamp64Milli(flow_start))',
  flow_end: 'toFloat64(toUnixTimestamp64Milli(flow_end))',
  bytes: 'toFloat64(bytes)',
  packets: 'toFloat64(packets)',
  export_protocol: 'toUInt8(export_protocol)',
  protocol: 'protocol',
  tcp_flags: 'tcp_flags',
  src_port: 'src_port',
  dst_port: 'dst_port',
  fragment_offset: 'fragment_offset',
  fragment_flags: 'fragment_flags',
  tunnel: 'toUInt8(tunnel)',
} as const
export const addressColumns = ['src_addr', 'dst_addr', 'tunnel_src', 'tunnel_dst'] as const

type NumberColumn = keyof typeof numberColumns
type AddressColumn = (typeof addressColumns)[number]

/** Of each column as many values as there are flows, in no order; addresses as 32 hex digits each, one after another. */
export type RuleFlows = Readonly<Record<NumberColumn | 'sampling_rate', readonly number[]>> & Readonly<Record<AddressColumn, string>>

function fromWhere({ account, prefixes, from, to }: RuleFlowsQuestion, parameters: SqlParameters): string {
  return [
    `FROM ${tierTables.raw} WHERE account = ${parameters.bind(account, 'UInt16')}`,
    `  AND time_received >= toDateTime(${parameters.bind(from, 'UInt32')}, 'UTC')`,
    `  AND time_received < toDateTime(${parameters.bind(to, 'UInt32')}, 'UTC') AND ${towardsPrefixes(prefixes, parameters)}`,
  ].join('\n')
}

/** Flows by second of receipt: seconds without any are left out, the oldest comes first. Throws what the store throws. */
export async function countRuleFlows(
  store: FlowQueries,
  question: RuleFlowsQuestion,
  limits: Limits = {},
): Promise<{ readonly seconds: readonly number[]; readonly flows: readonly number[] }> {
  const parameters = new SqlParameters()
  const sql = `SELECT groupArray(second) AS seconds, groupArray(toUInt32(flow_count)) AS flows
FROM (SELECT toUnixTimestamp(time_received) AS second, count() AS flow_count
${fromWhere(question, parameters)}
GROUP BY second ORDER BY second)`
  const { rows } = await store.query<{ seconds: number[]; flows: number[] }>(sql, { ...limits, params: parameters.values })
  return rows[0] ?? { seconds: [], flows: [] }
}

/** The flows. 100 000 of them are some 20 MB of answer. Throws what the store throws. */
export async function queryRuleFlows(store: FlowQueries, question: RuleFlowsQuestion, limits: Limits = {}): Promise<RuleFlows> {
  const parameters = new SqlParameters()
  const rate = appliedRate(question.overrides, parameters)
  const lists = [
    ...Object.entries(numberColumns).map(([name, sql]) => `groupArray(${sql}) AS ${name}_list`),
    `groupArray(${rate}) AS sampling_rate_list`,
    ...addressColumns.map((name) => `arrayStringConcat(groupArray(hex(${name}))) AS ${name}_list`),
  ]
  const sql = `SELECT ${lists.join(',\n  ')}\n${fromWhere(question, parameters)}`
  const { rows } = await store.query<Record<string, unknown>>(sql, { ...limits, params: parameters.values })
  const entries = Object.entries(rows[0] ?? {}).map(([name, list]) => [name.replace(/_list$/, ''), list])
  // An aggregate without a key always has one row, with the lists above.
  return Object.fromEntries(entries) as RuleFlows
}
