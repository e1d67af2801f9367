// The one interface to ClickHouse that the rest of the program knows, and what its two kinds share.
import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { addAbortSignal, type Readable } from 'node:stream'
import {
  createClient,
  ClickHouseError,
  ClickHouseLogLevel,
  type ClickHouseClient,
  type ClickHouseClientConfigOptions,
} from '@clickhouse/client'
import { StoreQueryError, StoreUnavailableError } from './errors.ts'
import { migrateFlows } from './flow-migrate.ts'
import { tierTables } from './flow-tables.ts'
import { interfaceCounterColumns, type InterfaceCounterRow } from './interface-counter-table.ts'
import { readSegmentHeader } from './native-header.ts'
import { ruleMinuteColumns, type RuleMinuteRow } from './rule-minute-table.ts'
import { checkSegmentName, type SealedSegment } from './segment.ts'

export interface FlowQueryOptions {
  /** Values of the `{name:Type}` places in the SQL. */
  readonly params?: Readonly<Record<string, unknown>>
  /** Seconds after which the engine stops the query; 30 when left out. */
  readonly timeoutSeconds?: number
  /** Bytes of memory beyond which the engine stops the query; half of the engine's when it is embedded, unlimited otherwise. */
  readonly maxMemoryBytes?: number
  /** Rows beyond which the answer is refused; 1 million when left out. */
  readonly maxRows?: number
  /** Ends the query, in the engine too. */
  readonly signal?: AbortSignal
  /** By which `progress` finds the query while it runs. Unique; letters, digits, `_`, `-`, `.` and `:`, 100 at the most. */
  readonly queryId?: string
}

export interface FlowDownloadOptions extends Omit<FlowQueryOptions, 'maxRows'> {
  /** ClickHouse's name of the format. */
  readonly format: 'CSV' | 'JSONEachRow' | 'Parquet'
}

/** How far a query has come. */
export interface FlowQueryProgress {
  readonly rowsRead: number
  /** What the engine expects to read; 0 while it does not know. */
  readonly rowsToRead: number
  readonly bytesRead: number
  readonly elapsedSeconds: number
}

export interface FlowAnswer<T> {
  /** 64-bit integers are decimal text: a JSON number would round them. */
  readonly rows: T[]
  /** What the engine read for it. */
  readonly rowsRead: number
  readonly bytesRead: number
  readonly elapsedSeconds: number
}

/** The tables that are filled by small inserts, with their rows. */
interface SmallTables {
  readonly interface_counters: InterfaceCounterRow
  readonly rule_minutes: RuleMinuteRow
}
export type SmallTable = keyof SmallTables

const smallTableColumns = { interface_counters: interfaceCounterColumns, rule_minutes: ruleMinuteColumns } as const satisfies {
  readonly [T in SmallTable]: readonly (keyof SmallTables[T])[]
}

/**
 * All calls throw StoreUnavailableError when the store does not answer, and StoreQueryError, with ClickHouse's code and
 * the limit that was reached, when it refuses.
 */
export interface FlowStore {
  /** Whether it answered last time and has its tables. */
  readonly ready: boolean
  start(): Promise<void>
  stop(): Promise<void>
  query<T>(sql: string, options?: FlowQueryOptions): Promise<FlowAnswer<T>>
  /** Undefined when no query of this id is running. */
  progress(queryId: string): Promise<FlowQueryProgress | undefined>
  /**
   * The answer of a statement as bytes, whatever its size, as fast as they are taken. They are whole when no error is
   * thrown; leaving the loop ends the query.
   */
  download(sql: string, options: FlowDownloadOptions): AsyncIterable<Uint8Array>
  /** SQL without an answer. @param signal ends it, in the engine too */
  command(sql: string, params?: Readonly<Record<string, unknown>>, signal?: AbortSignal): Promise<void>
  /**
   * Inserts a segment into `flows` and, by its views, the rollups. May be repeated any number of times: the name of the
   * segment is its token, and what is there already is left alone.
   */
  insertSegment(segment: SealedSegment): Promise<void>
  /** Inserts a few rows that may be lost or come twice, unlike flows. */
  insertRows<T extends SmallTable>(table: T, rows: readonly SmallTables[T][]): Promise<void>
  counters(): Record<string, number>
}

/** A statement of a download that is ready for the engine. */
export interface DownloadRequest {
  readonly sql: string
  readonly format: FlowDownloadOptions['format']
  readonly params: Record<string, unknown>
  readonly timeoutSeconds: number
  readonly settings: Readonly<Record<string, string | number>>
  readonly queryId: string
  readonly signal: AbortSignal
}

