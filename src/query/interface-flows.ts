// What the flows of five minutes say about each interface and direction of the routers of an account.
import { tierTables } from '../store/flow-tables.ts'
import { appliedRate, mappedAddress, type SamplingOverrides } from './applied-rate.ts'
import type { FlowQueries } from './flow-queries.ts'
import { SqlParameters } from './sql-parameters.ts'

export interface InterfaceFlowsQuestion {
  /** Number of the account. */
  readonly account: number
  /** Whole minutes, seconds since 1970; `to` is excluded. */
  readonly from: number
  readonly to: number
  readonly overrides: SamplingOverrides
  /** Canonical address of the only router that is asked for; undefined for all of the account. */
  readonly router: string | undefined
}

/** Flows into or out of an interface, sampling applied where nothing else is said. */
export interface InterfaceFlows {
  readonly bytes: number
  /** With the headers that NetFlow does not count: what should stand in the interface's octets. */
  readonly framedBytes: number
  /** Packets as exported: where the router samples, these are the samples. */
  readonly samples: number
  /** Share of the bytes whose factor was not told by the router, 0 to 1. */
  readonly assumedShare: number
  /** Mean factor over the exported bytes. */
  readonly meanRate: number
}

export type FlowDirection = 'in' | 'out'

/** By router in canonical text as stored (IPv4 without its prefix), then ifIndex. */
export interface InterfaceFlowsRow extends InterfaceFlows {
  readonly router: string
  readonly ifIndex: number
  readonly direction: FlowDirection
}

/** 14 bytes of Ethernet header and 4 of check sequence stand in ifInOctets and not in the bytes of an IP flow. */
const frameBytes = 18
/** Interfaces of a router that are answered, both directions each: those with the most traffic. */
const interfacesPerRouter = 2048
/** Rows at the most, as many as there are interfaces followed, both directions each. */
const rowsAtMost = 32_768

/** The statement; the minute sums have all that it needs. */
export function interfaceFlowsSql(question: InterfaceFlowsQuestion): { sql: string; params: Readonly<Record<string, unknown>> } {
  const parameters = new SqlParameters()
  const account = parameters.bind(question.account, 'UInt16')
  const from = parameters.bind(question.from, 'UInt32')
  const to = parameters.bind(question.to, 'UInt32')
  const router = question.router === undefined ? undefined : parameters.bind(mappedAddress(question.router), 'IPv6')
  const rate = appliedRate(question.overrides, parameters)
  const lines = [
    // Sums are floating: their error of 1 part in 10¹⁵ does not matter here, and they cannot overflow.
    `SELECT router, side.1 AS outgoing, side.2 AS if_index, sum(toFloat64(bytes) * ${rate}) AS bytes_sum,`,
    `  sum(toFloat64(bytes + if(export_protocol = 'sflow5', 0, packets * ${frameBytes})) * ${rate}) AS framed_sum,`,
    `  sum(toFloat64(packets)) AS samples, sum(toFloat64(bytes)) AS exported,`,
    `  sumIf(toFloat64(bytes), sampling_source IN ('unknown', 'account', 'router')) AS assumed`,
    `FROM ${tierTables.minute}`,
    `ARRAY JOIN [(0, in_if), (1, out_if)] AS side`,
    `WHERE account = ${account} AND time_received >= toDateTime(${from}, 'UTC') AND time_received < toDateTime(${to}, 'UTC')`,
    `  AND side.2 > 0${router === undefined ? '' : ` AND router = ${router}`}`,
    'GROUP BY router, outgoing, if_index',
    'ORDER BY bytes_sum DESC, router, outgoing, if_index',
    `LIMIT ${interfacesPerRouter} BY router`,
    `LIMIT ${rowsAtMost}`,
  ]
  return { sql: lines.join('\n'), params: parameters.values }
}

interface Row {
  readonly router: string
  readonly outgoing: number
  readonly if_index: number
  readonly bytes_sum: number
  readonly framed_sum: number
  readonly samples: number
  readonly exported: number
  readonly assumed: number
}

/** Asks the store. Throws what the store throws. */
export async function queryInterfaceFlows(store: FlowQueries, question: InterfaceFlowsQuestion): Promise<InterfaceFlowsRow[]> {
  const { sql, params } = interfaceFlowsSql(question)
  const { rows } = await store.query<Row>(sql, { params, maxRows: rowsAtMost })
  return rows.map((row) => ({
    router: row.router.startsWith('::ffff:') ? row.router.slice('::ffff:'.length) : row.router,
    ifIndex: row.if_index,
    direction: row.outgoing === 1 ? 'out' : 'in',
    bytes: row.bytes_sum,
    framedBytes: row.framed_sum,
    samples: row.samples,
    assumedShare: row.exported === 0 ? 0 : row.assumed / row.exported,
    meanRate: row.exported === 0 ? 1 : row.bytes_sum / row.exported,
  }))
}
