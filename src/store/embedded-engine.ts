// ClickHouse inside this process (chDB): opens the data folder and runs SQL with settings and parameters of its own.
import { randomUUID } from 'node:crypto'
import { chmodSync, writeFileSync } from 'node:fs'
import { QueryGate } from './query-gate.ts'
import { sqlName, sqlString } from './sql-text.ts'
import { embeddedFiles, type EmbeddedSettings } from './embedded-settings.ts'

/** The part of chDB that is used. Declared here because the package is optional: without it this file must still compile. */
interface ChdbResult {
  readonly elapsed: number
  readonly rowsRead: number
  readonly bytesRead: number
  bytes(): Uint8Array
}
interface ChdbSession {
  queryAsync(sql: string, options: { readonly format: string }): Promise<ChdbResult>
  close(): void
}
interface Chdb {
  readonly Session: new (path: string, options: { readonly connectionArgs: readonly string[] }) => ChdbSession
  drainPending(): Promise<void>
}

/** chDB is not installed: no restart helps. */
export class ChdbMissingError extends Error {
  override readonly name = 'ChdbMissingError'
}

/** ClickHouse's answer to a query that failed. */
export class EngineError extends Error {
  override readonly name = 'EngineError'
  readonly code: number
  constructor(code: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

export interface EngineQuery {
  readonly sql: string
  /** Format of the answer where the SQL names none. */
  readonly format: string
  readonly database: string
  readonly settings: Readonly<Record<string, string>>
  /** Values in ClickHouse's escaped text form, as its HTTP protocol carries them. */
  readonly params: Readonly<Record<string, string>>
  readonly readOnly: boolean
  /** Inserts have places of their own, so that questions cannot keep flows from being stored. */
  readonly insert: boolean
}

export interface EngineAnswer {
  readonly bytes: Uint8Array
  readonly rowsRead: number
  readonly bytesRead: number
  readonly elapsedSeconds: number
}

/** Four questions and two inserts at once; together with the file system's work they are the thread pool of `enginePoolThreads`. */
const questionsAtOnce = 4
const insertsAtOnce = 2
const waitingAtMost = 64
/** Six queries, one KILL, five for files. */
export const enginePoolThreads = 12

/** The engine ended itself for an internal fault and answers every further query with this code. */
const aborted = 236

export class EmbeddedEngine {
  readonly #settings: EmbeddedSettings
  readonly #open: () => ChdbSession
  readonly #drain: () => Promise<void>
  /** Held open so that the engine lives while no query does. */
  readonly #keeper: ChdbSession
  readonly #questions = new QueryGate(questionsAtOnce, waitingAtMost)
  readonly #inserts = new QueryGate(insertsAtOnce, waitingAtMost)

  private constructor(settings: EmbeddedSettings, chdb: Chdb) {
    const { clickhouse, config } = embeddedFiles(settings.data)
    this.#settings = settings
    this.#drain = () => chdb.drainPending()
    this.#open = () => new chdb.Session(clickhouse, { connectionArgs: [`--config-file=${config}`] })
    this.#keeper = this.#open()
  }

  /** @throws ChdbMissingError when the package is not there; chDB's errors when the folder is in use or broken */
  static async open(settings: EmbeddedSettings): Promise<EmbeddedEngine> {
    const chdb = await importChdb()
    writeConfig(settings)
    const engine = new EmbeddedEngine(settings, chdb)
    await engine.#prepare()
    return engine
  }

  /**
   * chDB's `default` database shows the file system: `select * from default."/etc/passwd"` would read it. Every start
   * makes it anew, so every start replaces it. It must exist: a connection begins in it.
   */
  async #prepare(): Promise<void> {
    const run = (sql: string) => this.#keeper.queryAsync(sql, { format: 'Null' })
    await run(`create database if not exists ${sqlName(this.#settings.database)}`)
    await run(`use ${sqlName(this.#settings.database)}`)
    await run('drop database if exists default')
    await run('create database default engine = Memory')
  }

  /**
   * Runs a query on a connection of its own (opening one takes 0.3 ms): settings, parameters and the current database
   * end with it, and parameters are bound by the engine. chDB's own binding call lets only one query run at a time.
   * @throws EngineError with ClickHouse's code; GateFullError; the signal's reason when it is aborted while waiting
   */
  run(query: EngineQuery, signal: AbortSignal): Promise<EngineAnswer> {
    const gate = query.insert ? this.#inserts : this.#questions
    return gate.pass(() => this.#run(query, signal), signal)
  }

  async #run(query: EngineQuery, signal: AbortSignal): Promise<EngineAnswer> {
    const session = this.#open()
    const mark = randomUUID()
    const kill = () => void this.#kill(mark)
    signal.addEventListener('abort', kill, { once: true })
    try {
      await session.queryAsync(preamble(query, mark), { format: 'Null' })
      signal.throwIfAborted()
      const result = await session.queryAsync(query.sql, { format: query.format })
      const { rowsRead, bytesRead, elapsed } = result
      return { bytes: result.bytes(), rowsRead, bytesRead, elapsedSeconds: elapsed }
    } catch (error) {
      throw engineError(error)
    } finally {
      signal.removeEventListener('abort', kill)
      session.close()
    }
  }

  /** chDB gives a query no id that its caller knows; the log comment in its settings stands in. */
  async #kill(mark: string): Promise<void> {
    try {
      await this.#keeper.queryAsync(`kill query where Settings['log_comment'] = ${sqlString(mark)} async`, { format: 'Null' })
    } catch (error) {
      // The query may have ended by itself; if not, its time limit ends it.
      process.emitWarning(error instanceof Error ? error : String(error))
    }
  }

