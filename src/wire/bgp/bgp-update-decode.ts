// UPDATE messages as they are received. What cannot be framed ends the session, other mistakes are noted (RFC 7606).
import { WireError } from '../../contract/wire-errors.ts'
import { Cursor } from '../cursor.ts'
import { mergePaths, readAttribute, type ReceivedAttributes } from './bgp-attributes-decode.ts'
import { attributeType, type UpdateForm } from './bgp-attributes.ts'
import { BgpError, errorCode, updateSubcode } from './bgp-error.ts'
import { addressLength, familyOf, isFlowSpec, type BgpFamily } from './bgp-family.ts'
import { splitNlri, type Nlri } from './bgp-nlri.ts'

/** Routes of one family; the NLRI are views of the message. */
export interface ReachableRoutes {
  readonly family: BgpFamily
  /** 4, 16 or 32 bytes; null for FlowSpec rules, and for IPv4 when NEXT_HOP is missing. */
  readonly nextHop: Uint8Array | null
  readonly nlri: readonly Nlri[]
}

export interface UnreachableRoutes {
  readonly family: BgpFamily
  readonly nlri: readonly Nlri[]
}

export interface BgpUpdate {
  readonly reach: readonly ReachableRoutes[]
  readonly unreach: readonly UnreachableRoutes[]
  /** The family of which all routes have now been sent; null for other messages, and for families not known here. */
  readonly endOfRib: BgpFamily | null
  readonly attributes: ReceivedAttributes
  /** Types of attributes whose value does not have the form of its type; the routes with them are no good. */
  readonly malformed: readonly number[]
}

interface Draft {
  readonly reach: ReachableRoutes[]
  readonly unreach: UnreachableRoutes[]
  readonly attributes: ReceivedAttributes
  readonly malformed: number[]
  readonly seen: Set<number>
  nextHop: Uint8Array | null
}

/** The length has two bytes. */
const longLength = 0x10

/**
 * @param body without the header, of at least four bytes, as the framer has checked
 * @throws BgpError when its parts cannot be told apart: the session has to end
 */
export function decodeUpdate(body: Uint8Array, form: UpdateForm): BgpUpdate {
  const cursor = new Cursor().reset(body)
  const withdrawn = part(cursor, 'withdrawn routes')
  const path = part(cursor, 'attributes')
  const announced = body.subarray(cursor.offset)
  const draft: Draft = { reach: [], unreach: [], attributes: {}, malformed: [], seen: new Set(), nextHop: null }
  if (withdrawn.length > 0) draft.unreach.push({ family: 'ipv4', nlri: splitNlri(withdrawn, 'ipv4') })
  readAttributes(path, form, draft)
  if (announced.length > 0) draft.reach.push({ family: 'ipv4', nextHop: draft.nextHop, nlri: splitNlri(announced, 'ipv4') })
  const { reach, unreach, malformed } = draft
  return { reach, unreach, endOfRib: endOfRib(body, draft), attributes: mergePaths(draft.attributes), malformed }
}

/** A part with its length in two bytes before it. */
function part(cursor: Cursor, name: string): Uint8Array {
  try {
    const length = cursor.u16()
    const start = cursor.offset
    cursor.skip(length)
    return cursor.bytes.subarray(start, cursor.offset)
  } catch (error) {
    if (error instanceof WireError) throw new BgpError(errorCode.update, updateSubcode.malformedAttributes, `${name} end too early`)
    throw error
  }
}

/** An attribute that ends too early spoils the rest; that alone does not end the session (RFC 7606 §4). */
function readAttributes(path: Uint8Array, form: UpdateForm, draft: Draft): void {
  let at = 0
  while (at < path.length) {
    const type = path[at + 1]
    const long = (path[at] & longLength) !== 0
    const start = at + (long ? 4 : 3)
    const end = start + (long ? (path[at + 2] << 8) | path[at + 3] : path[at + 2])
    if (start > path.length || end > path.length) {
      draft.malformed.push(type ?? 0)
      return
    }
    takeAttribute(type, path.subarray(start, end), form, draft)
    at = end
  }
}

function takeAttribute(type: number, value: Uint8Array, form: UpdateForm, draft: Draft): void {
  const multiprotocol = type === attributeType.reach || type === attributeType.unreach
  if (draft.seen.has(type)) {
    // RFC 7606 §3 g: of others the first counts; of these nobody knows which routes were meant.
    if (multiprotocol) throw new BgpError(errorCode.update, updateSubcode.malformedAttributes, `attribute ${type} twice`)
    return
  }
  draft.seen.add(type)
  if (type === attributeType.reach) readReach(value, draft)
  else if (type === attributeType.unreach) readUnreach(value, draft)
  else if (type === attributeType.nextHop && value.length === 4) draft.nextHop = value.slice()
  else if (type === attributeType.nextHop || !readAttribute(type, value, form, draft.attributes)) draft.malformed.push(type)
}

const optionalError = (detail: string) => new BgpError(errorCode.update, updateSubcode.optionalAttribute, detail)

function readReach(value: Uint8Array, draft: Draft): void {
  if (value.length < 5) throw optionalError('MP_REACH_NLRI ends too early')
  const family = familyOf((value[0] << 8) | value[1], value[2])
  const start = 4 + value[3]
  if (start + 1 > value.length) throw optionalError('MP_REACH_NLRI ends in its next hop')
  if (family === undefined) return
  const nextHop = value.slice(4, start)
  if (!isNextHop(family, nextHop.length)) throw optionalError(`a next hop of ${nextHop.length} bytes for ${family}`)
  const nlri = splitNlri(value.subarray(start + 1), family)
  draft.reach.push({ family, nextHop: nextHop.length === 0 ? null : nextHop, nlri })
}

/** A next hop of a FlowSpec rule says nothing, and some send one (RFC 8955 §4). */
function isNextHop(family: BgpFamily, length: number): boolean {
  if (isFlowSpec(family)) return length === 0 || length === 4 || length === 16
  return length === addressLength(family) || (family === 'ipv6' && length === 32)
}

function readUnreach(value: Uint8Array, draft: Draft): void {
  if (value.length < 3) throw optionalError('MP_UNREACH_NLRI ends too early')
  const family = familyOf((value[0] << 8) | value[1], value[2])
  if (family !== undefined) draft.unreach.push({ family, nlri: splitNlri(value.subarray(3), family) })
}

/** RFC 4724 §2: a message with nothing in it, or with nothing but an empty MP_UNREACH_NLRI. */
function endOfRib(body: Uint8Array, { reach, unreach, seen, malformed }: Draft): BgpFamily | null {
  if (body.length === 4) return 'ipv4'
  const [only] = unreach
  const alone = reach.length === 0 && unreach.length === 1 && seen.size === 1 && malformed.length === 0
  return alone && only !== undefined && only.nlri.length === 0 ? only.family : null
}
