// IPFIX (RFC 7011 §3.1): a header of 16 bytes, then sets.
//
// 0 version=10  2 length of the message  4 export time secs  8 sequence of data records  12 observation domain id
import { exportProtocol } from '../contract/flow-columns.ts'
import { WireError } from '../contract/wire-errors.ts'
import { read16, readUint } from './big-endian.ts'
import type { ExportHeader } from './export-header.ts'
import type { FlowHost } from './flow-host.ts'
import { ipfixSets, walkSets } from './flow-sets.ts'

const headerLength = 16
const version = 10

/**
 * Decodes an IPFIX message. Bytes after the message's own length are left alone; a message longer than the datagram is
 * decoded as far as it goes.
 * @throws WireError truncated when not even the header is there
 */
export function decodeIpfix(bytes: Uint8Array, length: number, header: ExportHeader, host: FlowHost): void {
  if (length < headerLength) throw new WireError('truncated', `${length} bytes of IPFIX`)
  const announced = readUint(bytes, 2, 2)
  if (announced > length) host.malformed('truncated')
  header.protocol = exportProtocol.ipfix
  header.exportMs = readUint(bytes, 4, 4) * 1000
  header.sequence = readUint(bytes, 8, 4)
  header.domain = readUint(bytes, 12, 4)
  header.samplingRate = 0
  header.bootMs = host.bootMs(header)
  const end = Math.min(announced, length)
  const limit = isMessage(bytes, end, length) ? end : length
  const records = walkSets(ipfixSets, header, { bytes, start: headerLength, end, limit }, host)
  host.exportSequence(header, announced > length ? -1 : records)
}

/** Whether another message begins at `at`. */
function isMessage(bytes: Uint8Array, at: number, end: number): boolean {
  return end - at >= headerLength && read16(bytes, at) === version && at + read16(bytes, at + 2) <= end
}
