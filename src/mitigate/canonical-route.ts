// Brings what was asked for into the one form that is compared, kept and sent, or says why it is no route.
import { formatIpPrefix, parseIpAddress, parseIpPrefix, type IpPrefix } from '../base/ip-prefix.ts'
import type { Route } from '../contract/advertisement.ts'
import { purposes } from '../contract/owned-prefix.ts'
import { AdvertisementRefused, type AnnounceRequest } from './advertising.ts'
import { embeddedIpv4, specialSpace } from './bogons.ts'
import { canonicalFlowSpec } from './flowspec-rule.ts'

/** Nobody is given more of the Internet at once: what is shorter is a default route, or a piece of one. */
const shortest = { 4: 8, 6: 16 } as const

/**
 * The route of a request in canonical form; it may be of anybody's prefix.
 * @throws AdvertisementRefused malformed, mapped, host_bits, default_route, bogon, purpose, flowspec
 */
export function canonicalRoute(request: Pick<AnnounceRequest, 'purpose' | 'prefix' | 'flowspec'>): Route {
  const { purpose, flowspec } = request
  if (!purposes.includes(purpose)) throw new AdvertisementRefused('purpose', `${quoted(purpose)} is none of ${purposes.join(', ')}`)
  const prefix = announceablePrefix(request.prefix)
  const text = formatIpPrefix(prefix)
  if (purpose === 'flowspec') return { purpose, prefix: text, flowspec: canonicalFlowSpec(flowspec, prefix) }
  if (flowspec !== null) throw new AdvertisementRefused('flowspec', `it goes with the purpose flowspec, not with ${purpose}`)
  return { purpose, prefix: text, flowspec: null }
}

/**
 * A prefix that somebody could own.
 * @param text what was asked for; not taken for text before it is looked at
 * @throws AdvertisementRefused malformed, mapped, host_bits, default_route, bogon
 */
export function announceablePrefix(text: unknown): IpPrefix {
  const parsed = typeof text === 'string' ? parseIpPrefix(text) : undefined
  if (parsed === undefined) throw new AdvertisementRefused('malformed', malformedText(text))
  const { prefix, hostBits } = parsed
  const [written, canonical] = [quoted(text), formatIpPrefix(prefix)]
  const ipv4 = embeddedIpv4(prefix)
  if (ipv4 !== undefined) throw new AdvertisementRefused('mapped', `${formatIpPrefix(ipv4)} instead of ${written}`)
  const least = shortest[prefix.family]
  if (prefix.length < least)
    throw new AdvertisementRefused('default_route', `${written} is one or a part of one; /${least} is the shortest`)
  if (hostBits) throw new AdvertisementRefused('host_bits', `write ${canonical} instead of ${written}`)
  const space = specialSpace(prefix)
  if (space?.use === 'never') throw new AdvertisementRefused('bogon', `${canonical} is or contains ${space.cidr}, ${space.name}`)
  return prefix
}

function malformedText(text: unknown): string {
  const isAddress = typeof text === 'string' && parseIpAddress(text) !== undefined
  if (isAddress) return `${quoted(text)} has no length; write ${text}/${text.includes(':') ? 128 : 32} for the single address`
  return `${quoted(text)}; write it like 203.0.113.0/24 or 2001:db8::/32`
}

/** What somebody sent, short enough for a sentence. */
function quoted(value: unknown): string {
  if (typeof value !== 'string') return value === null ? 'null' : `a value of type ${typeof value}`
  return JSON.stringify(value.length > 64 ? `${value.slice(0, 64)}…` : value)
}
