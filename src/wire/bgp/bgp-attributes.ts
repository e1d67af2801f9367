// Path attributes as they are sent: the values, and their bytes (RFC 4271 §4.3 and §5, RFC 6793, RFC 1997, RFC 8092, RFC 4360).
//
// 0 flags   1 type   2 length (two bytes with flag 0x10)   value
import { concat, uint } from './bgp-bytes.ts'
import { asTrans } from './bgp-open.ts'

export const origins = ['IGP', 'EGP', 'INCOMPLETE'] as const
export type Origin = (typeof origins)[number]

export interface PathAttributes {
  readonly origin: Origin
  /** AS numbers in order, the nearest first. Sent as one AS_SEQUENCE; of a received path all segments in a row. */
  readonly asPath: readonly number[]
  /** 4 bytes, or 16 of IPv6, or 32 with the link-local address behind the global one; null for FlowSpec rules. */
  readonly nextHop: Uint8Array | null
  /** MULTI_EXIT_DISC; null for none. */
  readonly med: number | null
  /** For neighbours of our own AS; null for none. */
  readonly localPref: number | null
  /** The high 16 bits are the AS. */
  readonly communities: readonly number[]
  readonly largeCommunities: readonly LargeCommunity[]
  /** 8 bytes each. */
  readonly extendedCommunities: readonly Uint8Array[]
}

export type LargeCommunity = readonly [administrator: number, data1: number, data2: number]

/** What was negotiated and changes how an UPDATE is written and read. */
export interface UpdateForm {
  /** Whether AS numbers have four bytes: both sides have said that they can. */
  readonly as4: boolean
}

/** Types in IANA's registry of BGP path attributes. */
export const attributeType = {
  origin: 1,
  asPath: 2,
  nextHop: 3,
  med: 4,
  localPref: 5,
  communities: 8,
  reach: 14,
  unreach: 15,
  extendedCommunities: 16,
  as4Path: 17,
  largeCommunities: 32,
} as const

/** Flags of well-known, optional and optional transitive attributes. */
const wellKnown = 0x40
const optional = 0x80
const transitive = 0xc0

/** The length has two bytes. */
const longLength = 0x10

const asSequence = 2
/** The count of a segment has one byte. */
const maxSegment = 255

export function encodeAttribute(flags: number, type: number, value: readonly Uint8Array[]): Uint8Array {
  const bytes = concat(value)
  const long = bytes.length > 255
  return concat([uint(long ? flags | longLength : flags, 1), uint(type, 1), uint(bytes.length, long ? 2 : 1), bytes])
}

/** MP_REACH_NLRI or MP_UNREACH_NLRI. */
export function encodeMultiprotocol(type: 14 | 15, value: readonly Uint8Array[]): Uint8Array {
  return encodeAttribute(optional, type, value)
}

/** All but MP_REACH_NLRI, ordered by type. @param withNextHop whether the next hop stands in NEXT_HOP */
export function encodeAttributes(attributes: PathAttributes, form: UpdateForm, withNextHop: boolean): Uint8Array {
  const { origin, asPath, nextHop, med, localPref, communities, largeCommunities, extendedCommunities } = attributes
  const long = !form.as4 && asPath.some((as) => as > 0xffff)
  return concat([
    encodeAttribute(wellKnown, attributeType.origin, [uint(origins.indexOf(origin), 1)]),
    encodeAttribute(wellKnown, attributeType.asPath, segments(asPath, form.as4 ? 4 : 2)),
    ...(withNextHop && nextHop !== null ? [encodeAttribute(wellKnown, attributeType.nextHop, [nextHop])] : []),
    ...(med === null ? [] : [encodeAttribute(optional, attributeType.med, [uint(med, 4)])]),
    ...(localPref === null ? [] : [encodeAttribute(wellKnown, attributeType.localPref, [uint(localPref, 4)])]),
    ...list(
      attributeType.communities,
      communities.map((community) => uint(community, 4)),
    ),
    ...list(attributeType.extendedCommunities, extendedCommunities),
    // RFC 6793 §4.2.2: what two bytes cannot say travels beside the path.
    ...(long ? [encodeAttribute(transitive, attributeType.as4Path, segments(asPath, 4))] : []),
    ...list(
      attributeType.largeCommunities,
      largeCommunities.flatMap((parts) => parts.map((part) => uint(part, 4))),
    ),
  ])
}

/** An attribute that is left out when it is empty. */
function list(type: number, members: readonly Uint8Array[]): Uint8Array[] {
  return members.length === 0 ? [] : [encodeAttribute(transitive, type, members)]
}

function segments(asPath: readonly number[], length: 2 | 4): Uint8Array[] {
  const found: Uint8Array[] = []
  for (let at = 0; at < asPath.length; at += maxSegment) {
    const part = asPath.slice(at, at + maxSegment)
    found.push(uint(asSequence, 1), uint(part.length, 1))
    found.push(...part.map((as) => uint(length === 2 && as > 0xffff ? asTrans : as, length)))
  }
  return found
}
