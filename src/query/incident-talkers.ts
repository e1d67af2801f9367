// Who and what took part in the traffic towards some prefixes: the busiest of each list, in one pass over the flows.
import { incidentLists, type IncidentList, type IncidentMetric } from '../contract/incident.ts'
import { tierTables } from '../store/flow-tables.ts'
import type { FlowQueryOptions } from '../store/flow-store.ts'
import { appliedRate, type SamplingOverrides } from './applied-rate.ts'
import { dimensionKinds } from './dimension-kinds.ts'
import type { FlowQueries } from './flow-queries.ts'
import { towardsPrefixes } from './rule-prefixes.ts'
import { SqlParameters } from './sql-parameters.ts'

export interface TalkersQuestion {
  /** Number of the account. */
  readonly account: number
  readonly prefixes: readonly string[]
  /** Receive times, seconds since 1970; `to` is excluded. */
  readonly from: number
  readonly to: number
  readonly overrides: SamplingOverrides
  /** What the lists are sorted by. */
  readonly metric: IncidentMetric
}

export interface Talker {
  readonly value: string
  /** Of the whole time, sampling applied. */
  readonly bits: number
  readonly packets: number
}

export interface Talkers {
  readonly lists: Readonly<Record<IncidentList, readonly Talker[]>>
  /** All of the traffic. */
  readonly bits: number
  readonly packets: number
  /** Receive times of the first and the latest flow that was looked at, seconds since 1970; null without flows. */
  readonly earliest: number | null
  readonly latest: number | null
}

/** Flows that are looked at, the latest ones: half a second's work, and little memory however many sources are forged. */
const flowsAtMost = 500_000
/** Rows of each list. */
const listLength = 10
/** Flags mean something in TCP only; this stands for all else. Flags have 9 bits. */
const noFlags = 65_535

interface ListKey {
  /** Over columns of `flows`. */
  readonly sql: string
  readonly print: (key: unknown) => unknown
}

const lists: Readonly<Record<IncidentList, ListKey>> = {
  sources: { sql: 'src_addr', print: dimensionKinds.address.print },
  source_asns: { sql: 'src_as', print: String },
  source_countries: { sql: dimensionKinds.country.key('src_country'), print: String },
  source_ports: { sql: 'src_port', print: String },
  destinations: { sql: 'dst_addr', print: dimensionKinds.address.print },
  destination_ports: { sql: 'dst_port', print: String },
  protocols: { sql: 'protocol', print: String },
  tcp_flags: { sql: `if(protocol = 6, tcp_flags, ${noFlags})`, print: dimensionKinds.tcp_flags.print },
  routers: { sql: 'router', print: dimensionKinds.address.print },
}

/** The statement. Its rows have the number of their list, −1 for the whole, and its key in `k<number>`. */
export function talkersSql(question: TalkersQuestion): { sql: string; params: Readonly<Record<string, unknown>> } {
  const parameters = new SqlParameters()
  const rate = appliedRate(question.overrides, parameters)
  const keys = incidentLists.map((_, index) => `k${index}`)
  const lines = [
    // grouping() is 0 for the key that a row is grouped by.
    `SELECT indexOf([${keys.map((key) => `grouping(${key})`).join(', ')}], 0) - 1 AS list, ${keys.join(', ')},`,
    `  sum(flow_bits) AS bit_sum, sum(flow_packets) AS packet_sum, min(at) AS earliest, max(at) AS latest`,
    `FROM (SELECT ${incidentLists.map((list, index) => `${lists[list].sql} AS k${index}`).join(', ')},`,
    // Floating, so that no sum overflows.
    `  toFloat64(bytes) * 8 * ${rate} AS flow_bits, toFloat64(packets) * ${rate} AS flow_packets, toUnixTimestamp(time_received) AS at`,
    `  FROM ${tierTables.raw}`,
    `  WHERE account = ${parameters.bind(question.account, 'UInt16')}`,
    `    AND time_received >= toDateTime(${parameters.bind(question.from, 'UInt32')}, 'UTC')`,
    `    AND time_received < toDateTime(${parameters.bind(question.to, 'UInt32')}, 'UTC')`,
    `    AND ${towardsPrefixes(question.prefixes, parameters)}`,
    `  ORDER BY time_received DESC LIMIT ${flowsAtMost})`,
    `GROUP BY GROUPING SETS (${keys.map((key) => `(${key})`).join(', ')}, ())`,
    'HAVING count() > 0',
    `ORDER BY ${question.metric === 'bits' ? 'bit_sum' : 'packet_sum'} DESC, ${keys.join(', ')}`,
    // One more than is shown: the list of flags may have the row of what has none.
    `LIMIT ${listLength + 1} BY list`,
  ]
  return { sql: lines.join('\n'), params: parameters.values }
}

interface Row extends Readonly<Record<string, unknown>> {
  readonly list: string
  readonly bit_sum: number
  readonly packet_sum: number
  readonly earliest: number
  readonly latest: number
}

/** Asks the store. Throws what the store throws. */
export async function queryTalkers(
  store: FlowQueries,
  question: TalkersQuestion,
  options: Pick<FlowQueryOptions, 'timeoutSeconds' | 'signal'> = {},
): Promise<Talkers> {
  const { sql, params } = talkersSql(question)
  const { rows } = await store.query<Row>(sql, { ...options, params })
  const whole = rows.find(({ list }) => Number(list) === -1)
  const entries = incidentLists.map((list, index) => [list, talkersOf(rows, list, index)] as const)
  return {
    // fromEntries forgets the keys; incidentLists are all of them.
    lists: Object.fromEntries(entries) as Record<IncidentList, Talker[]>,
    bits: whole?.bit_sum ?? 0,
    packets: whole?.packet_sum ?? 0,
    earliest: whole?.earliest ?? null,
    latest: whole?.latest ?? null,
  }
}

function talkersOf(rows: readonly Row[], list: IncidentList, index: number): Talker[] {
  const own = rows.filter((row) => Number(row.list) === index)
  const meant = list === 'tcp_flags' ? own.filter((row) => row[`k${index}`] !== noFlags) : own
  return meant.slice(0, listLength).map((row) => ({
    value: String(lists[list].print(row[`k${index}`])),
    bits: row.bit_sum,
    packets: row.packet_sum,
  }))
}
