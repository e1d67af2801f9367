// Writes data records into the columns of a batch: one tight loop a field over all records of a set, so that the
// column's array and the field's offset are looked up once for a set and not once for a record.
import type { BatchColumns, FlowBatch } from '../contract/flow-batch.ts'
import type { ExportHeader } from './export-header.ts'
import { copyCode, type FieldCopy } from './field-copy.ts'
import { variableLength } from './information-elements.ts'
import type { FlowTemplate } from './template.ts'

/** The third word of an IPv4-mapped address, bytes 00 00 ff ff read little-endian. */
export const mappedWord = 0xffff0000

/** 2³²: what the high word of a 64-bit value counts. */
const word = 0x1_0000_0000

/** Half the range of a 32-bit uptime: a start this far after "now" is from before the counter wrapped (49.7 days). */
const halfUptime = 0x8000_0000

/** Where a loop reads and writes: `count` records of `stride` bytes from `at`, into rows from `row`. */
interface Span {
  bytes: Uint8Array
  at: number
  stride: number
  count: number
  row: number
}

// One object for the thread: the writer is not re-entrant, and a span each set would be garbage on the hot path.
const span: Span = { bytes: new Uint8Array(0), at: 0, stride: 0, count: 0, row: 0 }

/** Records that one datagram can hold at the most: 65 535 bytes of records of one byte. */
export const maxRecordsPerDatagram = 65_536

/** Sampler or selector id of each record of the set that writeRecords wrote last, where its template has such a field. */
export const samplerIds = new Float64Array(maxRecordsPerDatagram)

function readSamplerIds(template: FlowTemplate, bytes: Uint8Array, start: number, count: number): void {
  let at = start
  for (let i = 0; i < template.samplerField; i++) at += template.fields[i]?.length ?? 0
  const length = Math.min(8, template.fields[template.samplerField]?.length ?? 0)
  for (let i = 0; i < count; i++, at += template.recordLength) samplerIds[i] = readUint(bytes, at, length)
}

/**
 * Appends the records of a data set to the batch.
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
  for (const index of template.columns) batch.present[index] = 1
  return batch.rows - from
}

/** Fields of one variable-length record: where each starts and how long it is. Grown to the largest template seen. */
let fieldStarts = new Int32Array(64)
let fieldLengths = new Int32Array(64)

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
    span.bytes = bytes
    span.stride = 0
    span.count = 1
    span.row = batch.rows
    for (const copy of template.copies) {
      span.at = fieldStarts[copy.field] ?? 0
      const length = fieldLengths[copy.field] ?? 0
      if (length > 0) copyField(copy, length, batch.columns, header)
    }
    if (template.samplerField >= 0) {
      samplerIds[batch.rows - from] = readUint(
        bytes,
        locatedStart(template.samplerField),
        Math.min(8, locatedLength(template.samplerField)),
      )
    }
    batch.rows++
    at = next
  }
}

/**
 * Finds the fields of the record at `at` (RFC 7011 §7: one length byte, or 255 and two more).
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

/** Big-endian unsigned integer of 1 to 8 bytes; above 2⁵³ the last bits are rounded. */
export function readUint(bytes: Uint8Array, at: number, length: number): number {
  let value = 0
  for (let i = 0; i < length; i++) value = value * 256 + bytes[at + i]
  return value
}

function read32(bytes: Uint8Array, at: number): number {
  return ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0
}

