// ClickHouse inside this process (chDB): opens the data folder and runs SQL with settings and parameters of its own.
import { randomUUID } from 'node:crypto'
import { chmodSync, createReadStream, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FlowQueryProgress } from './flow-store.ts'
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
  /** Each chunk is an answer of its own in the format: right for formats of lines without a header only. */
  queryStream(sql: string, options: { readonly format: string }): AsyncIterable<{ raw(): Uint8Array }>
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
  /** By which it is looked at and ended. Unique among those that run. */
  readonly mark: string
}

export interface EngineAnswer {
  readonly bytes: Uint8Array
  readonly rowsRead: number
  readonly bytesRead: number
  readonly elapsedSeconds: number
}

/**
 * Four questions, two inserts and two downloads at once; together with the file system's work they are the thread pool
 * of `enginePoolThreads`. A download keeps its place as long as its reader takes.
 */
const questionsAtOnce = 4
const insertsAtOnce = 2
const downloadsAtOnce = 2
const waitingAtMost = 64
/** Eight queries, one KILL, one look at the queries, six for files. */
export const enginePoolThreads = 16
/** How often the end of a query is asked for until it has ended: one that has hardly begun is not found at first. */
const killAgainMs = 100

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
  readonly #downloads = new QueryGate(downloadsAtOnce, waitingAtMost)

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

  #run(query: EngineQuery, signal: AbortSignal): Promise<EngineAnswer> {
    return this.#inSession(query, signal, async (session) => {
      const result = await session.queryAsync(query.sql, { format: query.format })
      const { rowsRead, bytesRead, elapsed } = result
      return { bytes: result.bytes(), rowsRead, bytesRead, elapsedSeconds: elapsed }
    })
  }

  /**
   * Runs a query and hands its answer over in pieces, as fast as they are taken.
   * @throws as `run`, and what `take` throws
   */
  download(query: EngineQuery, signal: AbortSignal, take: (bytes: Uint8Array) => Promise<void>): Promise<void> {
    const work = lineFormats.has(query.format) ? () => this.#stream(query, signal, take) : () => this.#throughFile(query, signal, take)
    return this.#downloads.pass(work, signal)
  }

  #stream(query: EngineQuery, signal: AbortSignal, take: (bytes: Uint8Array) => Promise<void>): Promise<void> {
    return this.#inSession(query, signal, async (session) => {
      for await (const chunk of session.queryStream(query.sql, { format: query.format })) {
        signal.throwIfAborted()
        await take(chunk.raw())
      }
    })
  }

  /** A format that has a beginning and an end: the engine writes the file. */
  async #throughFile(query: EngineQuery, signal: AbortSignal, take: (bytes: Uint8Array) => Promise<void>): Promise<void> {
    const file = path.join(embeddedFiles(this.#settings.data).downloads, randomUUID())
    const sql = `insert into function file(${sqlString(file)}, ${sqlString(query.format)}) ${query.sql}`
    try {
      await this.#run({ ...query, sql }, signal)
      for await (const bytes of createReadStream(file, { signal })) await take(bytes as Buffer)
    } finally {
      await rm(file, { force: true })
    }
  }

  /** Settings, parameters and current database of a query, and its end when the signal aborts. */
  async #inSession<T>(query: EngineQuery, signal: AbortSignal, work: (session: ChdbSession) => Promise<T>): Promise<T> {
    const session = this.#open()
    const ended = new AbortController()
    const kill = () => void this.#kill(query.mark, ended.signal)
    signal.addEventListener('abort', kill, { once: true })
    try {
      await session.queryAsync(preamble(query), { format: 'Null' })
      signal.throwIfAborted()
      return await work(session)
    } catch (error) {
      throw engineError(error)
    } finally {
      ended.abort()
      signal.removeEventListener('abort', kill)
      session.close()
    }
  }

  /** chDB gives a query no id that its caller knows; the log comment in its settings stands in. */
  async #kill(mark: string, ended: AbortSignal): Promise<void> {
    try {
      while (!ended.aborted) {
        await this.#keeper.queryAsync(`kill query where Settings['log_comment'] = ${sqlString(mark)} async`, { format: 'Null' })
        await sleep(killAgainMs)
      }
    } catch (error) {
      // The query may have ended by itself; if not, its time limit ends it.
      process.emitWarning(error instanceof Error ? error : String(error))
    }
  }

  /** Undefined when no query of this mark runs. It waits for no place: whoever looks wants to know why all are taken. */
  async progress(mark: string): Promise<FlowQueryProgress | undefined> {
    const session = this.#open()
    try {
      const condition = `Settings['log_comment'] = ${sqlString(mark)}`
      const answer = await session.queryAsync(`select ${progressColumns} from system.processes where ${condition}`, {
        format: 'JSONCompactEachRow',
      })
      return readProgress(Buffer.from(answer.bytes()).toString())
    } finally {
      session.close()
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
function preamble({ database, settings, params, readOnly, mark }: EngineQuery): string {
  const values = [
    ...Object.entries(params).map(([name, value]) => `param_${sqlName(name)} = ${sqlString(value)}`),
    ...Object.entries(settings).map(([name, value]) => `${sqlName(name)} = ${sqlString(value)}`),
    `log_comment = ${sqlString(mark)}`,
    ...(readOnly ? ['readonly = 1'] : []),
  ]
  return `use ${sqlName(database)}; set ${values.join(', ')}`
}

/** Formats whose pieces can be put after each other. */
const lineFormats: ReadonlySet<string> = new Set(['CSV', 'JSONEachRow'])

/** As numbers that JSON holds: nobody reads 2^53 rows. */
const progressColumns = 'toFloat64(read_rows), toFloat64(total_rows_approx), toFloat64(read_bytes), elapsed'

/** @param line the columns as a JSON list, or nothing */
function readProgress(line: string): FlowQueryProgress | undefined {
  if (line === '') return undefined
  // The engine prints what `progressColumns` asks for; there is one line a mark.
  const [rowsRead = 0, rowsToRead = 0, bytesRead = 0, elapsedSeconds = 0] = JSON.parse(line.split('\n', 1)[0] ?? '') as number[]
  return { rowsRead, rowsToRead, bytesRead, elapsedSeconds }
}

/** An error of a stream has the code in its text only. */
function engineError(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const told = 'clickhouseCode' in error ? error.clickhouseCode : undefined
  const code = told ?? /^Code: (\d+)\./.exec(error.message)?.[1]
  return code === undefined ? error : new EngineError(Number(code), error.message, { cause: error })
}
