// Reads a request of ClickHouse's HTTP protocol: what to run, with which settings and parameters, and where the data is.
import { plainName } from './sql-text.ts'

/** A request that is wrong before ClickHouse sees it. `status` is HTTP's, `code` ClickHouse's. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  readonly status: number
  readonly code: number
  constructor(status: number, code: number, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

export interface ParsedRequest {
  /** SQL in the URL; empty when it is in the body. */
  readonly query: string
  readonly database: string
  readonly queryId: string | undefined
  readonly format: string
  readonly settings: Readonly<Record<string, string>>
  readonly params: Readonly<Record<string, string>>
  /** Whether the answer is to be sent while it is made, whatever its size: `wait_end_of_query=0`, said in so many words. */
  readonly inPieces: boolean
}

/** Words of the URL that are no settings. Sessions, roles and users do not exist in the embedded engine. */
const reserved: ReadonlySet<string> = new Set([
  'query', 'database', 'default_format', 'query_id', 'user', 'password', 'quota_key', 'session_id', 'session_timeout', 'session_check',
  'close_session', 'role', 'compress', 'decompress', 'stacktrace', 'buffer_size', 'wait_end_of_query', 'log_comment', 'client_protocol_version',
]) // prettier-ignore

/** Settings of ClickHouse's HTTP server, which the embedded engine does not have. */
const ofHttpServer = /^(?:http_|enable_http_compression$|send_progress_in_http_headers$|add_http_cors_header$)/

/** SQL `SELECT`s run with these unless the caller names tighter ones; answers are held in memory whole. */
export const answerBytesAtMost = 256 * 1024 * 1024

/** @throws RequestError for names that cannot be settings or parameters */
export function parseRequest(url: URL, headers: Readonly<Record<string, string | string[] | undefined>>, database: string): ParsedRequest {
  const words = url.searchParams
  const settings: Record<string, string> = {}
  const params: Record<string, string> = {}
  for (const [name, value] of words) {
    if (reserved.has(name) || ofHttpServer.test(name)) continue
    if (!plainName.test(name) || value.includes('\0'))
      throw new RequestError(400, 36, 'a parameter of the URL has an impossible name or value')
    if (name.startsWith('param_')) params[name.slice('param_'.length)] = value
    else settings[name] = value
  }
  if (words.get('compress') === '1' || words.get('decompress') === '1')
    throw new RequestError(501, 48, 'the native compression of the HTTP protocol is not offered; use gzip')
  const named = words.get('database') ?? single(headers['x-clickhouse-database']) ?? database
  const current = named === 'default' ? database : named
  if (!plainName.test(current)) throw new RequestError(404, 81, 'the database has an impossible name')
  const format = words.get('default_format') ?? single(headers['x-clickhouse-format']) ?? 'TabSeparated'
  if (!plainName.test(format)) throw new RequestError(404, 73, 'the format has an impossible name')
  return {
    query: words.get('query') ?? '',
    database: current,
    queryId: queryIdOf(words.get('query_id')),
    format,
    settings,
    params,
    inPieces: words.get('wait_end_of_query') === '0',
  }
}

function single(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined
}

/** Goes back in a header, and marks the query: anything a header cannot hold is replaced by an id of ours. */
function queryIdOf(id: string | null): string | undefined {
  return id !== null && /^[\w.:-]{1,100}$/.test(id) ? id : undefined
}

export interface InsertWithData {
  /** `INSERT INTO t (a, b) SETTINGS …` without the format. */
  readonly head: string
  readonly format: string
}

/** An INSERT whose rows follow in the body, or undefined for any other SQL. */
export function insertWithData(query: string): InsertWithData | undefined {
  const match = /^(\s*insert\s+into\s[\s\S]*?)\s(?:format\s+(\w+)|(values))\s*;?\s*$/i.exec(query)
  if (match === null) return undefined
  const [, head = '', format, values] = match
  return { head, format: format ?? (values === undefined ? '' : 'Values') }
}

/** The format of an answer: the one that the SQL ends with, otherwise the request's. */
export function answerFormat(sql: string, format: string): string {
  return /\bformat\s+(\w+)\s*;?\s*$/i.exec(sql)?.[1] ?? format
}

export function isInsert(sql: string): boolean {
  return /^\s*insert\s/i.test(sql)
}
