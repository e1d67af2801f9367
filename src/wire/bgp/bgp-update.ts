// UPDATE messages as they are sent: announcements and withdrawals in as few messages as they fit, and End-of-RIB.
//
// 0 length of withdrawn routes   2 withdrawn   length of attributes, 2 bytes   attributes   NLRI of IPv4 unicast
// MP_REACH_NLRI    0 AFI   2 SAFI   3 length of next hop   4 next hop   reserved byte   NLRI (RFC 4760 §3)
// MP_UNREACH_NLRI  0 AFI   2 SAFI   3 NLRI
import { attributeType, encodeAttributes, encodeMultiprotocol, type PathAttributes, type UpdateForm } from './bgp-attributes.ts'
import { concat, uint } from './bgp-bytes.ts'
import { addressLength, familyNumbers, isFlowSpec, type BgpFamily } from './bgp-family.ts'
import { encodeMessage, headerLength, maxMessage, messageType } from './bgp-framer.ts'
import type { Nlri } from './bgp-nlri.ts'

export interface BgpAnnouncement {
  readonly family: BgpFamily
  readonly nlri: readonly Nlri[]
  readonly attributes: PathAttributes
}

/** Both length fields of a message. */
const lengths = 4
/** Flags, type and a length of two bytes. */
const longAttribute = 4

/**
 * Messages that announce the routes, in their order.
 * @throws RangeError for a next hop that the family cannot have, and for a route that fits no message
 */
export function encodeAnnouncement({ family, nlri, attributes }: BgpAnnouncement, form: UpdateForm): Uint8Array[] {
  const nextHop = checkedNextHop(family, attributes.nextHop)
  const classic = family === 'ipv4'
  const others = encodeAttributes(attributes, form, classic)
  const head = reachHead(family, nextHop)
  const overhead = headerLength + lengths + others.length + (classic ? 0 : longAttribute + head.length)
  return portions(nlri, maxMessage - overhead).map((part) => {
    if (classic) return updateMessage([], [others], part)
    return updateMessage([], [encodeMultiprotocol(attributeType.reach, [head, ...part]), others], [])
  })
}

/** Messages that withdraw the routes. */
export function encodeWithdrawal(family: BgpFamily, nlri: readonly Nlri[]): Uint8Array[] {
  if (family === 'ipv4') return portions(nlri, maxMessage - headerLength - lengths).map((part) => updateMessage(part, [], []))
  const head = familyHead(family)
  return portions(nlri, maxMessage - headerLength - lengths - longAttribute - head.length).map((part) =>
    updateMessage([], [encodeMultiprotocol(attributeType.unreach, [head, ...part])], []),
  )
}

/** Says that all routes of the family have been sent (RFC 4724 §2). */
export function encodeEndOfRib(family: BgpFamily): Uint8Array {
  if (family === 'ipv4') return updateMessage([], [], [])
  return updateMessage([], [encodeMultiprotocol(attributeType.unreach, [familyHead(family)])], [])
}

function updateMessage(withdrawn: readonly Uint8Array[], attributes: readonly Uint8Array[], nlri: readonly Nlri[]): Uint8Array {
  const gone = concat(withdrawn)
  const path = concat(attributes)
  return encodeMessage(messageType.update, [uint(gone.length, 2), gone, uint(path.length, 2), path, ...nlri])
}

/** @throws RangeError when it is none for the family: IPv6 may have a link-local address behind it (RFC 2545 §3) */
function checkedNextHop(family: BgpFamily, nextHop: Uint8Array | null): Uint8Array {
  const length = nextHop?.length ?? 0
  const expected = addressLength(family)
  const possible = isFlowSpec(family) ? length === 0 : length === expected || (expected === 16 && length === 32)
  if (!possible) throw new RangeError(`a next hop of ${length} bytes for ${family}`)
  return nextHop ?? new Uint8Array(0)
}

function familyHead(family: BgpFamily): Uint8Array {
  const { afi, safi } = familyNumbers[family]
  return concat([uint(afi, 2), uint(safi, 1)])
}

function reachHead(family: BgpFamily, nextHop: Uint8Array): Uint8Array {
  return concat([familyHead(family), uint(nextHop.length, 1), nextHop, uint(0, 1)])
}

/** As many in a row as fit the space. */
function portions(nlri: readonly Nlri[], space: number): Nlri[][] {
  const found: Nlri[][] = []
  let left = 0
  for (const route of nlri) {
    if (route.length > space) throw new RangeError(`a route of ${route.length} bytes where ${Math.max(0, space)} are left in a message`)
    if (found.length === 0 || route.length > left) {
      found.push([])
      left = space
    }
    found.at(-1)?.push(route)
    left -= route.length
  }
  return found
}
