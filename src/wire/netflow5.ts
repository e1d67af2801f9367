// NetFlow v5: fixed records of 48 bytes after a header of 24, all integers big-endian.
//
// header  0 version=5  2 count  4 sysUptime ms  8 unix secs  12 unix nsecs  16 flow sequence  20 engine type  21 engine id
//         22 sampling: 2 bits mode, 14 bits interval
// record  0 srcaddr  4 dstaddr  8 nexthop  12 input  14 output  16 dPkts  20 dOctets  24 first  28 last  32 srcport
//         34 dstport  36 pad  37 tcp flags  38 prot  39 tos  40 src as  42 dst as  44 src mask  45 dst mask  46 pad
import { exportProtocol } from '../contract/flow-columns.ts'
import { WireError } from '../contract/wire-errors.ts'
import type { ExportHeader } from './export-header.ts'
import type { FlowHost } from './flow-host.ts'
import { writeRecords } from './record-writer.ts'
import { compileTemplate, type FlowTemplate } from './template.ts'

const headerLength = 24
const recordLength = 48

/** The record in the words of a template (element, length), so that one writer serves every version; element 0 is padding. */
const recordFields: readonly (readonly [element: number, length: number])[] = [
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
  [0, 1],
  [6, 1],
  [4, 1],
  [5, 1],
  [16, 2],
  [17, 2],
  [9, 1],
  [13, 1],
  [0, 2],
]

/** Template of a v5 record. */
export const netflow5Template: FlowTemplate = compileTemplate(
  5,
  recordFields.map(([element, length]) => ({ element, enterprise: 0, length })),
  null,
)

/**
 * Decodes a v5 datagram. Records that the header announces and the datagram does not hold are reported as `bad_count`.
 * @throws WireError truncated when not even the header is there
 */
export function decodeNetflow5(bytes: Uint8Array, length: number, header: ExportHeader, host: FlowHost): void {
  if (length < headerLength) throw new WireError('truncated', `${length} bytes of NetFlow v5`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, length)
  const seconds = view.getUint32(8)
  header.protocol = exportProtocol.netflow5
  // Nanoseconds beyond a second are a lie of the exporter; the seconds alone are then the better time.
  const nanoseconds = view.getUint32(12)
  header.exportMs = seconds * 1000 + (nanoseconds < 1e9 ? Math.floor(nanoseconds / 1e6) : 0)
  header.bootMs = header.exportMs - view.getUint32(4)
  header.domain = view.getUint16(20)
  header.sequence = view.getUint32(16)
  const sampling = view.getUint16(22)
  // Some exporters leave the mode at 0 and still tell an interval.
  header.samplingRate = sampling & 0x3fff
  const announced = view.getUint16(2)
  const held = Math.floor((length - headerLength) / recordLength)
  if (announced > held) host.malformed('bad_count')
  const count = Math.min(announced, held)
  host.exportSequence(header, announced)
  const from = host.batch.rows
  writeRecords(netflow5Template, header, bytes, headerLength, headerLength + count * recordLength, host.batch)
  host.recordsWritten(header, netflow5Template, from, host.batch.rows)
}
