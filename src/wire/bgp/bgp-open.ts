// OPEN messages: who we are and what we can do (RFC 4271 §4.2, RFC 5492, RFC 9072).
//
// 0 version   1 AS   3 hold time   5 BGP identifier   9 length of optional parameters   10 parameters
// parameter   0 type   1 length   2 value; type 2 holds capabilities
// capability  0 code   1 length   2 value
import { WireError } from '../../contract/wire-errors.ts'
import { Cursor } from '../cursor.ts'
import { concat, uint } from './bgp-bytes.ts'
import { BgpError, errorCode, openSubcode } from './bgp-error.ts'
import { familyNumbers, familyOf, type BgpFamily } from './bgp-family.ts'
import { encodeMessage, messageType } from './bgp-framer.ts'

/** RFC 4724 §3. */
export interface GracefulRestart {
  /** R bit: the speaker has restarted and waits for End-of-RIB. */
  readonly restarting: boolean
  /** N bit (RFC 8538 §2): routes are also kept after a NOTIFICATION that is no hard reset. */
  readonly notification: boolean
  /** How long routes are to be kept after the session is lost, 0 to 4095. */
  readonly seconds: number
  /** F bit of each family: whether forwarding has gone on. */
  readonly families: readonly { readonly family: BgpFamily; readonly forwarding: boolean }[]
}

export interface BgpOpen {
  /** 1 to 4294967295. */
  readonly as: number
  /** 0 or at least 3. */
  readonly holdSeconds: number
  /** BGP identifier, 4 bytes. */
  readonly routerId: Uint8Array
  readonly families: readonly BgpFamily[]
  /** Whether AS numbers have four bytes in UPDATE messages (RFC 6793). */
  readonly as4: boolean
  readonly routeRefresh: boolean
  readonly gracefulRestart: GracefulRestart | null
}

export interface ReceivedOpen extends BgpOpen {
  /** Capabilities that are not known here. */
  readonly other: readonly { readonly code: number; readonly value: Uint8Array }[]
}

/** Stands in two bytes for AS numbers that need four (RFC 6793 §9). */
export const asTrans = 23_456

const version = 4
const capabilityParameter = 2
/** RFC 9072 §2: as the first parameter's type it says that lengths have two bytes. */
const extendedLength = 255
/** The time has 12 bits. */
const maxRestartSeconds = 4095
const capability = { multiprotocol: 1, routeRefresh: 2, gracefulRestart: 64, as4: 65 } as const

/** @throws RangeError for values that no OPEN can hold */
export function encodeOpen(open: BgpOpen): Uint8Array {
  const capabilities = concat(encodeCapabilities(open))
  const parameter = concat([uint(capabilityParameter, 1), uint(capabilities.length, 1), capabilities])
  return encodeMessage(messageType.open, [
    uint(version, 1),
    uint(open.as > 0xffff ? asTrans : open.as, 2),
    uint(open.holdSeconds, 2),
    open.routerId,
    uint(parameter.length, 1),
    parameter,
  ])
}

function encodeCapabilities({ families, routeRefresh, gracefulRestart, as4, as }: BgpOpen): Uint8Array[] {
  const found = families.map((family) => encodeCapability(capability.multiprotocol, [familyBytes(family)]))
  if (routeRefresh) found.push(encodeCapability(capability.routeRefresh, []))
  if (gracefulRestart !== null) found.push(encodeCapability(capability.gracefulRestart, encodeGracefulRestart(gracefulRestart)))
  if (as4) found.push(encodeCapability(capability.as4, [uint(as, 4)]))
  return found
}

function encodeCapability(code: number, value: readonly Uint8Array[]): Uint8Array {
  const bytes = concat(value)
  return concat([uint(code, 1), uint(bytes.length, 1), bytes])
}

/** AFI, a reserved byte, SAFI (RFC 4760 §8). */
function familyBytes(family: BgpFamily): Uint8Array {
  const { afi, safi } = familyNumbers[family]
  return concat([uint(afi, 2), uint(0, 1), uint(safi, 1)])
}

/** 4 bits of flags, 12 bits of time; then for each family AFI, SAFI and flags. */
function encodeGracefulRestart({ restarting, notification, seconds, families }: GracefulRestart): Uint8Array[] {
  if (seconds > maxRestartSeconds) throw new RangeError(`a restart time of ${seconds} s; ${maxRestartSeconds} are possible`)
  const head = uint((restarting ? 0x8000 : 0) | (notification ? 0x4000 : 0) | seconds, 2)
  const each = families.map(({ family, forwarding }) => {
    const { afi, safi } = familyNumbers[family]
    return concat([uint(afi, 2), uint(safi, 1), uint(forwarding ? 0x80 : 0, 1)])
  })
  return [head, ...each]
}

