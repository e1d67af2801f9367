// How much traffic a packet filter matches, as the stored flows tell it.
import type { PacketFilter } from '../contract/packet-filter.ts'
import type { FlowQueryOptions } from '../store/flow-store.ts'
import { tierTables } from '../store/flow-tables.ts'
import { appliedRate, noOverrides, type SamplingOverrides } from './applied-rate.ts'
import type { FlowQueries } from './flow-queries.ts'
import { packetFilterSql } from './packet-filter-sql.ts'
import { SqlParameters } from './sql-parameters.ts'

export interface ExpectedRateQuestion {
  /** Number of the account. */
  readonly account: number
  /** Null for all traffic. */
  readonly filter: PacketFilter | null
  /** How far to look back. */
  readonly seconds: number
  /** End of that time, excluded; seconds since 1970. */
  readonly to: number
  readonly overrides?: SamplingOverrides
}

export interface ExpectedRate {
  /** Mean over the time, sampling applied. A packet that several routers export counts at each of them. */
  readonly packetsPerSecond: number
  readonly bitsPerSecond: number
  /** Conditions that flows, or some of them, do not tell: what they exclude is in the figures. */
  readonly notExpressible: readonly string[]
}

interface Row {
  readonly flow_count: number
  readonly packet_sum: number
  readonly bit_sum: number
}

/** Asks the store; null when the account has no flow in that time at all. Throws what the store throws. */
export async function expectedRate(
  flows: FlowQueries,
  { account, filter, seconds, to, overrides = noOverrides }: ExpectedRateQuestion,
  options: Pick<FlowQueryOptions, 'timeoutSeconds' | 'signal'> = {},
): Promise<ExpectedRate | null> {
  const parameters = new SqlParameters()
  const rate = appliedRate(overrides, parameters)
  const { condition, notExpressible } = packetFilterSql(filter, parameters)
  const sql = [
    // Floating, so that no sum overflows.
    `SELECT toFloat64(count()) AS flow_count, sumIf(toFloat64(packets) * ${rate}, ${condition}) AS packet_sum,`,
    `  sumIf(toFloat64(bytes) * 8 * ${rate}, ${condition}) AS bit_sum`,
    `FROM ${tierTables.raw} WHERE account = ${parameters.bind(account, 'UInt16')}`,
    `  AND time_received >= toDateTime(${parameters.bind(to - seconds, 'UInt32')}, 'UTC')`,
    `  AND time_received < toDateTime(${parameters.bind(to, 'UInt32')}, 'UTC')`,
  ].join('\n')
  const { rows } = await flows.query<Row>(sql, { ...options, params: parameters.values })
  const [row] = rows
  if (row === undefined || row.flow_count === 0) return null
  return { packetsPerSecond: row.packet_sum / seconds, bitsPerSecond: row.bit_sum / seconds, notExpressible }
}
