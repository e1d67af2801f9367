// NetFlow v9 (RFC 3954 §5.1): a header of 20 bytes, then flow sets.
//
// 0 version=9  2 count of records  4 sysUptime ms  8 unix secs  12 sequence of datagrams  16 source id
import { exportProtocol } from '../contract/flow-columns.ts'
import { WireError } from '../contract/wire-errors.ts'
import { readUint } from './big-endian.ts'
import type { ExportHeader } from './export-header.ts'
import type { FlowHost } from './flow-host.ts'
import { netflow9Sets, walkSets } from './flow-sets.ts'

const headerLength = 20

/** Decodes a v9 datagram. @throws WireError truncated when not even the header is there */
export function decodeNetflow9(bytes: Uint8Array, length: number, header: ExportHeader, host: FlowHost): void {
  if (length < headerLength) throw new WireError('truncated', `${length} bytes of NetFlow v9`)
  header.protocol = exportProtocol.netflow9
  header.exportMs = readUint(bytes, 8, 4) * 1000
  header.bootMs = header.exportMs - readUint(bytes, 4, 4)
  header.sequence = readUint(bytes, 12, 4)
  header.domain = readUint(bytes, 16, 4)
  header.samplingRate = 0
  host.exportSequence(header, 1)
  walkSets(netflow9Sets, header, { bytes, start: headerLength, end: length, limit: length }, host)
}
