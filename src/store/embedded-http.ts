// Answers ClickHouse's HTTP protocol from the embedded engine, so that any ClickHouse client can talk to it.
import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import path from 'node:path'
import { pipeline as pipelineWithCallback, Transform, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, gzipSync } from 'node:zlib'
import { sendDownload } from './embedded-download.ts'
import { EngineError, isFatal, type EmbeddedEngine, type EngineAnswer, type EngineQuery } from './embedded-engine.ts'
import {
  answerBytesAtMost,
  answerFormat,
  insertWithData,
  isInsert,
  parseRequest,
  RequestError,
  type ParsedRequest,
} from './embedded-request.ts'
import { GateFullError } from './query-gate.ts'
import { readOnlyObjection } from './read-only-guard.ts'
import { sqlString } from './sql-text.ts'

export interface EmbeddedHttpOptions {
  readonly database: string
  /** Folder for the bodies of inserts. */
  readonly inserts: string
  /** Whether to refuse all but questions, for callers who have proved nothing. */
  readonly readOnly: boolean
  /** Memory that one question may use on the read-only port, in bytes. */
  readonly queryMemory: number
}

/** SQL is text; the largest that our own code makes has some 10 000 addresses in it. */
const sqlBytesAtMost = 4 * 1024 * 1024
/** A segment of 4 million flows with every column: 4e6 × some 250 bytes. */
const insertBytesAtMost = 1024 * 1024 * 1024
/**
 * While a segment is inserted, with priority 1, every block that another statement has read waits for its end, 100 ms at
 * the most: dashboards take less from the storing of flows, and a question whose turn never comes is answered all the same.
 *
 * Rows a second of segments of 200 000 one after the other, and pages of the overview (13 questions each) that five loops
 * answered meanwhile, on two cores that much other work shared, three rounds of one run:
 *
 *   no question beside it   230 000                 296 000                 177 000
 *   without                  92 000 (1.4 pages/s)    69 000 (1.1 pages/s)    91 000 (1.2 pages/s)
 *   with                    273 000 (1.6 pages/s)   143 000 (1.0 pages/s)   140 000 (0.8 pages/s)
 *
 * A question alone takes the same time. What did less: one thread a question, a wait of 20 ms. A nice value for the
 * questions' threads did as much, but ClickHouse sets one only with the capability SYS_NICE, and then every process of the
 * machine goes before.
 */
const behindSegments = { priority: '2', low_priority_query_wait_time_ms: '100' } as const

/** Says how far the query with the id `query_id` has come: JSON, `null` when it does not run. */
export const progressPath = '/progress'
/** Longest question on the read-only port, in seconds. */
const readOnlySeconds = 60

/** ClickHouse's codes that its server answers with another status than 500. */
const statusOfCode: Readonly<Record<number, number>> = {
  36: 400, 41: 400, 43: 400, 44: 400, 46: 404, 47: 404, 48: 501, 50: 404, 53: 400, 60: 404, 62: 400, 72: 400, 73: 404, 81: 404, 115: 404,
  117: 400, 159: 408, 164: 403, 202: 503, 456: 400, 457: 400, 497: 403,
} // prettier-ignore

const contentTypes: readonly (readonly [RegExp, string])[] = [
  [/^JSONEachRow|^JSONCompactEachRow|^JSONStringsEachRow/, 'application/x-ndjson; charset=UTF-8'],
  [/^JSON/, 'application/json; charset=UTF-8'],
  [/^CSV/, 'text/csv; charset=UTF-8'],
  [/^(?:TabSeparated|TSV)/, 'text/tab-separated-values; charset=UTF-8'],
  [/^(?:Pretty|Vertical|Values|Markdown)/, 'text/plain; charset=UTF-8'],
]

/** Query parameters travel in the URL: as much as a ClickHouse server takes there (http_max_uri_size), with headers. */
const maxHeaderSize = 1_048_576 + 16_384

/** An HTTP server that is not listening yet. */
export function createEmbeddedHttp(engine: EmbeddedEngine, options: EmbeddedHttpOptions): Server {
  const handler = new RequestHandler(engine, options)
  const server = createServer({ maxHeaderSize }, (request, response) => void handler.handle(request, response))
  // No request is slower than a large insert, and no query than its own limit.
  server.requestTimeout = 600_000
  server.keepAliveTimeout = 60_000
  return server
}

