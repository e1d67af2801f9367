// Exports single flows, oldest first, as a file that is made while it is read.
import { randomUUID } from 'node:crypto'
import { ApiError } from '../../contract/api-errors.ts'
import { flowExportSchema, type FlowExport } from '../../contract/flow-question.ts'
import { appliedRate, type SamplingOverrides } from '../../query/applied-rate.ts'
import { filterSql } from '../../query/filter-sql.ts'
import type { FlowFilter } from '../../query/flow-filter.ts'
import { FlowQueryError } from '../../query/flow-query-error.ts'
import { SqlParameters } from '../../query/sql-parameters.ts'
import { storeFailure } from '../../query/store-failure.ts'
import type { TimeRange } from '../../query/time-ranges.ts'
import { tierTables } from '../../store/flow-tables.ts'
import type { AppContext, Principal } from '../context.ts'
import { samplingOverrides } from '../router/overrides.ts'
import { requireScope } from '../scopes.ts'
import { parseInput } from '../validation.ts'
import { appliedRateName, exportColumns, type ExportColumn } from './export-columns.ts'
import { questionFault } from './failures.ts'
import { readFlowFilter } from './filter.ts'
import { flowNames } from './names.ts'
import { readTimes } from './times.ts'

export interface ExportedFlows {
  readonly contentType: string
  readonly fileName: string
  readonly body: AsyncIterable<Uint8Array>
}

/** By the name that is asked for. Parquet has no registered media type but this one. */
const formats = {
  csv: { engine: 'CSV', contentType: 'text/csv; charset=utf-8; header=present' },
  ndjson: { engine: 'JSONEachRow', contentType: 'application/x-ndjson' },
  parquet: { engine: 'Parquet', contentType: 'application/vnd.apache.parquet' },
} as const

/** Seconds, those included that the reader takes: ten million flows over a line of 20 Mbit/s. */
const exportSeconds = 3600
/** An export reads in order and holds little at a time. */
const exportMemory = 256 * 1024 * 1024

type Context = Pick<AppContext, 'state' | 'telemetry' | 'asName' | 'clock' | 'questions'>

/**
 * The flows as they were stored when the export began. While it runs it is seen and can be cancelled by its id. A body that
 * ends by an error is not whole.
 * @param body `{filter?, last? | from?, to?, columns?, format?, limit?, id?}`
 * @param signal ends it: the client has gone
 * @throws ApiError flow_question_invalid, filter_invalid, each with a pointer; forbidden. The body throws
 *   flow_question_limit, flow_question_cancelled, too_many_requests; StoreUnavailableError
 */
export async function exportFlows(context: Context, principal: Principal, body: unknown, signal: AbortSignal): Promise<ExportedFlows> {
  requireScope(principal, 'analytics:read')
  const asked = parseInput(flowExportSchema, body, 'flow_question_invalid')
  const account = principal.account.number
  const { rules } = await flowNames(context, account)
  const filter = readFlowFilter(asked.filter, rules)
  const range = readTimes(asked, context.clock.now() / 1000)
  const columns = exportColumns(asked.columns, asked.format)
  const overrides = await samplingOverrides(context.state, account)
  const statement = exportSql({ account, filter, range, columns, limit: asked.limit, overrides })
  const { engine, contentType } = formats[asked.format]
  const options = { params: statement.params, format: engine, timeoutSeconds: exportSeconds, maxMemoryBytes: exportMemory }
  const question = { id: asked.id ?? randomUUID(), account, text: exportText(asked) }
  const rows = context.questions.stream(question, signal, (store) => store.download(statement.sql, options))
  return {
    contentType,
    fileName: fileName(range, asked.format),
    body: explained(asked.format === 'csv' ? withHeader(rows, columns) : rows),
  }
}

function exportText({ filter, format, last, from, to }: FlowExport): string {
  const times = from === undefined ? `last ${last ?? '1h'}` : `from ${from} to ${to ?? 'now'}`
  return `export as ${format}, ${filter === '' ? 'all flows' : filter}, ${times}`
}

function fileName({ from, to }: TimeRange, format: FlowExport['format']): string {
  const time = (seconds: number) => new Date(seconds * 1000).toISOString().replaceAll(/[-:]|\.\d+/g, '')
  return `flows-${time(from)}-${time(to)}.${format}`
}

interface ExportQuestion {
  readonly account: number
  readonly filter: FlowFilter
  readonly range: TimeRange
  readonly columns: readonly ExportColumn[]
  readonly limit: number
  readonly overrides: SamplingOverrides
}

/** Conditions and the factor stand below the printed columns: an alias of a column's name would take its place in them. */
function exportSql({ account, filter, range, columns, limit, overrides }: ExportQuestion) {
  const parameters = new SqlParameters()
  const time = (seconds: number) => `toDateTime(${parameters.bind(seconds, 'UInt32')}, 'UTC')`
  const rate = appliedRate(overrides, parameters)
  const conditions = [
    `account = ${parameters.bind(account, 'UInt16')}`,
    `time_received >= ${time(range.from)}`,
    `time_received < ${time(range.to)}`,
    conditionOf(filter, parameters),
  ]
  if (parameters.urlLength > longestParameters) {
    throw new ApiError('flow_question_invalid', { reason: 'the values of the filter are too long together' }, '/filter')
  }
  const read = [...new Set(columns.flatMap(({ reads }) => reads))].map((name) => (name === appliedRateName ? `${rate} AS ${name}` : name))
  const sql = [
    `SELECT ${columns.map(({ name, sql }) => `${sql} AS ${name}`).join(', ')}`,
    `FROM (SELECT ${read.join(', ')} FROM ${tierTables.raw}`,
    `WHERE ${conditions.join(' AND ')}`,
    `ORDER BY time_received LIMIT ${parameters.bind(limit, 'UInt32')})`,
  ].join('\n')
  return { sql, params: parameters.values }
}

/** Parameters travel in the URL, of which ClickHouse takes 1 MiB; half of that leaves room for all else. */
const longestParameters = 500_000

function conditionOf(filter: FlowFilter, parameters: SqlParameters): string {
  try {
    return filterSql(filter, { parameters, tierSeconds: 1, node: 'filter' })
  } catch (error) {
    throw error instanceof FlowQueryError ? questionFault(error) : error
  }
}

/** The header waits for the first flows: until then what goes wrong can be answered as an error. */
async function* withHeader(rows: AsyncIterable<Uint8Array>, columns: readonly ExportColumn[]): AsyncGenerator<Uint8Array> {
  // RFC 4180; no name of a column needs quotes.
  const header = new TextEncoder().encode(`${columns.map(({ name }) => name).join(',')}\r\n`)
  let begun = false
  for await (const bytes of rows) {
    if (!begun) yield header
    begun = true
    yield bytes
  }
  if (!begun) yield header
}

async function* explained(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes
  } catch (error) {
    throw exportFault(error) ?? error
  }
}

function exportFault(error: unknown): ApiError | undefined {
  switch (storeFailure(error)) {
    case 'time':
      return new ApiError('flow_question_limit', { reason: `it took longer than ${exportSeconds} s; narrow the range, or set a limit` })
    case 'memory':
      return new ApiError('flow_question_limit', { reason: 'it needs more memory than an export may have; name fewer columns' })
    case 'cancelled':
      return new ApiError('flow_question_cancelled')
    default:
      return undefined
  }
}
