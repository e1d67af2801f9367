// Turns a batch of flows into ClickHouse's Native format, all but lists of ids without copying: small headers between
// views on the batch's arrays.
import { endianness } from 'node:os'
import { batchColumns, columnIndex, elementsPerRow, type BatchColumnName, type FlowBatch } from '../contract/flow-batch.ts'
import type { FlowColumn } from '../contract/flow-columns.ts'
import { encodeIdLists } from './native-id-lists.ts'

/*
 * One Native block. Numbers marked v are unsigned LEB128.
 *
 *   v columns | v rows | then for each column: v length, name | v length, type | rows × width bytes, little-endian
 *
 * What lists of ids have instead of the last stands in native-id-lists.ts.
 *
 * The format has no trailer: a file holds as many blocks as it is long. We write one block a file.
 */

/** A block ready for writev. `chunks` alias the batch: it must not change before they are written. */
export interface NativeBlock {
  readonly chunks: Buffer[]
  /** Sum of the chunks' lengths. */
  readonly bytes: number
  /** Names of the columns in the block, in table order. */
  readonly columns: readonly BatchColumnName[]
}

const bytesPerElement = { u8: 1, u16: 2, ascii2: 2 } as const

/** Bytes of one row of a column; of a list of ids, without its ids. */
export function columnWidth(column: Pick<FlowColumn, 'kind'>): number {
  const { kind } = column
  const element = kind in bytesPerElement ? bytesPerElement[kind as keyof typeof bytesPerElement] : 4
  return element * elementsPerRow[kind]
}

/** Unsigned LEB128, 7 bits a byte with the lowest first. */
export function varUint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80)
    rest = Math.floor(rest / 0x80)
  }
  bytes.push(rest)
  return Buffer.from(bytes)
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([varUint(bytes.length), bytes])
}

/** Name and type of each column never change: they are made once for all segments. */
const columnHeaders: readonly Buffer[] = batchColumns.map((column) => Buffer.concat([text(column.name), text(column.type)]))

/**
 * The batch as one Native block of the columns marked present.
 * @throws RangeError for a batch without rows or without columns, which Native cannot hold as an insert
 */
export function encodeNative(batch: FlowBatch): NativeBlock {
  // The arrays go out as they lie in memory, and Native is little-endian.
  if (endianness() !== 'LE') throw new RangeError('segments can only be written on a little-endian machine')
  const present = batchColumns.filter((column) => batch.present[columnIndex[column.name]] !== 0)
  if (batch.rows < 1 || present.length === 0) throw new RangeError('a segment needs at least one flow and one column')
  const chunks: Buffer[] = []
  let header = Buffer.concat([varUint(present.length), varUint(batch.rows)])
  let bytes = 0
  for (const column of present) {
    const array = batch.columns[column.name]
    const width = columnWidth(column)
    const data = column.kind === 'ids' ? encodeIdLists(batch) : [Buffer.from(array.buffer, array.byteOffset, batch.rows * width)]
    const name = Buffer.concat([header, columnHeaders[columnIndex[column.name]] ?? Buffer.alloc(0)])
    header = Buffer.alloc(0)
    chunks.push(name, ...data)
    bytes += name.length + data.reduce((sum, chunk) => sum + chunk.length, 0)
  }
  return { chunks, bytes, columns: present.map((column) => column.name) }
}
