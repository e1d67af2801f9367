// The application state: one SQLite file, opened by libsql under Kysely, migrated at every opening.
import { chmodSync, closeSync, openSync } from 'node:fs'
import Database from 'libsql'
import { Kysely, SqliteDialect, type SqliteDatabase } from 'kysely'
import type { StateMigration } from './state-migration.ts'
import { firstTables } from './state-migrations/0001-first-tables.ts'
import { rulesAndIncidents } from './state-migrations/0002-rules-and-incidents.ts'
import { alertingTables } from './state-migrations/0003-alerting.ts'
import { advertisementTables } from './state-migrations/0004-advertisements.ts'
import { captureTables } from './state-migrations/0005-captures.ts'
import { signatureTables } from './state-migrations/0006-signatures.ts'
import { memberTables } from './state-migrations/0007-members.ts'
import { settingAndAuditTables } from './state-migrations/0008-settings-and-audit.ts'
import { savedQuestionTable } from './state-migrations/0009-saved-questions.ts'
import type { StateTables } from './state-tables.ts'

export interface State {
  readonly db: Kysely<StateTables>
  close(): Promise<void>
}

/** In order; the last version is what this program understands. */
const migrations: readonly StateMigration[] = [
  firstTables,
  rulesAndIncidents,
  alertingTables,
  advertisementTables,
  captureTables,
  signatureTables,
  memberTables,
  settingAndAuditTables,
  savedQuestionTable,
]

/** How long a writer waits for another process (a `token` command beside the server) before it fails. */
const busyTimeoutMs = 10_000

/** The file was written by a newer program. */
export class StateVersionError extends Error {
  override readonly name = 'StateVersionError'
  constructor(path: string, found: number, known: number) {
    super(
      `${path} has schema version ${found}, this program knows versions up to ${known}; start the newer Drawbridge that wrote it, or restore a backup of before the upgrade`,
    )
  }
}

/**
 * Opens the state and brings it to this program's version.
 * @throws StateVersionError when the file is newer than the program
 */
export async function openState(path: string): Promise<State> {
  // Created here with its mode, so that it is at no time readable for others.
  closeSync(openSync(path, 'a', 0o600))
  chmodSync(path, 0o600)
  const database = new Database(path)
  try {
    // WAL: readers do not wait for the writer. Full: a power cut loses nothing that was committed, which is what a sealed
    // segment's row promises.
    database.exec(`pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma busy_timeout = ${busyTimeoutMs}`)
    migrate(database, path)
  } catch (error) {
    database.close()
    throw error
  }
  const db = stateOver(database)
  return { db, close: () => db.destroy() }
}

/**
 * The state in an open file. Transactions begin as writers and wait for another process at once. Begun as readers they would
 * fail at their first write when another process has written meanwhile, and all later ones too: libsql holds on to the old
 * snapshot until the failed statement is collected as garbage.
 */
export function stateOver(database: SqliteDatabase): Kysely<StateTables> {
  const prepare = (sql: string) => database.prepare(sql === 'begin' ? 'begin immediate' : sql)
  return new Kysely<StateTables>({ dialect: new SqliteDialect({ database: { prepare, close: () => database.close() } }) })
}

function migrate(database: Database.Database, path: string): void {
  // Two processes may open the file at once: the version is read again inside the transaction.
  database.exec('begin immediate')
  try {
    const found = userVersion(database)
    const newest = migrations.at(-1)?.version ?? 0
    if (found > newest) throw new StateVersionError(path, found, newest)
    for (const migration of migrations) {
      if (migration.version <= found) continue
      for (const statement of migration.statements) database.exec(statement)
      database.exec(`pragma user_version = ${migration.version}`)
    }
    database.exec('commit')
  } catch (error) {
    database.exec('rollback')
    throw error
  }
}

function userVersion(database: Database.Database): number {
  // The pragma answers one row with one column.
  const [row] = database.prepare('pragma user_version').all() as { user_version: number }[]
  return row?.user_version ?? 0
}
