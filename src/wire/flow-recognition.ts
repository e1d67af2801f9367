// Tells flow datagrams from other UDP payloads, and where each ends, by the headers and lengths that they carry.
import { exportProtocol } from '../contract/flow-columns.ts'
import { WireError } from '../contract/wire-errors.ts'
import { read16, read32 } from './big-endian.ts'
import { Cursor } from './cursor.ts'
import type { FixedForm } from './fixed-records.ts'
import { recognise } from './flow-datagram.ts'
import { netflow1Form } from './netflow1.ts'
import { netflow5Form } from './netflow5.ts'
import { netflow7Form } from './netflow7.ts'

/** Records of a v5 datagram: 30 fill an Ethernet frame, and no exporter is known to send more. */
const maxNetflow5Records = 30

const netflow9Header = 20
const ipfixHeader = 16

/**
 * Whether a payload that came to any port is a flow datagram: not only its version but the first lengths and counts
 * must fit. A version word alone is found in DNS, RTP and games too.
 */
export function looksLikeFlowDatagram(payload: Uint8Array): boolean {
  const protocol = recognise(payload, payload.length)
  try {
    if (protocol === exportProtocol.netflow5) return looksLikeNetflow5(payload)
    if (protocol === exportProtocol.netflow1) return looksLikeFixed(netflow1Form, payload)
    if (protocol === exportProtocol.netflow7) return looksLikeFixed(netflow7Form, payload)
    if (protocol === exportProtocol.netflow9) return looksLikeNetflow9(payload)
    if (protocol === exportProtocol.ipfix) return looksLikeIpfix(payload)
    if (protocol === exportProtocol.sflow5) return looksLikeSflow5(payload)
  } catch (error) {
    // Too short for the fields that were to be checked.
    if (!(error instanceof WireError)) throw error
  }
  return false
}

function looksLikeNetflow5(payload: Uint8Array): boolean {
  const count = new Cursor().reset(payload, 2).u16()
  return count >= 1 && count <= maxNetflow5Records && payload.length >= fixedLength(netflow5Form, count)
}

/** The length of a datagram of so many fixed records. */
export function fixedLength({ headerLength, template }: FixedForm, count: number): number {
  return headerLength + count * template.recordLength
}

/** Of the rare versions the length must be exact, unless another datagram follows, and the clock must not run over. */
function looksLikeFixed(form: FixedForm, payload: Uint8Array): boolean {
  const length = fixedLength(form, read16(payload, 2))
  if (payload.length < length || read32(payload, 12) >= 1e9) return false
  const rest = payload.length - length
  return rest === 0 || recognise(payload.subarray(length), rest) !== exportProtocol.unknown
}

function looksLikeNetflow9(payload: Uint8Array): boolean {
  return new Cursor().reset(payload, 2).u16() > 0 && isSet(new Cursor().reset(payload, netflow9Header), 0, 1)
}

function looksLikeIpfix(payload: Uint8Array): boolean {
  const length = new Cursor().reset(payload, 2).u16()
  if (length < ipfixHeader || length > payload.length) return false
  // A message without sets is allowed (RFC 7011 §3), as a sign of life.
  return length === ipfixHeader || isSet(new Cursor().reset(payload, ipfixHeader, length), 2, 3)
}

/** Whether a set stands here: of templates, options templates or data, and no longer than what is left. */
function isSet(cursor: Cursor, templates: number, optionsTemplates: number): boolean {
  const id = cursor.u16()
  const length = cursor.u16()
  const known = id === templates || id === optionsTemplates || id >= 256
  return known && length > 4 && length - 4 <= cursor.remaining
}

/** Counts above this are not samples: 1500 bytes hold 37 of the smallest, jumbo frames 225, the largest datagram 1636. */
const maxSflowSamples = 1636

function looksLikeSflow5(payload: Uint8Array): boolean {
  const cursor = new Cursor().reset(payload, 4)
  const type = cursor.u32()
  if (type !== 1 && type !== 2) return false
  cursor.skip((type === 1 ? 4 : 16) + 12)
  const samples = cursor.u32()
  if (samples === 0) return cursor.remaining === 0
  if (samples > maxSflowSamples) return false
  cursor.skip(4)
  const length = cursor.u32()
  return length <= cursor.remaining
}
