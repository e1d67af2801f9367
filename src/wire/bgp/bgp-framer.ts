// Cuts a TCP stream into BGP messages (RFC 4271 §4.1), and puts headers before those that are sent.
//
// 0 marker, 16 bytes of ones   16 length with the header   18 type
import { read16 } from '../big-endian.ts'
import { concat, uint } from './bgp-bytes.ts'
import { BgpError, errorCode, headerSubcode } from './bgp-error.ts'

/** RFC 4271 §4.1, RFC 2918 §3. */
export const messageType = { open: 1, update: 2, notification: 3, keepalive: 4, routeRefresh: 5 } as const

export const headerLength = 19
/** Without the capability for extended messages (RFC 8654), which is not offered. */
export const maxMessage = 4096

/** By type: the least length of a whole message (RFC 4271 §6.1, RFC 2918 §3); KEEPALIVE and ROUTE-REFRESH have no other. */
const leastLengths: readonly (number | undefined)[] = [undefined, 29, 23, 21, 19, 23]

/** One message without its header. */
export interface BgpFrame {
  readonly type: number
  /** A view of the bytes that were pushed or a copy of them. */
  readonly body: Uint8Array
}

const noBytes = new Uint8Array(0)

/**
 * Keeps what has not made a message yet. At most one message and one chunk, as long as `next` is called until it returns
 * null after each chunk.
 */
export class BgpFramer {
  #bytes: Uint8Array = noBytes

  push(chunk: Uint8Array): void {
    this.#bytes = this.#bytes.length === 0 ? chunk : concat([this.#bytes, chunk])
  }

  /**
   * The next whole message, null when there is none yet.
   * @throws BgpError for a header that cannot be; nothing behind it can be read
   */
  next(): BgpFrame | null {
    const bytes = this.#bytes
    if (bytes.length < headerLength) return null
    const length = checkHeader(bytes)
    if (bytes.length < length) return null
    this.#bytes = bytes.subarray(length)
    return { type: bytes[18], body: bytes.subarray(headerLength, length) }
  }
}

/** The length of the message, when everything in its header is possible. */
function checkHeader(bytes: Uint8Array): number {
  for (let i = 0; i < 16; i++)
    if (bytes[i] !== 0xff) throw new BgpError(errorCode.header, headerSubcode.notSynchronized, 'the marker is not all ones')
  const length = read16(bytes, 16)
  const type = bytes[18]
  const badLength = () => new BgpError(errorCode.header, headerSubcode.badLength, `${length} bytes, type ${type}`, bytes.slice(16, 18))
  if (length < headerLength || length > maxMessage) throw badLength()
  const least = leastLengths[type]
  if (least === undefined) throw new BgpError(errorCode.header, headerSubcode.badType, `type ${type}`, bytes.slice(18, 19))
  if (length < least || (type >= messageType.keepalive && length > least)) throw badLength()
  return length
}

/** @throws RangeError when it would be too long to be sent */
export function encodeMessage(type: number, body: readonly Uint8Array[]): Uint8Array {
  const length = body.reduce((sum, part) => sum + part.length, headerLength)
  if (length > maxMessage) throw new RangeError(`a BGP message of ${length} bytes; ${maxMessage} are allowed`)
  return concat([new Uint8Array(16).fill(0xff), uint(length, 2), uint(type, 1), ...body])
}

export function encodeKeepalive(): Uint8Array {
  return encodeMessage(messageType.keepalive, [])
}
