// Splits a file of datagrams one after another, as netcat and IPFIX file writers (RFC 5655) leave them.
import { exportProtocol } from '../contract/flow-columns.ts'
import { recognise } from './flow-datagram.ts'
import { fixedLength, looksLikeFlowDatagram } from './flow-recognition.ts'
import { netflow1Form } from './netflow1.ts'
import { netflow5Form } from './netflow5.ts'
import { netflow7Form } from './netflow7.ts'

const fixedForms = [netflow1Form, netflow5Form, netflow7Form]

export interface DatagramRange {
  readonly offset: number
  readonly length: number
}

/**
 * Yields where the datagrams of the file are. NetFlow v1, v5 and v7 and IPFIX say how long they are; what follows must be a datagram
 * by every sign, or it belongs to the one before as trailing bytes, which decoders leave alone. NetFlow v9 and sFlow do
 * not say: one of them takes the rest of the file.
 */
export function* splitDatagrams(bytes: Uint8Array): Generator<DatagramRange, void> {
  let start = 0
  while (start < bytes.length) {
    const rest = bytes.subarray(start)
    const length = announcedLength(rest)
    const more = length < rest.length && looksLikeFlowDatagram(rest.subarray(length))
    yield { offset: start, length: more ? length : rest.length }
    if (!more) return
    start += length
  }
}

/** The length of the datagram at the start of `bytes` by its own account, at most all of them and never 0. */
function announcedLength(bytes: Uint8Array): number {
  const protocol = recognise(bytes, bytes.length)
  // A recognised datagram has at least its first four bytes, of which the second two are the count or the length.
  const told = ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0)
  for (const form of fixedForms) if (protocol === form.protocol) return Math.min(bytes.length, fixedLength(form, told))
  if (protocol === exportProtocol.ipfix) return Math.min(bytes.length, Math.max(16, told))
  return bytes.length
}