const defaultSeconds = 30
/** A download lasts as long as whoever reads it takes. */
const defaultDownloadSeconds = 3600
const defaultRows = 1_000_000
/** Times as RFC 3339, CSV as RFC 4180; numbers of 64 bits are numbers in JSON as well. */
const downloadSettings = {
  date_time_output_format: 'iso',
  output_format_csv_crlf_end_of_line: 1,
  output_format_json_quote_64bit_integers: 0,
  // Little at a time: with the defaults 1.8 million flows of all columns in six parts took more than 256 MiB.
  max_threads: 1,
  max_block_size: '8192',
  output_format_parallel_formatting: 0,
  // Rows that a Parquet file's writer holds in memory.
  output_format_parquet_row_group_size: 65_536,
  output_format_parquet_string_as_string: 1,
} as const
/** A segment of 1 million flows takes about a second; a merge or a slow disk may be in its way. */
const insertSeconds = 600
/** Above the engine's own limit, so that its error comes first. */
const graceSeconds = 5

/**
 * Repeating an insert must make the same blocks: a block is known by the token and its number. So one thread, and for
 * each view one block however many groups there are (the limits are above the largest segment, 4 million flows).
 */
const insertSettings = {
  insert_deduplicate: 1,
  deduplicate_blocks_in_dependent_materialized_views: 1,
  max_threads: 1,
  max_insert_threads: 1,
  optimize_on_insert: 0,
  min_insert_block_size_rows_for_materialized_views: '16000000',
  min_insert_block_size_bytes_for_materialized_views: '8000000000',
  max_execution_time: insertSeconds,
  // Before all else that the embedded engine does (embedded-http.ts).
  priority: 1,
} as const

export interface ClientParts {
  readonly client: ClickHouseClientConfigOptions
  readonly database: string
  /** Default of `maxMemoryBytes`; 0 is unlimited. */
  readonly queryMemory: number
}

/** Everything over `@clickhouse/client`; how the engine is reached, and how a file gets into it, is the subclass's. */
export abstract class ClickHouseFlowStore implements FlowStore {
  abstract readonly ready: boolean
  protected readonly client: ClickHouseClient
  protected readonly database: string
  readonly #queryMemory: number
  readonly #counts = { queries: 0, downloads: 0, query_errors: 0, query_limits: 0, unavailable: 0, inserts: 0, insert_errors: 0 }

  constructor({ client, database, queryMemory }: ClientParts) {
    this.database = database
    this.#queryMemory = queryMemory
    this.client = createClient({
      ...client,
      database,
      // It would write on the console by itself; what it has to say comes as errors too.
      log: { level: ClickHouseLogLevel.OFF },
      request_timeout: (insertSeconds + graceSeconds) * 1000,
      clickhouse_settings: { output_format_json_quote_64bit_integers: 1 },
    })
  }

  abstract start(): Promise<void>

  async stop(): Promise<void> {
    await this.client.close()
  }

