// Writes data records into the columns of a batch, a set at a time.
import type { FlowBatch } from '../contract/flow-batch.ts'
import { readUint } from './big-endian.ts'
import type { ExportHeader } from './export-header.ts'
import { copyField, span } from './field-writer.ts'
import { writeLocatedRow } from './located-row.ts'
import { writeExtras } from './record-extras.ts'
import { locatedLength, locatedStart, locateFields } from './record-fields.ts'
import type { FlowTemplate } from './template.ts'

/** 2³²: what the high word of a 64-bit value counts. */
const word = 0x1_0000_0000

/** Rows that one datagram can make at the most: 65 535 bytes of records of one byte. Two rows take two bytes at least. */
export const maxRecordsPerDatagram = 65_536

/** Sampler or selector id of each row of the set that writeRecords wrote last, where its template has such a field. */
export const samplerIds = new Float64Array(maxRecordsPerDatagram)

function readSamplerIds(template: FlowTemplate, bytes: Uint8Array, start: number, count: number): void {
  let at = start
  for (let i = 0; i < template.samplerField; i++) at += template.fields[i]?.length ?? 0
  const length = Math.min(8, template.fields[template.samplerField]?.length ?? 0)
  for (let i = 0; i < count; i++, at += template.recordLength) samplerIds[i] = readUint(bytes, at, length)
}

/**
 * Appends the records of a data set to the batch, a row each, and after them a row for each that counts what came back too.
 * @param start first byte of the first record
 * @param end first byte after the set
 * @returns the number of records; what is left of the set after the last whole record is padding
 */
export function writeRecords(
  template: FlowTemplate,
  header: ExportHeader,
  bytes: Uint8Array,
  start: number,
  end: number,
  batch: FlowBatch,
): number {
  const from = batch.rows
  if (template.variable) writeVariable(template, header, bytes, start, end, batch)
  else {
    const count = Math.floor((end - start) / template.recordLength)
    span.bytes = bytes
    span.stride = template.recordLength
    span.count = count
    span.row = from
    if (template.bootOffset >= 0 && count > 0) header.bootMs = readUint(bytes, start + template.bootOffset, 8)
    for (const copy of template.copies) {
      span.at = start + copy.offset
      copyField(copy, copy.length, batch.columns, header)
    }
    batch.rows = from + count
    if (template.samplerField >= 0) readSamplerIds(template, bytes, start, count)
  }
  const count = batch.rows - from
  for (const index of template.columns) batch.present[index] = 1
  if (template.extras !== null) writeExtras(template.extras, { template, header, bytes, start, end, row: from, count }, batch, samplerIds)
  return count
}

function writeVariable(
  template: FlowTemplate,
  header: ExportHeader,
  bytes: Uint8Array,
  start: number,
  end: number,
  batch: FlowBatch,
): void {
  const from = batch.rows
  let at = start
  while (end - at >= template.recordLength) {
    const next = locateFields(template, bytes, at, end)
    // A record that does not end inside the set is padding or garbage: nothing after it can be trusted.
    if (next < 0) break
    if (template.samplerField >= 0) {
      samplerIds[batch.rows - from] = readUint(
        bytes,
        locatedStart(template.samplerField),
        Math.min(8, locatedLength(template.samplerField)),
      )
    }
    writeLocatedRow(template.copies, header, bytes, batch)
    at = next
  }
}

/** Gives rows without time fields the time of export. */
export function fillTimes(batch: FlowBatch, from: number, to: number, exportMs: number): void {
  const { flow_start, flow_end } = batch.columns
  const low = exportMs >>> 0
  const high = Math.floor(exportMs / word)
  for (let w = from * 2; w < to * 2; w += 2) {
    flow_start[w] = low
    flow_start[w + 1] = high
    flow_end[w] = low
    flow_end[w + 1] = high
  }
}
