// Communities between their text and their numbers (RFC 1997, RFC 8092), and the extended ones that say what a FlowSpec
// rule does (RFC 8955 §7).
import type { FlowSpecAction } from '../../contract/advertisement.ts'
import type { LargeCommunity } from './bgp-attributes.ts'
import { concat, uint } from './bgp-bytes.ts'
import { read16, read32 } from '../big-endian.ts'

/** IANA's well-known communities that operators use here. */
const wellKnown: ReadonlyMap<number, string> = new Map([
  [0xffff0000, 'GRACEFUL_SHUTDOWN'],
  [0xffff029a, 'BLACKHOLE'],
  [0xffffff01, 'NO_EXPORT'],
  [0xffffff02, 'NO_ADVERTISE'],
  [0xffffff03, 'NO_EXPORT_SUBCONFED'],
  [0xffffff04, 'NOPEER'],
])

export interface Communities {
  readonly communities: readonly number[]
  readonly largeCommunities: readonly LargeCommunity[]
}

/**
 * Reads `65000:1` and `65000:1:2`; ordered by value. Each is kept once, as duplicates must not be sent (RFC 8092 §2).
 * @throws RangeError for all else
 */
export function parseCommunities(texts: readonly string[]): Communities {
  const communities = new Set<number>()
  const large = new Map<string, LargeCommunity>()
  for (const text of texts) {
    const parts = text.split(':').map(communityPart)
    const [first, second, third] = parts as [number, number, number]
    if (parts.length === 2 && first <= 0xffff && second <= 0xffff) communities.add(first * 0x10000 + second)
    else if (parts.length === 3) large.set(parts.join(':'), [first, second, third])
    else throw new RangeError(`${text} is no community: two numbers up to 65535, or three up to 4294967295`)
  }
  const largeCommunities = [...large.values()].sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2])
  return { communities: [...communities].sort((a, b) => a - b), largeCommunities }
}

function communityPart(text: string): number {
  const value = Number(text)
  if (!/^\d{1,10}$/.test(text) || value > 0xffffffff) throw new RangeError(`${text} is no part of a community`)
  return value
}

/** `65535:666 BLACKHOLE`. */
export function communityText(community: number): string {
  const numbers = `${community >>> 16}:${community & 0xffff}`
  const name = wellKnown.get(community)
  return name === undefined ? numbers : `${numbers} ${name}`
}

/** Types with their subtypes, RFC 8955 §7. */
const trafficRate = 0x8006
/** By the form of the route target: an AS of two bytes, an IPv4 address, an AS of four bytes. */
const redirect = { as2: 0x8008, ipv4: 0x8108, as4: 0x8208 } as const

/** What a rule does, as its extended community. @throws RangeError for a rate or route target that cannot be */
export function actionCommunity(action: FlowSpecAction): Uint8Array {
  if (action.kind === 'redirect') return redirectCommunity(action.route_target)
  return rateCommunity(action.kind === 'discard' ? 0 : action.bytes_per_second)
}

/** The AS before the rate only informs; it may be 0 (RFC 8955 §7.1). */
function rateCommunity(bytesPerSecond: number): Uint8Array {
  if (!Number.isFinite(Math.fround(bytesPerSecond)) || bytesPerSecond < 0)
    throw new RangeError(`a rate of ${bytesPerSecond} bytes a second`)
  const rate = new DataView(new ArrayBuffer(4))
  rate.setFloat32(0, bytesPerSecond)
  return concat([uint(trafficRate, 2), uint(0, 2), new Uint8Array(rate.buffer)])
}

function redirectCommunity(routeTarget: string): Uint8Array {
  const [, administrator = '', number = ''] = /^(\d{1,10}|\d{1,3}(?:\.\d{1,3}){3}):(\d{1,10})$/.exec(routeTarget) ?? []
  if (number === '') throw new RangeError(`${routeTarget} is no route target: 65000:100`)
  const value = Number(number)
  if (administrator.includes('.')) {
    const address = concat(administrator.split('.').map((byte) => uint(Number(byte), 1)))
    return concat([uint(redirect.ipv4, 2), address, uint(value, 2)])
  }
  const as = Number(administrator)
  if (as > 0xffff) return concat([uint(redirect.as4, 2), uint(as, 4), uint(value, 2)])
  return concat([uint(redirect.as2, 2), uint(as, 2), uint(value, 4)])
}

/** A line for people: `rate 0 bytes/s (discard)`, `redirect 65000:100`; hexadecimal for others. */
export function extendedCommunityText(community: Uint8Array): string {
  switch (read16(community, 0)) {
    case trafficRate: {
      const rate = new DataView(community.buffer, community.byteOffset, 8).getFloat32(4)
      return rate === 0 ? 'rate 0 bytes/s (discard)' : `rate ${rate} bytes/s`
    }
    case redirect.as2:
      return `redirect ${read16(community, 2)}:${read32(community, 4)}`
    case redirect.ipv4:
      return `redirect ${community.subarray(2, 6).join('.')}:${read16(community, 6)}`
    case redirect.as4:
      return `redirect ${read32(community, 2)}:${read16(community, 6)}`
    default:
      return `0x${Array.from(community, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
  }
}
