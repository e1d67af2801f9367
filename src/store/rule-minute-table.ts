// The table of minute sums by rule: what rules are learnt from and backtested on when the flows themselves are gone.

export const ruleMinuteTable = 'rule_minutes'

/** In the order of the table. */
export const ruleMinuteColumns = ['minute', 'account', 'rule', 'bytes', 'packets', 'peak_bits', 'peak_packets', 'incident'] as const

/** One row. Sums and peaks as in contract/rule-minutes.ts. */
export interface RuleMinuteRow extends Readonly<Record<Exclude<(typeof ruleMinuteColumns)[number], 'rule'>, number>> {
  /** 32 hex digits. */
  readonly rule: string
}

/** A row that is told again replaces the earlier one. */
export function createRuleMinuteTable(): string {
  return `create table if not exists ${ruleMinuteTable} (
  minute DateTime('UTC') codec(Delta, LZ4),
  account UInt16,
  rule LowCardinality(String),
  bytes Float64,
  packets Float64,
  peak_bits Float64,
  peak_packets Float64,
  incident UInt8
)
engine = ReplacingMergeTree
partition by toMonday(minute)
order by (rule, minute)`
}