  async query<T>(sql: string, options: FlowQueryOptions = {}): Promise<FlowAnswer<T>> {
    const { params, timeoutSeconds = defaultSeconds, maxRows = defaultRows, queryId = randomUUID() } = options
    this.#counts.queries++
    const signal = signalWithin(timeoutSeconds, options.signal)
    const ended = this.endsWith(signal, queryId)
    try {
      return await this.#guard(async () => {
        const answer = await this.client.query({
          query: sql,
          format: 'JSONEachRow',
          query_id: queryId,
          ...(params === undefined ? {} : { query_params: { ...params } }),
          abort_signal: signal,
          clickhouse_settings: {
            ...this.#limits(timeoutSeconds, options.maxMemoryBytes),
            max_result_rows: String(maxRows),
            result_overflow_mode: 'throw',
          },
        })
        const rows = await answer.json<T>()
        return { rows, ...readSummary(answer.response_headers['x-clickhouse-summary']) }
      })
    } finally {
      ended()
    }
  }

  #limits(timeoutSeconds: number, maxMemoryBytes = this.#queryMemory) {
    return {
      max_execution_time: timeoutSeconds,
      max_memory_usage: String(maxMemoryBytes),
      // A group-by that grows beyond half of it goes on disk instead of failing.
      max_bytes_before_external_group_by: String(Math.floor(maxMemoryBytes / 2)),
      max_bytes_before_external_sort: String(Math.floor(maxMemoryBytes / 2)),
    }
  }

  abstract progress(queryId: string): Promise<FlowQueryProgress | undefined>

  async *download(sql: string, options: FlowDownloadOptions): AsyncGenerator<Uint8Array> {
    const { params = {}, format, timeoutSeconds = defaultDownloadSeconds, queryId = randomUUID(), maxMemoryBytes } = options
    this.#counts.downloads++
    const signal = signalWithin(timeoutSeconds, options.signal)
    const settings = { ...this.#limits(timeoutSeconds, maxMemoryBytes), ...downloadSettings }
    const ended = this.endsWith(signal, queryId)
    try {
      const bytes = await this.openDownload({ sql, format, params: { ...params }, timeoutSeconds, settings, queryId, signal })
      yield* addAbortSignal(signal, bytes) as AsyncIterable<Uint8Array>
      this.checkDownload(bytes)
    } catch (error) {
      throw this.#countError(error)
    } finally {
      ended()
    }
  }

  /** The bytes as they come. What is wrong before the first of them is thrown here. */
  protected async openDownload({ sql, format, params, settings, queryId, signal }: DownloadRequest): Promise<Readable> {
    const { stream } = await this.client.exec({
      query: sql,
      query_params: params,
      query_id: queryId,
      abort_signal: signal,
      // In the header and not in the SQL: the engine that is embedded has its own way to some formats.
      http_headers: { 'X-ClickHouse-Format': format },
      clickhouse_settings: settings,
    })
    return stream
  }

  /** @throws StoreQueryError, StoreUnavailableError when the bytes that have come to their end are not all */
  protected checkDownload(_bytes: Readable): void {
    // Where the whole answer is made before it is sent, the protocol tells a broken one.
  }

  /**
   * Ends a query in the engine when its signal aborts, where the end of the connection does not.
   * @returns to be called when the query has ended
   */
  protected endsWith(_signal: AbortSignal, _queryId: string): () => void {
    return () => undefined
  }

  async command(sql: string, params?: Readonly<Record<string, unknown>>, signal?: AbortSignal): Promise<void> {
    const bound = params === undefined ? {} : { query_params: { ...params } }
    await this.#guard(() => this.client.command({ query: sql, ...bound, ...(signal && { abort_signal: signal }) }))
  }

  async insertSegment(segment: SealedSegment): Promise<void> {
    checkSegmentName(segment.name)
    const { columns } = await readSegmentHeader(segment.path)
    try {
      await this.#guard(() => this.insertFile(segment, columns.join(', '), { ...insertSettings, insert_deduplication_token: segment.name }))
      this.#counts.inserts++
    } catch (error) {
      this.#counts.insert_errors++
      throw error
    }
  }

  async insertRows<T extends SmallTable>(table: T, rows: readonly SmallTables[T][]): Promise<void> {
    // The embedded engine takes the columns by their place: each row has them in the order of the table.
    const [first, ...rest]: readonly [string, ...string[]] = smallTableColumns[table]
    const values = rows.map((row) => Object.fromEntries([first, ...rest].map((name) => [name, Reflect.get(row, name) as unknown])))
    await this.#guard(() => this.client.insert({ table, columns: [first, ...rest], values, format: 'JSONEachRow' }))
  }

  /** @param columns those of the segment, checked names separated by commas */
  protected async insertFile(segment: SealedSegment, columns: string, settings: Readonly<Record<string, string | number>>): Promise<void> {
    const { stream } = await this.client.exec({
      query: `insert into ${tierTables.raw} (${columns}) format Native`,
      values: createReadStream(segment.path),
      clickhouse_settings: { ...settings, input_format_parallel_parsing: 0 },
    })
    // The answer is empty; reading it to the end lets the connection be used again.
    for await (const _ of stream);
  }

  protected migrate(): Promise<void> {
    return migrateFlows(this, this.database)
  }

  async #guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw this.#countError(error)
    }
  }

  #countError(error: unknown): unknown {
    const typed = storeError(error)
    if (typed instanceof StoreUnavailableError) this.#counts.unavailable++
    else if (typed instanceof StoreQueryError && typed.limit !== null) this.#counts.query_limits++
    else this.#counts.query_errors++
    return typed
  }

  counters(): Record<string, number> {
    return { ...this.#counts }
  }
}

function signalWithin(seconds: number, signal: AbortSignal | undefined): AbortSignal {
  const deadline = AbortSignal.timeout((seconds + graceSeconds) * 1000)
  return signal === undefined ? deadline : AbortSignal.any([signal, deadline])
}

/** ClickHouse's code for "too many queries at once": to come again is the answer to it. */
const tooManyQueries = 202

function storeError(error: unknown): unknown {
  if (error instanceof ClickHouseError) {
    const code = Number(error.code)
    if (code === tooManyQueries) return new StoreUnavailableError('the flow store has too many queries to answer', { cause: error })
    return new StoreQueryError(code, error.message, { cause: error })
  }
  // A segment's file that is broken or gone is no fault of the connection.
  if (!(error instanceof Error) || error.name === 'SegmentFormatError') return error
  if (error instanceof StoreQueryError || error instanceof StoreUnavailableError) return error
  if (error.name === 'AbortError' || error.name === 'TimeoutError' || /abort/i.test(error.message))
    return new StoreQueryError(394, 'the query was cancelled', { cause: error })
  return new StoreUnavailableError(`the flow store does not answer: ${error.message}`, { cause: error })
}

function readSummary(header: string | string[] | undefined): Omit<FlowAnswer<unknown>, 'rows'> {
  // ClickHouse's own format: an object of decimal texts.
  const summary = typeof header === 'string' ? (JSON.parse(header) as Record<string, string>) : {}
  return {
    rowsRead: Number(summary['read_rows'] ?? 0),
    bytesRead: Number(summary['read_bytes'] ?? 0),
    elapsedSeconds: Number(summary['elapsed_ns'] ?? 0) / 1e9,
  }
}
