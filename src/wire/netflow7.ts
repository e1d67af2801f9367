// NetFlow v7, of Catalyst switches: fixed records of 52 bytes after a header of 24, all integers big-endian.
//
// header  0 version=7  2 count  4 sysUptime ms  8 unix secs  12 unix nsecs  16 flow sequence  20 reserved
// record  0 srcaddr  4 dstaddr  8 nexthop  12 input  14 output  16 dPkts  20 dOctets  24 first  28 last  32 srcport
//         34 dstport  36 flags: which fields are invalid (those are 0)  37 tcp flags  38 prot  39 tos  40 src as
//         42 dst as  44 src mask  45 dst mask  46 flags  48 router_sc: the router that the switch forwards for
import { exportProtocol } from '../contract/flow-columns.ts'
import { read16, read32 } from './big-endian.ts'
import type { ExportHeader } from './export-header.ts'
import { decodeFixedRecords, fixedTemplate, readFixedHeader, type FixedFields, type FixedForm } from './fixed-records.ts'
import type { FlowHost } from './flow-host.ts'
import { netflow5Fields } from './netflow5.ts'

// The record of v5 with the flags where that has padding, and the router behind it.
const fields: FixedFields = [...netflow5Fields, [0, 4]]

export const netflow7Form: FixedForm = { protocol: exportProtocol.netflow7, headerLength: 24, template: fixedTemplate(7, fields) }

/** Decodes a v7 datagram. @throws WireError truncated when not even the header is there */
export function decodeNetflow7(bytes: Uint8Array, length: number, header: ExportHeader, host: FlowHost): void {
  readFixedHeader(netflow7Form, bytes, length, header)
  header.sequence = read32(bytes, 16)
  host.exportSequence(header, read16(bytes, 2))
  decodeFixedRecords(netflow7Form, bytes, length, header, host)
}
