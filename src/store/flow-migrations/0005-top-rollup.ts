// The table of the first addresses and ports of each hour, beside the sums by hour.
import type { FlowMigration } from '../flow-migration.ts'
import { createTopTable } from '../top-rollup-table.ts'

export const topRollup: FlowMigration = {
  version: 5,
  name: 'top rollup',
  statements: (known) => [createTopTable(known)],
}
