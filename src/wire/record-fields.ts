// Finds the fields of one record where their places differ from record to record.
import { variableLength } from './information-elements.ts'
import type { FlowTemplate } from './template.ts'

/** Fields of one record: where each starts and how long it is. Grown to the largest template seen. */
let fieldStarts = new Int32Array(64)
let fieldLengths = new Int32Array(64)

/**
 * Finds the fields of the record at `at` (RFC 7011 §7: one length byte, or 255 and two more). Structured lists
 * (RFC 6313) are fields like others: their own length leads past them.
 * @returns the first byte after the record, −1 when it does not fit before `end`
 */
export function locateFields(template: FlowTemplate, bytes: Uint8Array, at: number, end: number): number {
  const { fields } = template
  if (fieldStarts.length < fields.length) {
    fieldStarts = new Int32Array(fields.length)
    fieldLengths = new Int32Array(fields.length)
  }
  let p = at
  for (let i = 0; i < fields.length; i++) {
    let { length } = fields[i]
    if (length === variableLength) {
      if (p >= end) return -1
      length = bytes[p++]
      if (length === 255) {
        if (p + 2 > end) return -1
        length = (bytes[p] << 8) | bytes[p + 1]
        p += 2
      }
    }
    fieldStarts[i] = p
    fieldLengths[i] = length
    p += length
    if (p > end) return -1
  }
  return p
}

/** Start of a field of the record that locateFields looked at last. */
export function locatedStart(field: number): number {
  return fieldStarts[field] ?? 0
}

/** Length of a field of the record that locateFields looked at last. */
export function locatedLength(field: number): number {
  return fieldLengths[field] ?? 0
}
