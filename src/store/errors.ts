// What can go wrong in the store, as classes that callers tell apart by type and code, never by text.

/** The flow store does not answer: it is starting, it died, or the network between is down. Trying again helps. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError'
}

/** Which limit ended a query; null when it failed for another reason. */
export type StoreLimit = 'time' | 'memory' | 'rows' | 'cancelled' | null

/**
 * ClickHouse's numbers for a limit that was reached. 158 TOO_MANY_ROWS, 159 TIMEOUT_EXCEEDED, 160 TOO_SLOW,
 * 241 MEMORY_LIMIT_EXCEEDED, 307 TOO_MANY_BYTES, 394 QUERY_WAS_CANCELLED, 396 TOO_MANY_ROWS_OR_BYTES.
 */
const limitOfCode: Readonly<Record<number, StoreLimit>> = {
  158: 'rows',
  159: 'time',
  160: 'time',
  241: 'memory',
  307: 'rows',
  394: 'cancelled',
  396: 'rows',
}

/** ClickHouse refused or ended a query. */
export class StoreQueryError extends Error {
  override readonly name = 'StoreQueryError'
  /** ClickHouse's error code, 0 when it gave none. */
  readonly code: number
  readonly limit: StoreLimit
  constructor(code: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.limit = limitOfCode[code] ?? null
  }
}

/** The spool has used the disk that it may use: flows must be dropped and counted until the store has taken some. */
export class SpoolFullError extends Error {
  override readonly name = 'SpoolFullError'
  readonly bytes: number
  readonly maxBytes: number
  constructor(bytes: number, maxBytes: number) {
    super(`the spool holds ${bytes} of ${maxBytes} bytes: the store does not keep up; look at its log, or raise store.spool_mib`)
    this.bytes = bytes
    this.maxBytes = maxBytes
  }
}

/** The flow tables were made by a newer version of Drawbridge. */
export class FlowSchemaVersionError extends Error {
  override readonly name = 'FlowSchemaVersionError'
  constructor(database: string, found: number, known: number) {
    super(
      `the flow database ${database} has schema version ${found}, this program knows versions up to ${known}; start the newer Drawbridge that made it`,
    )
  }
}
