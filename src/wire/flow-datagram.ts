// One datagram of any flow protocol: recognised by its version word, whatever port it came to.
import { exportProtocol } from '../contract/flow-columns.ts'
import { WireError } from '../contract/wire-errors.ts'
import { read16 } from './big-endian.ts'
import type { ExportHeader } from './export-header.ts'
import type { FixedForm } from './fixed-records.ts'
import type { FlowHost } from './flow-host.ts'
import { decodeIpfix } from './ipfix.ts'
import { decodeNetflow1, netflow1Form } from './netflow1.ts'
import { decodeNetflow5 } from './netflow5.ts'
import { decodeNetflow7, netflow7Form } from './netflow7.ts'
import { decodeNetflow9 } from './netflow9.ts'
import { decodeSflow5 } from './sflow5.ts'

/** Records of a v1 or v7 datagram: 28 fill an Ethernet frame. */
const maxFixedRecords = 30

/**
 * Names the protocol of a datagram without decoding it: NetFlow and IPFIX have their version in the first 16 bits, sFlow
 * in the first 32. Versions 1 and 7 are rare and their words common, in files of other kinds too: their count and length
 * must agree as well.
 * @returns an `exportProtocol` code, 0 when it is none
 */
export function recognise(bytes: Uint8Array, length: number): number {
  if (length < 4) return exportProtocol.unknown
  const version = (bytes[0] << 8) | bytes[1]
  if (version === 9) return exportProtocol.netflow9
  if (version === 10) return exportProtocol.ipfix
  if (version === 5) return exportProtocol.netflow5
  if (version === 0 && bytes[2] === 0 && bytes[3] === 5) return exportProtocol.sflow5
  if (version === 1) return isFixed(netflow1Form, bytes, length)
  if (version === 7) return isFixed(netflow7Form, bytes, length)
  return exportProtocol.unknown
}

function isFixed({ protocol, headerLength, template }: FixedForm, bytes: Uint8Array, length: number): number {
  const count = read16(bytes, 2)
  const agrees = count >= 1 && count <= maxFixedRecords && length >= headerLength + template.recordLength
  return agrees ? protocol : exportProtocol.unknown
}

/**
 * Decodes a datagram into `host.batch`.
 * @param header filled for NetFlow and IPFIX
 * @returns the `exportProtocol` code
 * @throws WireError when nothing of it could be decoded; smaller faults are reported to the host
 */
export function decodeFlowDatagram(bytes: Uint8Array, length: number, header: ExportHeader, host: FlowHost): number {
  const protocol = recognise(bytes, length)
  if (protocol === exportProtocol.netflow9) decodeNetflow9(bytes, length, header, host)
  else if (protocol === exportProtocol.ipfix) decodeIpfix(bytes, length, header, host)
  else if (protocol === exportProtocol.sflow5) decodeSflow5(bytes, length, host.batch, host)
  else if (protocol === exportProtocol.netflow5) decodeNetflow5(bytes, length, header, host)
  else if (protocol === exportProtocol.netflow1) decodeNetflow1(bytes, length, header, host)
  else if (protocol === exportProtocol.netflow7) decodeNetflow7(bytes, length, header, host)
  else throw new WireError('unknown_version')
  return protocol
}
