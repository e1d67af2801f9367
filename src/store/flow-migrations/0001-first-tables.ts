// The tables of flows and their rollups. New columns come by a later migration with `add column if not exists`, which
// does nothing where these statements have already made the table with them.
import type { FlowMigration } from '../flow-migration.ts'
import { rawTable, rollups, rollupTable, rollupView } from '../flow-tables.ts'

export const firstFlowTables: FlowMigration = {
  version: 1,
  name: 'first tables',
  // Tables before views: a view over a missing table would fail each insert.
  statements: (known) => [
    rawTable(known),
    ...rollups.map((rollup) => rollupTable(rollup, known)),
    ...rollups.map((rollup) => rollupView(rollup)),
  ],
}
