// Brings the flow database to this program's schema, and may be run again at any time.
import { FlowSchemaVersionError } from './errors.ts'
import type { FlowMigration } from './flow-migration.ts'
import type { FlowStore } from './flow-store.ts'
import { firstFlowTables } from './flow-migrations/0001-first-tables.ts'
import { interfaceCounters } from './flow-migrations/0002-interface-counters.ts'
import { ruleMinutes } from './flow-migrations/0003-rule-minutes.ts'
import { ruleIdDictionary } from './flow-migrations/0004-rule-id-dictionary.ts'
import { topRollup } from './flow-migrations/0005-top-rollup.ts'
import { hourTotals } from './flow-migrations/0006-hour-totals.ts'
import { optionalTableSettings } from './flow-tables.ts'

/** In order; the last version is what this program understands. */
export const flowMigrations: readonly FlowMigration[] = [
  firstFlowTables,
  interfaceCounters,
  ruleMinutes,
  ruleIdDictionary,
  topRollup,
  hourTotals,
]

/** The two calls of a flow store that migrating needs. */
export type MigrationTarget = Pick<FlowStore, 'query' | 'command'>

/** MergeTree and not Log: its inserts are atomic, so a crash leaves a version recorded or not. */
const versionTable = `create table if not exists schema_migrations (
  version UInt32, name String, applied_at DateTime('UTC') default now()
) engine = MergeTree order by version`

/**
 * Runs the migrations that the database lacks, in its current database.
 * @throws FlowSchemaVersionError when a newer program made the tables
 */
export async function migrateFlows(target: MigrationTarget, database: string): Promise<void> {
  await target.command(versionTable)
  const { rows } = await target.query<{ version: number }>('select max(version) as version from schema_migrations')
  const found = rows[0]?.version ?? 0
  const newest = flowMigrations.at(-1)?.version ?? 0
  if (found > newest) throw new FlowSchemaVersionError(database, found, newest)
  const due = flowMigrations.filter(({ version }) => version > found)
  const known = due.length === 0 ? new Set<string>() : await knownSettings(target)
  for (const { version, name, statements } of due) {
    for (const statement of statements(known)) await target.command(statement)
    await target.command('insert into schema_migrations (version, name) select {version:UInt32}, {name:String}', { version, name })
  }
}

async function knownSettings(target: MigrationTarget): Promise<ReadonlySet<string>> {
  const { rows } = await target.query<{ name: string }>(
    'select name from system.merge_tree_settings where name in ({names:Array(String)})',
    { params: { names: [...optionalTableSettings] } },
  )
  return new Set(rows.map(({ name }) => name))
}
