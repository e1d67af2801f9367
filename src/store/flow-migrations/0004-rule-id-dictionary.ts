// Rule ids of flows by a dictionary: tables of before had them in full. Nothing changes where that is so already.
import { flowColumn } from '../../contract/flow-columns.ts'
import { columnDefinition, tierTables } from '../flow-tables.ts'
import type { FlowMigration } from '../flow-migration.ts'

export const ruleIdDictionary: FlowMigration = {
  version: 4,
  name: 'rule id dictionary',
  statements: () => [`alter table ${tierTables.raw} modify column ${columnDefinition(flowColumn.rule_ids)}`],
}
