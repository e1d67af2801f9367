// The columns of an export: which there are by which names, and the SQL of each as people read it.
import { suggestion } from '../../base/nearest-name.ts'
import { ApiError } from '../../contract/api-errors.ts'
import { flowColumns, type FlowColumn, type FlowColumnName } from '../../contract/flow-columns.ts'
import { dimensionNamed, namesOf } from '../../query/dimension-names.ts'
import { dimensionKinds } from '../../query/dimension-kinds.ts'
import { flowDimensions, kindOf, type FlowDimension } from '../../query/flow-dimensions.ts'
import type { FlowExport } from '../../contract/flow-question.ts'

export interface ExportColumn {
  /** Heads the column. */
  readonly name: string
  /** What `sql` reads. */
  readonly reads: readonly (FlowColumnName | typeof appliedRateName)[]
  readonly sql: string
}

/** The factor that sampling is taken back with, as a column. */
export const appliedRateName = 'applied_rate'

type Format = FlowExport['format']

// The rows of the table are typed by their literals; here each is any column with one of those names.
const stored = flowColumns as readonly (FlowColumn & { readonly name: FlowColumnName })[]

const estimates: readonly ExportColumn[] = [
  { name: 'estimated_bits', reads: ['bytes', appliedRateName], sql: `bytes * ${appliedRateName} * 8` },
  { name: 'estimated_packets', reads: ['packets', appliedRateName], sql: `packets * ${appliedRateName}` },
]

/**
 * @param names of columns and dimensions, in any of their spellings; every column where they are left out
 * @throws ApiError flow_question_invalid with a pointer
 */
export function exportColumns(names: readonly string[] | undefined, format: Format): ExportColumn[] {
  if (names === undefined) return [...stored.map((column) => storedColumn(column, format)), ...estimates]
  const columns = new Map<string, ExportColumn>()
  for (const [index, name] of names.entries()) {
    const column = columnNamed(name, format)
    const fault =
      column === undefined
        ? `no column is called ${name}${suggestion(name, knownNames())}`
        : columns.has(column.name)
          ? `${name} is there already`
          : ''
    if (column === undefined || fault !== '') {
      throw new ApiError('flow_question_invalid', { reason: `columns[${index}] ${fault}` }, `/columns/${index}`)
    }
    columns.set(column.name, column)
  }
  return [...columns.values()]
}

function columnNamed(name: string, format: Format): ExportColumn | undefined {
  const exact = stored.find((column) => column.name === name)
  if (exact) return storedColumn(exact, format)
  const estimate = estimates.find((column) => column.name === name)
  if (estimate) return estimate
  const dimension = dimensionNamed(name)
  return dimension && dimensionColumn(dimension, format)
}

/** Undefined for what is no column of single flows: steps of time, names that are known now, constants. */
function dimensionColumn(dimension: FlowDimension, format: Format): ExportColumn | undefined {
  if (dimension.type === 'time' && dimension.seconds === 1) return columnNamed('time_received', format)
  if (dimension.type !== 'column') return undefined
  const { name, column, kind } = dimension
  const isWord = kind === 'protocol' || kind === 'tcp_flags'
  return isWord ? { name, reads: [column], sql: kindOf(dimension).text?.(column) ?? column } : columnNamed(column, format)
}

function knownNames(): string[] {
  const dimensions = flowDimensions.filter((dimension) => dimensionColumn(dimension, 'csv') !== undefined)
  return [...stored, ...estimates].map(({ name }) => name).concat(dimensions.flatMap((dimension) => namesOf(dimension)))
}

function storedColumn(column: FlowColumn & { readonly name: FlowColumnName }, format: Format): ExportColumn {
  const { name } = column
  return { name, reads: [name], sql: printed(column, format) }
}

/** Addresses, ids and words as text; times and numbers as they are. */
function printed({ name, kind, type }: FlowColumn, format: Format): string {
  if (type.startsWith('Enum8')) return type.includes("'unknown'") ? dimensionKinds.code.text(name) : dimensionKinds.word.text(name)
  if (kind === 'ip') return dimensionKinds.address.text(name)
  if (kind === 'mac') return dimensionKinds.mac.text(name)
  if (kind === 'ascii2') return dimensionKinds.country.text(name)
  if (kind !== 'ids') return name
  // A cell of CSV is one text.
  return format === 'csv' ? `arrayStringConcat(${dimensionKinds.ids.key(name)}, ' ')` : dimensionKinds.ids.key(name)
}
