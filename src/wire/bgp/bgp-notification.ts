// NOTIFICATION messages: why a session ends (RFC 4271 §4.5, RFC 9003, RFC 8538).
//
// 0 error code   1 subcode   2 data
import { concat, uint } from './bgp-bytes.ts'
import { ceaseSubcode, errorCode, errorName } from './bgp-error.ts'
import { encodeMessage, messageType } from './bgp-framer.ts'

export interface BgpNotification {
  readonly code: number
  readonly subcode: number
  readonly data: Uint8Array
}

/** Longest text of a shutdown communication in bytes (RFC 9003 §2). */
const maxCommunication = 255

export function encodeNotification({ code, subcode, data }: BgpNotification): Uint8Array {
  return encodeMessage(messageType.notification, [uint(code, 1), uint(subcode, 1), data])
}

/** @param body of at least two bytes, as the framer has checked */
export function decodeNotification(body: Uint8Array): BgpNotification {
  return { code: body[0], subcode: body[1], data: body.slice(2) }
}

/** Data of an administrative shutdown or reset: a text for the people at the other side, cut to what fits. */
export function shutdownCommunication(text: string): Uint8Array {
  const space = new Uint8Array(maxCommunication)
  const { written } = new TextEncoder().encodeInto(text, space)
  return concat([uint(written, 1), space.subarray(0, written)])
}

/** RFC 8538 §3: a Cease with which the peer is to drop our routes, also when it helps us with graceful restarts. */
export function hardReset({ code, subcode, data }: BgpNotification): BgpNotification {
  return { code: errorCode.cease, subcode: ceaseSubcode.hardReset, data: concat([uint(code, 1), uint(subcode, 1), data]) }
}

/** A line for people: names of code and subcode, and the text that the other side has sent with them. */
export function describeNotification(notification: BgpNotification): string {
  const { code, subcode, data } = notification
  const name = errorName(code, subcode)
  if (code !== errorCode.cease) return name
  if (subcode === ceaseSubcode.hardReset && data.length >= 2)
    return `${name}, ${describeReason({ code: data[0], subcode: data[1], data: data.subarray(2) })}`
  return describeReason(notification)
}

function describeReason({ code, subcode, data }: BgpNotification): string {
  const name = errorName(code, subcode)
  const hasText = subcode === ceaseSubcode.administrativeShutdown || subcode === ceaseSubcode.administrativeReset
  const text = code === errorCode.cease && hasText ? communicationText(data) : ''
  return text === '' ? name : `${name} "${text}"`
}

/** The text of a shutdown communication without control characters; empty when there is none that can be read. */
function communicationText(data: Uint8Array): string {
  if (data.length === 0 || data[0] > data.length - 1) return ''
  const text = new TextDecoder().decode(data.subarray(1, 1 + data[0]))
  return text.replaceAll(/\p{C}+/gu, ' ').trim()
}
