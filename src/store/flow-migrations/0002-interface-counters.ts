// The table of interface counters, beside the flows.
import type { FlowMigration } from '../flow-migration.ts'
import { createInterfaceCounterTable } from '../interface-counter-table.ts'

export const interfaceCounters: FlowMigration = {
  version: 2,
  name: 'interface counters',
  statements: () => [createInterfaceCounterTable()],
}