interface Capabilities {
  families: BgpFamily[]
  /** Whether there was a multiprotocol capability, of whichever family. */
  multiprotocol: boolean
  as4: number | null
  routeRefresh: boolean
  gracefulRestart: GracefulRestart | null
  other: { code: number; value: Uint8Array }[]
}

/**
 * @param body without the header, of at least ten bytes, as the framer has checked
 * @throws BgpError for what RFC 4271 §6.2 does not accept. Whose AS it has to be is for the caller to say.
 */
export function decodeOpen(body: Uint8Array): ReceivedOpen {
  try {
    return readOpen(new Cursor().reset(body), body)
  } catch (error) {
    if (error instanceof WireError) throw malformed('the parameters do not fit their lengths')
    throw error
  }
}

const malformed = (detail: string) => new BgpError(errorCode.open, openSubcode.unspecific, detail)

function readOpen(cursor: Cursor, body: Uint8Array): ReceivedOpen {
  const theirs = cursor.u8()
  if (theirs !== version) throw new BgpError(errorCode.open, openSubcode.unsupportedVersion, `version ${theirs}`, uint(version, 2))
  const as2 = cursor.u16()
  const holdSeconds = cursor.u16()
  if (holdSeconds === 1 || holdSeconds === 2) throw new BgpError(errorCode.open, openSubcode.unacceptableHoldTime, `${holdSeconds} s`)
  const routerId = body.slice(cursor.offset, cursor.offset + 4)
  if (cursor.u32() === 0) throw new BgpError(errorCode.open, openSubcode.badIdentifier, '0.0.0.0')
  const found = readParameters(cursor)
  const as = found.as4 ?? as2
  if (as === 0) throw new BgpError(errorCode.open, openSubcode.badPeerAs, 'AS 0')
  const { routeRefresh, gracefulRestart, other } = found
  // RFC 4760 §8: who does not say what it can do can do IPv4 unicast.
  const families = found.multiprotocol ? found.families : (['ipv4'] as const)
  return { as, holdSeconds, routerId, families, as4: found.as4 !== null, routeRefresh, gracefulRestart, other }
}

function readParameters(cursor: Cursor): Capabilities {
  const found: Capabilities = { families: [], multiprotocol: false, as4: null, routeRefresh: false, gracefulRestart: null, other: [] }
  const short = cursor.u8()
  const extended = short > 0 && cursor.remaining > 0 && cursor.bytes[cursor.offset] === extendedLength
  if (extended) cursor.skip(1)
  const length = extended ? cursor.u16() : short
  if (length !== cursor.remaining) throw malformed(`${length} bytes of parameters in ${cursor.remaining}`)
  const part = new Cursor()
  while (cursor.remaining > 0) {
    const type = cursor.u8()
    cursor.take(extended ? cursor.u16() : cursor.u8(), part)
    if (type !== capabilityParameter) throw new BgpError(errorCode.open, openSubcode.unsupportedParameter, `type ${type}`)
    readCapabilities(part, found)
  }
  return found
}

function readCapabilities(cursor: Cursor, found: Capabilities): void {
  const part = new Cursor()
  while (cursor.remaining > 0) {
    const code = cursor.u8()
    cursor.take(cursor.u8(), part)
    readCapability(code, part, found)
    if (part.remaining > 0) throw malformed(`capability ${code} is too long`)
  }
}

function readCapability(code: number, value: Cursor, found: Capabilities): void {
  if (code === capability.multiprotocol) {
    found.multiprotocol = true
    addFamily(value, found.families)
  } else if (code === capability.as4) found.as4 = value.u32()
  else if (code === capability.gracefulRestart) found.gracefulRestart = readGracefulRestart(value)
  else if (code === capability.routeRefresh) found.routeRefresh = true
  else {
    found.other.push({ code, value: value.bytes.slice(value.offset, value.end) })
    value.skip(value.remaining)
  }
}

function addFamily(value: Cursor, families: BgpFamily[]): void {
  const afi = value.u16()
  value.skip(1)
  const family = familyOf(afi, value.u8())
  if (family !== undefined && !families.includes(family)) families.push(family)
}

function readGracefulRestart(value: Cursor): GracefulRestart {
  const head = value.u16()
  const families: { family: BgpFamily; forwarding: boolean }[] = []
  while (value.remaining > 0) {
    const family = familyOf(value.u16(), value.u8())
    const forwarding = (value.u8() & 0x80) !== 0
    if (family !== undefined) families.push({ family, forwarding })
  }
  return { restarting: (head & 0x8000) !== 0, notification: (head & 0x4000) !== 0, seconds: head & 0x0fff, families }
}
