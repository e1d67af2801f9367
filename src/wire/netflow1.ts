// NetFlow v1: fixed records of 52 bytes after a header of 16, all integers big-endian. It has no sequence numbers.
//
// header  0 version=1  2 count  4 sysUptime ms  8 unix secs  12 unix nsecs
// record  0 srcaddr  4 dstaddr  8 nexthop  12 input  14 output  16 dPkts  20 dOctets  24 first  28 last  32 srcport
//         34 dstport  36 pad (2)  38 prot  39 tos  40 tcp flags  41 pad (3)  44 reserved (8)
import { exportProtocol } from '../contract/flow-columns.ts'
import type { ExportHeader } from './export-header.ts'
import { decodeFixedRecords, fixedTemplate, leadingFields, readFixedHeader, type FixedFields, type FixedForm } from './fixed-records.ts'
import type { FlowHost } from './flow-host.ts'

const fields: FixedFields = [...leadingFields, [0, 2], [4, 1], [5, 1], [6, 1], [0, 3], [0, 8]]

export const netflow1Form: FixedForm = { protocol: exportProtocol.netflow1, headerLength: 16, template: fixedTemplate(1, fields) }

/** Decodes a v1 datagram. @throws WireError truncated when not even the header is there */
export function decodeNetflow1(bytes: Uint8Array, length: number, header: ExportHeader, host: FlowHost): void {
  readFixedHeader(netflow1Form, bytes, length, header)
  decodeFixedRecords(netflow1Form, bytes, length, header, host)
}
