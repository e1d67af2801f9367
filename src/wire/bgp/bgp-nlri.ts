// What is announced as it stands in an UPDATE: prefixes and FlowSpec rules, each with its length before it (RFC 4271
// §4.3, RFC 8955 §4.1).
import { concat, uint } from './bgp-bytes.ts'
import { BgpError, errorCode, updateSubcode } from './bgp-error.ts'
import { isFlowSpec, addressLength, type BgpFamily } from './bgp-family.ts'

export interface BgpPrefix {
  readonly family: 4 | 6
  /** 4 or 16 bytes in network order, zero behind the length. */
  readonly bytes: Uint8Array
  /** 0 to 32 or 128. */
  readonly length: number
}

/** Bytes on the wire with the length before them. Two are the same announcement when their bytes are the same. */
export type Nlri = Uint8Array

/** Whole bytes that hold so many bits. */
export const bytesOf = (bits: number) => Math.ceil(bits / 8)

export function prefixNlri({ bytes, length }: BgpPrefix): Nlri {
  return concat([uint(length, 1), bytes.subarray(0, bytesOf(length))])
}

/** The prefix of an NLRI that has been checked; bits behind its length are cut off. */
export function prefixOfNlri(nlri: Nlri, family: 4 | 6): BgpPrefix {
  const length = nlri[0]
  const bytes = new Uint8Array(family === 4 ? 4 : 16)
  bytes.set(nlri.subarray(1))
  const last = length >> 3
  if (last < bytes.length) bytes[last] &= 0xff00 >> (length & 7)
  return { family, bytes, length }
}

/** A length of a FlowSpec rule that is at least this one has a second byte (RFC 8955 §4.1). */
export const twoByteLength = 240

/**
 * Cuts a field of NLRI into its members, as views of it.
 * @throws BgpError Invalid Network Field for a length that the family cannot have, and for what ends too early
 */
export function splitNlri(bytes: Uint8Array, family: BgpFamily): Nlri[] {
  const found: Nlri[] = []
  let at = 0
  while (at < bytes.length) {
    const end = at + (isFlowSpec(family) ? flowSpecLength(bytes, at) : prefixLength(bytes, at, family))
    // Written so that the NaN of a length whose second byte is missing is refused as well.
    if (!(end <= bytes.length)) throw invalid(`a route of ${family} ends too early`)
    found.push(bytes.subarray(at, end))
    at = end
  }
  return found
}

const invalid = (detail: string) => new BgpError(errorCode.update, updateSubcode.invalidNetwork, detail)

function prefixLength(bytes: Uint8Array, at: number, family: BgpFamily): number {
  const bits = bytes[at]
  if (bits > addressLength(family) * 8) throw invalid(`a prefix of ${bits} bits of ${family}`)
  return 1 + bytesOf(bits)
}

function flowSpecLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at]
  return first < twoByteLength ? 1 + first : 2 + ((first & 0x0f) << 8) + (bytes[at + 1] ?? Number.NaN)
}
