// What NetFlow v1, v5 and v7 have in common: records of one fixed form after a header that counts them.
import { WireError } from '../contract/wire-errors.ts'
import { read16, read32 } from './big-endian.ts'
import type { ExportHeader } from './export-header.ts'
import type { FlowHost } from './flow-host.ts'
import { writeRecords } from './record-writer.ts'
import { compileTemplate, type FlowTemplate } from './template.ts'

export interface FixedForm {
  /** `exportProtocol` code. */
  readonly protocol: number
  readonly headerLength: number
  readonly template: FlowTemplate
}

/** The record in the words of a template (element, length), so that one writer serves every version; element 0 is padding. */
export type FixedFields = readonly (readonly [element: number, length: number])[]

/**
 * What the records of all three begin with: 0 srcaddr  4 dstaddr  8 nexthop  12 input  14 output  16 dPkts  20 dOctets
 * 24 first  28 last  32 srcport  34 dstport.
 */
export const leadingFields: FixedFields = [
  [8, 4],
  [12, 4],
  [15, 4],
  [10, 2],
  [14, 2],
  [2, 4],
  [1, 4],
  [22, 4],
  [21, 4],
  [7, 2],
  [11, 2],
]

export function fixedTemplate(version: number, fields: FixedFields): FlowTemplate {
  return compileTemplate(
    version,
    fields.map(([element, length]) => ({ element, enterprise: 0, length })),
    null,
  )
}

/**
 * Reads what the headers of all three begin with: 2 count  4 sysUptime ms  8 unix secs  12 unix nsecs.
 * @throws WireError truncated when the header is not there
 */
export function readFixedHeader(form: FixedForm, bytes: Uint8Array, length: number, header: ExportHeader): void {
  if (length < form.headerLength) throw new WireError('truncated', `${length} bytes of NetFlow v${form.template.id}`)
  header.protocol = form.protocol
  // Nanoseconds beyond a second are a lie of the exporter; the seconds alone are then the better time.
  const nanoseconds = read32(bytes, 12)
  header.exportMs = read32(bytes, 8) * 1000 + (nanoseconds < 1e9 ? Math.floor(nanoseconds / 1e6) : 0)
  header.bootMs = header.exportMs - read32(bytes, 4)
  header.domain = 0
  header.sequence = 0
  header.samplingRate = 0
}

/** Decodes the records. Those that the header announces and the datagram does not hold are reported as `bad_count`. */
export function decodeFixedRecords(form: FixedForm, bytes: Uint8Array, length: number, header: ExportHeader, host: FlowHost): void {
  const { template, headerLength } = form
  const announced = read16(bytes, 2)
  const held = Math.floor((length - headerLength) / template.recordLength)
  if (announced > held) host.malformed('bad_count')
  const from = host.batch.rows
  const end = headerLength + Math.min(announced, held) * template.recordLength
  const records = writeRecords(template, header, bytes, headerLength, end, host.batch)
  host.recordsWritten(header, template, from, host.batch.rows, records)
}
