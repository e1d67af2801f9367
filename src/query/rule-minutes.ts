// The minute sums of a rule as they are kept beyond the flows.
import type { RuleMinute } from '../contract/rule-minutes.ts'
import { ruleMinuteTable } from '../store/rule-minute-table.ts'
import type { FlowQueries } from './flow-queries.ts'

export interface RuleMinutesQuestion {
  /** 32 hex digits. */
  readonly rule: string
  /** Seconds since 1970; `to` is excluded. */
  readonly from: number
  readonly to: number
}

// FINAL: of a minute that was told several times the latest telling counts.
const sql = `SELECT toUnixTimestamp(minute) AS at, account, bytes, packets, peak_bits, peak_packets, incident
FROM ${ruleMinuteTable} FINAL
WHERE rule = {rule:String} AND minute >= toDateTime({from:UInt32}, 'UTC') AND minute < toDateTime({to:UInt32}, 'UTC')
ORDER BY minute`

interface Row extends Omit<RuleMinute, 'rule' | 'minute' | 'incident'> {
  readonly at: number
  readonly incident: number
}

/** Asks the store; the oldest minute first. Throws what the store throws. */
export async function queryRuleMinutes(store: FlowQueries, { rule, from, to }: RuleMinutesQuestion): Promise<RuleMinute[]> {
  const { rows } = await store.query<Row>(sql, { params: { rule, from: Math.max(0, from), to: Math.max(0, to) } })
  return rows.map(({ at, account, bytes, packets, peak_bits, peak_packets, incident }) => {
    return { account, rule, minute: at, bytes, packets, peak_bits, peak_packets, incident: incident === 1 }
  })
}
