// The table of minute sums by rule, beside the flows.
import type { FlowMigration } from '../flow-migration.ts'
import { createRuleMinuteTable } from '../rule-minute-table.ts'

export const ruleMinutes: FlowMigration = {
  version: 3,
  name: 'rule minutes',
  statements: () => [createRuleMinuteTable()],
}
