// An answer as a table: CSV (RFC 4180) or one JSON object a line, a row for each group, for the others and for the total.
import { z } from 'zod'
import type { FlowAnswerView, FlowFigures, FlowGroupView, FlowRateView, FlowSumsView } from '../../contract/flow-question.ts'
import { flowDimension } from '../../query/flow-dimensions.ts'
import { parseInput } from '../validation.ts'
import { isLabelled } from './labels.ts'

type TableFormat = 'csv' | 'ndjson'

const formats = ['json', 'csv', 'ndjson'] as const
const formatInput = z.object({ format: z.enum(formats, { error: `must be one of ${formats.join(', ')}` }).default('json') })

/** @param query `{format?}`. @throws ApiError invalid_request */
export function readAnswerFormat(query: unknown): 'json' | TableFormat {
  return parseInput(formatInput, query, 'invalid_request').format
}

interface TableRow {
  readonly row: 'group' | 'other' | 'total'
  readonly group: FlowGroupView | undefined
  readonly figures: FlowFigures
}

type Cell = string | number | null

export interface TableBytes {
  readonly contentType: string
  readonly fileName: string
  readonly body: AsyncIterable<Uint8Array>
}

/** At most 1002 rows, made while they are sent. */
export function answerTable(answer: FlowAnswerView, format: TableFormat): TableBytes {
  const contentType = format === 'csv' ? 'text/csv; charset=utf-8; header=present' : 'application/x-ndjson'
  const fileName = `flows-${answer.from.replaceAll(/[-:]/g, '')}.${format}`
  return { contentType, fileName, body: encoded(format === 'csv' ? csvLines(answer) : jsonLines(answer)) }
}

async function* encoded(lines: Iterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  for (const line of lines) yield encoder.encode(line)
}

function* tableRows({ groups, other, total }: FlowAnswerView): Generator<TableRow> {
  for (const group of groups) yield { row: 'group', group, figures: group }
  if (other !== null) yield { row: 'other', group: undefined, figures: other }
  yield { row: 'total', group: undefined, figures: total }
}

function* jsonLines(answer: FlowAnswerView): Generator<string> {
  for (const { row, figures } of tableRows(answer)) yield `${JSON.stringify({ row, ...figures })}\n`
}

function* csvLines(answer: FlowAnswerView): Generator<string> {
  const columns = csvColumns(answer)
  const line = (cells: readonly Cell[]) => `${cells.map(csvCell).join(',')}\r\n`
  yield line(columns.map(({ name }) => name))
  for (const row of tableRows(answer)) yield line(columns.map(({ cell }) => cell(row)))
}

interface CsvColumn {
  readonly name: string
  readonly cell: (row: TableRow) => Cell
}

/** Series have no column: a table of one row a group has no place for them. */
function csvColumns({ by, total }: FlowAnswerView): CsvColumn[] {
  const keys = by.flatMap((name): CsvColumn[] => {
    const key = { name, cell: ({ group }: TableRow) => keyCell(group?.key[name]) }
    const dimension = flowDimension(name)
    return dimension !== undefined && isLabelled(dimension)
      ? [key, { name: `${name}_label`, cell: ({ group }) => group?.labels[name] ?? null }]
      : [key]
  })
  return [
    { name: 'row', cell: ({ row }) => row },
    ...keys,
    ...sumColumns('', ({ figures }) => figures),
    { name: 'share', cell: ({ figures }) => figures.share },
    ...rateColumns('bits_per_second', (figures) => figures.bits_per_second),
    ...rateColumns('packets_per_second', (figures) => figures.packets_per_second),
    ...(total.previous === undefined ? [] : sumColumns('previous_', ({ figures }) => figures.previous)),
    ...(total.reverse === undefined ? [] : sumColumns('reverse_', ({ figures }) => figures.reverse)),
  ]
}

const sums = ['bits', 'packets', 'flows'] as const

function sumColumns(prefix: string, of: (row: TableRow) => FlowSumsView | null | undefined): CsvColumn[] {
  return sums.map((sum) => ({ name: prefix + sum, cell: (row) => of(row)?.[sum] ?? null }))
}

function rateColumns(name: string, of: (figures: FlowFigures) => FlowRateView): CsvColumn[] {
  return [
    { name, cell: ({ figures }) => of(figures).average },
    { name: `${name}_p95`, cell: ({ figures }) => of(figures).p95 },
    { name: `${name}_max`, cell: ({ figures }) => of(figures).max },
  ]
}

function keyCell(value: string | number | readonly string[] | undefined): Cell {
  if (value === undefined) return null
  return typeof value === 'string' || typeof value === 'number' ? value : value.join(' ')
}

/** Characters that make spreadsheets take a text for a formula when it begins with one. */
const formula = /^[=+\-@\t\r]/
const needsQuotes = /[",\r\n]/

function csvCell(cell: Cell): string {
  if (cell === null) return ''
  if (typeof cell === 'number') return String(cell)
  const text = formula.test(cell) ? `'${cell}` : cell
  return needsQuotes.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