/** Four bytes in the order in which an `ip` column holds them. */
function readWord(bytes: Uint8Array, at: number): number {
  return (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0
}

/** Copies one field of every record in the span. The casts to an array kind follow from compileCopies, which pairs code and column kind. */
function copyField(copy: FieldCopy, length: number, columns: BatchColumns, header: ExportHeader): void {
  const target = columns[copy.column]
  switch (copy.code) {
    case copyCode.u8_1:
      return copy8(target as Uint8Array)
    case copyCode.u16_2:
      return copy16(target as Uint16Array)
    case copyCode.u32_4:
      return copy32(target as Uint32Array)
    case copyCode.u64_8:
      return copy64(target as Uint32Array)
    case copyCode.u64_4:
      return copy64From32(target as Uint32Array)
    case copyCode.ip_4:
    case copyCode.ip_4_unless_zero:
      return copyIpv4(target as Uint32Array, copy.code === copyCode.ip_4_unless_zero)
    case copyCode.ip_16:
      return copyIpv6(target as Uint32Array)
    case copyCode.mac_6:
      return copyMac(target as Uint32Array)
    case copyCode.uint:
      return copyUint(target, length, copy.column === 'bytes' || copy.column === 'packets')
    case copyCode.icmp_type:
    case copyCode.icmp_code:
      span.at += copy.code - copyCode.icmp_type
      return copy8(target as Uint8Array)
    case copyCode.direction:
      return copyDirection(target as Uint8Array)
    case copyCode.mpls_label:
      return copyMplsLabel(target as Uint32Array)
    default:
      return copyTime(copy.code, target as Uint32Array, header)
  }
}

function copy8(target: Uint8Array): void {
  const { bytes, stride, count, row } = span
  for (let i = 0, p = span.at; i < count; i++, p += stride) target[row + i] = bytes[p]
}

function copy16(target: Uint16Array): void {
  const { bytes, stride, count, row } = span
  for (let i = 0, p = span.at; i < count; i++, p += stride) target[row + i] = (bytes[p] << 8) | bytes[p + 1]
}

function copy32(target: Uint32Array): void {
  const { bytes, stride, count, row } = span
  for (let i = 0, p = span.at; i < count; i++, p += stride) target[row + i] = read32(bytes, p)
}

function copy64(target: Uint32Array): void {
  const { bytes, stride, count } = span
  for (let i = 0, p = span.at, w = span.row * 2; i < count; i++, p += stride, w += 2) {
    target[w] = read32(bytes, p + 4)
    target[w + 1] = read32(bytes, p)
  }
}

function copy64From32(target: Uint32Array): void {
  const { bytes, stride, count } = span
  for (let i = 0, p = span.at, w = span.row * 2; i < count; i++, p += stride, w += 2) target[w] = read32(bytes, p)
}

function copyIpv4(target: Uint32Array, unlessZero: boolean): void {
  const { bytes, stride, count } = span
  for (let i = 0, p = span.at, w = span.row * 4; i < count; i++, p += stride, w += 4) {
    const address = readWord(bytes, p)
    if (unlessZero) {
      if (address === 0) continue
      target[w] = 0
      target[w + 1] = 0
    }
    target[w + 2] = mappedWord
    target[w + 3] = address
  }
}

function copyIpv6(target: Uint32Array): void {
  const { bytes, stride, count } = span
  for (let i = 0, p = span.at, w = span.row * 4; i < count; i++, p += stride, w += 4) {
    target[w] = readWord(bytes, p)
    target[w + 1] = readWord(bytes, p + 4)
    target[w + 2] = readWord(bytes, p + 8)
    target[w + 3] = readWord(bytes, p + 12)
  }
}

function copyMac(target: Uint32Array): void {
  const { bytes, stride, count } = span
  for (let i = 0, p = span.at, w = span.row * 2; i < count; i++, p += stride, w += 2) {
    target[w] = read32(bytes, p + 2)
    target[w + 1] = (bytes[p] << 8) | bytes[p + 1]
  }
}

/** Any length of integer into any integer column; what does not fit is cut to the low bits, as the column is the wider by the standard. */
function copyUint(target: Uint8Array | Uint16Array | Uint32Array, length: number, wide: boolean): void {
  const { bytes, stride, count, row } = span
  if (length > 8) return
  for (let i = 0, p = span.at; i < count; i++, p += stride) {
    const value = readUint(bytes, p, length)
    if (wide) {
      target[(row + i) * 2] = length > 4 ? read32(bytes, p + length - 4) : value
      target[(row + i) * 2 + 1] = length > 4 ? readUint(bytes, p, length - 4) : 0
    } else target[row + i] = length > 4 ? read32(bytes, p + length - 4) : value
  }
}

function copyDirection(target: Uint8Array): void {
  const { bytes, stride, count, row } = span
  for (let i = 0, p = span.at; i < count; i++, p += stride) {
    const value = bytes[p]
    // IE 61: 0 ingress, 1 egress; anything else means nothing.
    target[row + i] = value <= 1 ? value + 1 : 0
  }
}

function copyMplsLabel(target: Uint32Array): void {
  const { bytes, stride, count, row } = span
  // Label stack entry (RFC 3032 §2.1): 20 bits of label, then 4 of traffic class and bottom-of-stack.
  for (let i = 0, p = span.at; i < count; i++, p += stride) target[row + i] = readUint(bytes, p, 3) >>> 4
}

function copyTime(code: number, target: Uint32Array, header: ExportHeader): void {
  const { bytes, stride, count } = span
  for (let i = 0, p = span.at, w = span.row * 2; i < count; i++, p += stride, w += 2) {
    const ms = timeMs(code, bytes, p, header)
    target[w] = ms >>> 0
    target[w + 1] = Math.floor(ms / word)
  }
}

/** Milliseconds since 1970 of a time field (RFC 7011 §6.1.7 to 6.1.10; uptime forms RFC 3954 §8). */
function timeMs(code: number, bytes: Uint8Array, p: number, header: ExportHeader): number {
  switch (code) {
    case copyCode.time_uptime:
      return uptimeToMs(read32(bytes, p), header)
    case copyCode.time_seconds:
      return read32(bytes, p) * 1000
    case copyCode.time_milliseconds:
      return clampMs(read32(bytes, p) * word + read32(bytes, p + 4))
    case copyCode.time_ntp:
      // Seconds since 1900 (2 208 988 800 before 1970), then a binary fraction; seconds wrap in 2036, so small ones are later.
      return Math.floor((((read32(bytes, p) + word - 2_208_988_800) % word) + read32(bytes, p + 4) / word) * 1000)
    default:
      return Math.max(0, Math.floor(header.exportMs - read32(bytes, p) / 1000))
  }
}

/** Latest time that DateTime64(3) of ClickHouse shows: 2299-12-31. A hostile value must not make an insert fail. */
const latestMs = 10_413_791_999_999

function clampMs(ms: number): number {
  return ms > latestMs ? latestMs : ms
}

/**
 * Time of an uptime value. Without a boot time (IPFIX without systemInitTime) the time of export is the best there is.
 * @param uptime milliseconds since boot, 32 bits, wrapping
 */
export function uptimeToMs(uptime: number, header: ExportHeader): number {
  if (header.bootMs === 0) return header.exportMs
  const now = header.exportMs - header.bootMs
  const wrapped = uptime - (now % word) > halfUptime ? uptime - word : uptime
  return Math.max(0, header.bootMs + Math.floor(now / word) * word + wrapped)
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
