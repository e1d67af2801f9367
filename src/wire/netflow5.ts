// NetFlow v5: fixed records of 48 bytes after a header of 24, all integers big-endian.
//
// header  0 version=5  2 count  4 sysUptime ms  8 unix secs  12 unix nsecs  16 flow sequence  20 engine type  21 engine id
//         22 sampling: 2 bits mode, 14 bits interval
// record  0 srcaddr  4 dstaddr  8 nexthop  12 input  14 output  16 dPkts  20 dOctets  24 first  28 last  32 srcport
//         34 dstport  36 pad  37 tcp flags  38 prot  39 tos  40 src as  42 dst as  44 src mask  45 dst mask  46 pad
import { exportProtocol } from '../contract/flow-columns.ts'
import { read16, read32 } from './big-endian.ts'
import type { ExportHeader } from './export-header.ts'
import { decodeFixedRecords, fixedTemplate, leadingFields, readFixedHeader, type FixedFields, type FixedForm } from './fixed-records.ts'
import type { FlowHost } from './flow-host.ts'

export const netflow5Fields: FixedFields = [...leadingFields, [0, 1], [6, 1], [4, 1], [5, 1], [16, 2], [17, 2], [9, 1], [13, 1], [0, 2]]

export const netflow5Form: FixedForm = { protocol: exportProtocol.netflow5, headerLength: 24, template: fixedTemplate(5, netflow5Fields) }

/** Decodes a v5 datagram. @throws WireError truncated when not even the header is there */
export function decodeNetflow5(bytes: Uint8Array, length: number, header: ExportHeader, host: FlowHost): void {
  readFixedHeader(netflow5Form, bytes, length, header)
  header.domain = read16(bytes, 20)
  header.sequence = read32(bytes, 16)
  // Some exporters leave the mode at 0 and still tell an interval.
  header.samplingRate = read16(bytes, 22) & 0x3fff
  host.exportSequence(header, read16(bytes, 2))
  decodeFixedRecords(netflow5Form, bytes, length, header, host)
}
