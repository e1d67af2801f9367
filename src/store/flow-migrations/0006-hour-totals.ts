// The totals of each hour, and what they would have added up to had they been there from the beginning.
import type { FlowMigration } from '../flow-migration.ts'
import { rollupSelect, rollupTable, rollupView, totalRollup } from '../flow-tables.ts'

export const hourTotals: FlowMigration = {
  version: 6,
  name: 'hour totals',
  // No segment is inserted meanwhile. Emptied first, because after a crash all of them are run again; the same rows once
  // more must not be taken for a repetition.
  statements: (known) => [
    rollupTable(totalRollup, known),
    `truncate table ${totalRollup.table}`,
    `insert into ${totalRollup.table} settings insert_deduplicate = 0
${rollupSelect(totalRollup)}`,
    rollupView(totalRollup),
  ],
}