class RequestHandler {
  readonly #engine: EmbeddedEngine
  readonly #options: EmbeddedHttpOptions
  constructor(engine: EmbeddedEngine, options: EmbeddedHttpOptions) {
    this.#engine = engine
    this.#options = options
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    try {
      if (this.#options.readOnly) checkHost(request.headers.host)
      const url = new URL(request.url ?? '/', 'http://localhost')
      if (url.pathname === '/ping' || isGreeting(request, url)) reply(response, 200, 'Ok.\n')
      else if (url.pathname === progressPath && !this.#options.readOnly) await this.#progress(url, response)
      else if (url.pathname !== '/') throw new RequestError(404, 0, 'there is nothing at this path')
      else await this.#query(request, response, url, gone.signal)
    } catch (error) {
      if (!gone.signal.aborted) replyError(response, error)
      if (isFatal(error) && !(await this.#engine.isAlive())) process.exit(1)
    }
  }

  async #progress(url: URL, response: ServerResponse): Promise<void> {
    const progress = await this.#engine.progress(url.searchParams.get('query_id') ?? '')
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(progress ?? null))
  }

  async #query(request: IncomingMessage, response: ServerResponse, url: URL, signal: AbortSignal): Promise<void> {
    const readOnly = this.#options.readOnly || request.method === 'GET'
    if (request.method !== 'GET' && request.method !== 'POST') throw new RequestError(405, 0, 'only GET and POST are answered')
    const parsed = parseRequest(url, request.headers, this.#options.database)
    const queryId = parsed.queryId ?? randomUUID()
    response.setHeader('X-ClickHouse-Query-Id', queryId)
    // Whoever asks on the port for others could name the id of somebody else's query, and end it with their own.
    const mark = this.#options.readOnly ? randomUUID() : queryId
    const insert = readOnly ? undefined : insertWithData(parsed.query)
    if (insert) {
      await this.#insertBody(bodyOf(request), insert, async (sql) => {
        const answer = await this.#engine.run(this.#engineQuery(parsed, { sql, readOnly, mark }), signal)
        replyAnswer(request, response, { answer, sql, format: parsed.format })
      })
      return
    }
    const body = await readText(bodyOf(request))
    const sql = [parsed.query, body].filter((text) => text !== '').join('\n')
    if (sql.includes('\0')) throw new RequestError(400, 62, 'SQL cannot hold a NUL character')
    const objection = readOnly ? readOnlyObjection(sql) : undefined
    if (objection !== undefined) throw new RequestError(403, 164, objection)
    const query = this.#engineQuery(parsed, { sql, readOnly, mark })
    if (parsed.inPieces && !this.#options.readOnly) {
      await sendDownload(this.#engine, query, { response, signal })
      return
    }
    const answer = await this.#engine.run(query, signal)
    replyAnswer(request, response, { answer, sql, format: parsed.format })
  }

  #engineQuery(parsed: ParsedRequest, { sql, readOnly, mark }: Pick<EngineQuery, 'sql' | 'readOnly' | 'mark'>): EngineQuery {
    const { format, database, params } = parsed
    const settings: Record<string, string> = {
      ...(parsed.inPieces ? {} : { max_result_bytes: String(answerBytesAtMost) }),
      ...behindSegments,
      ...parsed.settings,
    }
    // The engine sets its own, and one SET cannot name it twice.
    if (readOnly) delete settings['readonly']
    if (this.#options.readOnly) {
      settings['max_execution_time'] = atMost(parsed.settings['max_execution_time'], readOnlySeconds)
      settings['max_memory_usage'] = atMost(parsed.settings['max_memory_usage'], this.#options.queryMemory)
      settings['max_result_bytes'] = atMost(parsed.settings['max_result_bytes'], answerBytesAtMost)
      Object.assign(settings, behindSegments)
    }
    return { sql, format, database, settings, params, readOnly, mark, insert: isInsert(sql) }
  }

  /** Binary data cannot go through chDB's query call: it goes through a file, which the engine reads itself. */
  async #insertBody(body: Readable, insert: { head: string; format: string }, run: (sql: string) => Promise<void>): Promise<void> {
    const file = path.join(this.#options.inserts, randomUUID())
    try {
      await pipeline(body, limit(insertBytesAtMost), createWriteStream(file, { flags: 'wx', mode: 0o600 }))
      await run(`${insert.head} SELECT * FROM file(${sqlString(file)}, ${sqlString(insert.format)})`)
    } finally {
      await rm(file, { force: true })
    }
  }
}

/** `GET /` without a query is how load balancers and clients ask for life. */
function isGreeting(request: IncomingMessage, url: URL): boolean {
  return request.method === 'GET' && url.pathname === '/' && !url.searchParams.has('query')
}

/** A web page whose name was made to point at loopback would send its own name here. */
function checkHost(host: string | undefined): void {
  if (!/^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i.test(host ?? ''))
    throw new RequestError(403, 497, 'this port answers only to loopback names')
}

/** The lower of a number that a caller names (0 and nonsense mean none) and ours. */
function atMost(named: string | undefined, ours: number): string {
  const value = Number(named)
  return String(value > 0 && value < ours ? value : ours)
}

function bodyOf(request: IncomingMessage): Readable {
  if (request.headers['content-encoding'] !== 'gzip') return request
  const unpacked = createGunzip()
  // pipeline and not pipe: a broken request must end the reader of the unpacked stream too, who gets the error.
  pipelineWithCallback(request, unpacked, () => undefined)
  return unpacked
}

function limit(bytes: number): Transform {
  let passed = 0
  return new Transform({
    transform(chunk: Buffer, _, done) {
      passed += chunk.length
      if (passed > bytes) done(new RequestError(413, 307, `the body is larger than ${bytes} bytes`))
      else done(null, chunk)
    },
  })
}

async function readText(body: Readable): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > sqlBytesAtMost) throw new RequestError(413, 307, `the SQL is larger than ${sqlBytesAtMost} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function reply(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=UTF-8' }).end(text)
}

function replyAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  parts: { answer: EngineAnswer; sql: string; format: string },
): void {
  const { answer, sql } = parts
  const format = answerFormat(sql, parts.format)
  response.setHeader('X-ClickHouse-Format', format)
  response.setHeader('X-ClickHouse-Timezone', 'UTC')
  response.setHeader('X-ClickHouse-Server-Display-Name', 'drawbridge')
  response.setHeader('X-ClickHouse-Summary', summary(answer, isInsert(sql)))
  response.setHeader('Content-Type', contentTypes.find(([pattern]) => pattern.test(format))?.[1] ?? 'application/octet-stream')
  const wantsGzip =
    /[?&]enable_http_compression=1(?:&|$)/.test(request.url ?? '') && /\bgzip\b/.test(String(request.headers['accept-encoding']))
  if (!wantsGzip) {
    response.end(answer.bytes)
    return
  }
  response.setHeader('Content-Encoding', 'gzip')
  response.end(gzipSync(answer.bytes, { level: 1 }))
}

/** Numbers as text, as ClickHouse sends them. */
function summary({ rowsRead, bytesRead, elapsedSeconds }: EngineAnswer, insert: boolean): string {
  return JSON.stringify({
    read_rows: String(rowsRead),
    read_bytes: String(bytesRead),
    written_rows: insert ? String(rowsRead) : '0',
    written_bytes: insert ? String(bytesRead) : '0',
    total_rows_to_read: '0',
    result_rows: '0',
    result_bytes: '0',
    elapsed_ns: String(Math.round(elapsedSeconds * 1e9)),
  })
}

function replyError(response: ServerResponse, error: unknown): void {
  const { status, code, message } = errorParts(error)
  if (!response.headersSent) response.setHeader('X-ClickHouse-Exception-Code', String(code))
  // A body that was not read to its end: the connection cannot be used for another request.
  response.setHeader('Connection', 'close')
  // Clients read the code out of this text.
  reply(response, status, message.startsWith('Code: ') ? `${message}\n` : `Code: ${code}. DB::Exception: ${message}.\n`)
}

function errorParts(error: unknown): { status: number; code: number; message: string } {
  if (error instanceof EngineError) return { status: statusOfCode[error.code] ?? 500, code: error.code, message: error.message }
  if (error instanceof RequestError) return error
  if (error instanceof GateFullError) return { status: 503, code: 202, message: `${error.message}. (TOO_MANY_SIMULTANEOUS_QUERIES)` }
  return { status: 500, code: 1001, message: error instanceof Error ? error.message : 'unknown fault' }
}
