// Writes one row from the fields that locateFields has found, where their places differ from record to record.
import type { FlowBatch } from '../contract/flow-batch.ts'
import type { ExportHeader } from './export-header.ts'
import type { FieldCopy } from './field-copy.ts'
import { copyField, span } from './field-writer.ts'
import { locatedLength, locatedStart } from './record-fields.ts'

/** Appends the row. Which columns it writes is for the caller to mark, once for all rows of a set. */
export function writeLocatedRow(copies: readonly FieldCopy[], header: ExportHeader, bytes: Uint8Array, batch: FlowBatch): void {
  span.bytes = bytes
  span.stride = 0
  span.count = 1
  span.row = batch.rows
  for (const copy of copies) {
    span.at = locatedStart(copy.field)
    const length = locatedLength(copy.field)
    if (length > 0) copyField(copy, length, batch.columns, header)
  }
  batch.rows++
}