  /** Whether the engine still works, after an answer that says it has ended itself. */
  async isAlive(): Promise<boolean> {
    try {
      await this.#keeper.queryAsync('select 1', { format: 'Null' })
      return true
    } catch {
      return false
    }
  }

  /** Closes the connection and waits for what still runs on others. */
  async close(): Promise<void> {
    this.#keeper.close()
    await this.#drain()
  }
}

/** Whether an error means that this engine is done for. */
export function isFatal(error: unknown): boolean {
  return error instanceof EngineError && error.code === aborted
}

async function importChdb(): Promise<Chdb> {
  // By a variable: an import of a literal name would make the compiler ask for the optional package.
  const packageName: string = 'chdb'
  try {
    // The interfaces above are checked against chdb 3.4 by the integration tests.
    return (await import(packageName)) as Chdb
  } catch (error) {
    const text = 'the embedded ClickHouse is not installed: run `npm install chdb`, or set store.kind to clickhouse and use a server'
    throw new ChdbMissingError(text, { cause: error })
  }
}

/** Memory and caches are server settings: only a file can set them. Caches are bounded by a tenth of the memory each. */
function writeConfig({ data, memoryMib }: EmbeddedSettings): void {
  const bytes = memoryMib * 1024 * 1024
  const cache = Math.floor(bytes / 10)
  const xml = `<clickhouse>
  <timezone>UTC</timezone>
  <max_server_memory_usage>${bytes}</max_server_memory_usage>
  <mark_cache_size>${cache}</mark_cache_size>
  <uncompressed_cache_size>0</uncompressed_cache_size>
</clickhouse>
`
  const { config } = embeddedFiles(data)
  writeFileSync(config, xml, { mode: 0o600 })
  chmodSync(config, 0o600)
}

/** One SET: parameters and settings first, `readonly` last, because after it nothing can be set. */
function preamble({ database, settings, params, readOnly }: EngineQuery, mark: string): string {
  const values = [
    ...Object.entries(params).map(([name, value]) => `param_${sqlName(name)} = ${sqlString(value)}`),
    ...Object.entries(settings).map(([name, value]) => `${sqlName(name)} = ${sqlString(value)}`),
    `log_comment = ${sqlString(mark)}`,
    ...(readOnly ? ['readonly = 1'] : []),
  ]
  return `use ${sqlName(database)}; set ${values.join(', ')}`
}

function engineError(error: unknown): unknown {
  if (!(error instanceof Error) || !('clickhouseCode' in error)) return error
  return new EngineError(Number(error.clickhouseCode ?? 0), error.message, { cause: error })
}
