// The shape in which flows travel from the decoder to the store: one typed array a column, one index a flow.
import { flowColumns, type ColumnKind, type FlowColumnName, type FlowColumnRow } from './flow-columns.ts'

type ArrayOf<K extends ColumnKind> = K extends 'u8'
  ? Uint8Array<ArrayBuffer>
  : K extends 'u16' | 'ascii2'
    ? Uint16Array<ArrayBuffer>
    : Uint32Array<ArrayBuffer>

export type BatchColumnName = FlowColumnName

export type BatchColumns = { [R in FlowColumnRow as R['name']]: ArrayOf<R['kind']> }

/**
 * Up to `capacity` flows in columns. Arrays are zero where nothing was written, and a column that nobody marked in
 * `present` is zero throughout: it takes no memory (the kernel gives pages on first write) and is left out of the
 * segment, where ClickHouse fills in the same zero.
 */
export interface FlowBatch {
  /** Flows in the batch: indices 0 to rows − 1. */
  rows: number
  readonly capacity: number
  readonly columns: BatchColumns
  /** 1 at `columnIndex[name]` where the column may hold something. Whoever writes a column sets it. */
  readonly present: Uint8Array<ArrayBuffer>
  /**
   * What columns of kind `ids` name by number: lists of ids, each the hexadecimal digits of its ids one after another, 32
   * for an id. The first list is empty. Emptying the batch puts another array in its place.
   */
  idLists: string[]
}

/** 32-bit words (or elements) that one row takes. */
export const elementsPerRow: Readonly<Record<ColumnKind, number>> = {
  u8: 1,
  u16: 1,
  u32: 1,
  u64: 2,
  ms: 2,
  mac: 2,
  seconds: 1,
  ip: 4,
  ascii2: 1,
  ids: 2,
}

/** Columns in table order. */
export const batchColumns = flowColumns

/** Position of a column in `batchColumns` and in `FlowBatch.present`. */
export const columnIndex = Object.fromEntries(batchColumns.map((column, index) => [column.name, index])) as Readonly<
  Record<BatchColumnName, number>
>

function arrayFor(kind: ColumnKind, capacity: number, buffer?: ArrayBuffer): Uint8Array | Uint16Array | Uint32Array {
  const length = capacity * elementsPerRow[kind]
  if (kind === 'u8') return buffer ? new Uint8Array(buffer) : new Uint8Array(length)
  if (kind === 'u16' || kind === 'ascii2') return buffer ? new Uint16Array(buffer) : new Uint16Array(length)
  return buffer ? new Uint32Array(buffer) : new Uint32Array(length)
}

/**
 * A new empty batch.
 * @param capacity flows it can hold
 * @param buffers the zeroed buffers of an earlier batch of the same capacity, in the order of `batchColumns`
 */
export function createFlowBatch(capacity: number, buffers?: readonly ArrayBuffer[]): FlowBatch {
  const entries = batchColumns.map((column, index) => [column.name, arrayFor(column.kind, capacity, buffers?.[index])])
  // fromEntries forgets the keys; batchColumns holds exactly the names of BatchColumns.
  const columns = Object.fromEntries(entries) as BatchColumns
  return { rows: 0, capacity, columns, present: new Uint8Array(batchColumns.length), idLists: [''] }
}

/** Empties a batch for reuse: only columns that were written are cleared, and only as far as they were. */
export function clearFlowBatch(batch: FlowBatch): void {
  for (const [index, column] of batchColumns.entries()) {
    if (batch.present[index] === 0) continue
    batch.columns[column.name].fill(0, 0, batch.rows * elementsPerRow[column.kind])
  }
  batch.present.fill(0)
  batch.idLists = ['']
  batch.rows = 0
}
