// A route as one neighbour is sent it: family, NLRI, and path attributes by what the route is for.
import { formatIpAddress, parseIpAddress, parseIpPrefix, type IpPrefix } from '../../base/ip-prefix.ts'
import type { Route } from '../../contract/advertisement.ts'
import type { Purpose } from '../../contract/owned-prefix.ts'
import type { PathAttributes } from '../../wire/bgp/bgp-attributes.ts'
import { actionCommunity, parseCommunities } from '../../wire/bgp/bgp-communities.ts'
import type { BgpFamily } from '../../wire/bgp/bgp-family.ts'
import { flowSpecNlri } from '../../wire/bgp/bgp-flowspec.ts'
import { prefixNlri, type Nlri } from '../../wire/bgp/bgp-nlri.ts'
import type { DriverRoute } from '../driver.ts'
import type { BgpNeighborConfig } from './bgp-agreement.ts'

export interface RouteNlri {
  readonly family: BgpFamily
  readonly nlri: Nlri
  /** The same text for what a neighbour takes for the same route: only the last one that it was sent would be there. */
  readonly key: string
}

/** What the attributes depend on beside the route. */
export interface AttributeTerms {
  readonly localAs: number
  readonly neighbor: BgpNeighborConfig
  /** Our end of the session; empty when it is not known. */
  readonly localAddress: string
}

/** @param route in canonical form, as the guard makes it */
export function nlriOf({ purpose, prefix, flowspec }: Route): RouteNlri {
  const destination = knownPrefix(prefix)
  const nlri =
    flowspec === null
      ? prefixNlri(destination)
      : flowSpecNlri(flowspec.match, destination, flowspec.match.source === undefined ? null : knownPrefix(flowspec.match.source))
  const family = familyFor(purpose, destination.family)
  return { family, nlri, key: `${family} ${Buffer.from(nlri).toString('hex')}` }
}

/** Why no neighbour could ever be sent it; null when there is nothing against it. */
export function objectionTo({ route }: DriverRoute): string | null {
  try {
    nlriOf(route)
    if (route.flowspec !== null) actionCommunity(route.flowspec.action)
    return null
  } catch (error) {
    return error instanceof RangeError ? error.message : `${route.prefix} cannot be written as a route`
  }
}

function familyFor(purpose: Purpose, version: 4 | 6): BgpFamily {
  return purpose === 'flowspec' ? `ipv${version}-flowspec` : `ipv${version}`
}

function knownPrefix(text: string): IpPrefix {
  const parsed = parseIpPrefix(text)
  // Nothing comes here that has not passed the guard.
  if (parsed === undefined) throw new Error(`${text} is no prefix`)
  return parsed.prefix
}

/** @returns a sentence where the route cannot be sent: no next hop of its family is known */
export function attributesOf(route: DriverRoute, family: BgpFamily, terms: AttributeTerms): PathAttributes | string {
  const { purpose, flowspec } = route.route
  const internal = terms.localAs === terms.neighbor.as
  const base = { origin: 'IGP', asPath: asPathOf(route, terms, internal) } as const
  if (purpose === 'flowspec' || flowspec !== null) {
    const extendedCommunities = flowspec === null ? [] : [actionCommunity(flowspec.action)]
    const localPref = internal ? defaultLocalPref : null
    return { ...base, nextHop: null, med: null, localPref, communities: [], largeCommunities: [], extendedCommunities }
  }
  const config = terms.neighbor[purpose]
  const nextHop = nextHopOf(purpose, family, terms)
  if (typeof nextHop === 'string') return nextHop
  const localPref = internal ? config.local_pref : null
  return { ...base, nextHop, med: config.med ?? null, localPref, ...parseCommunities(config.communities), extendedCommunities: [] }
}

/** RFC 4271 §9.1.1 leaves it to us; 100 is what others take too. */
const defaultLocalPref = 100

/** The AS that owns the prefix originates it, we pass it on; within our own AS we do not stand in the path. */
function asPathOf({ originAs, route }: DriverRoute, { localAs, neighbor }: AttributeTerms, internal: boolean): number[] {
  const origin = originAs === localAs ? [] : [originAs]
  if (internal) return origin
  const prepend = route.purpose === 'divert' ? neighbor.divert.prepend : 0
  return [...Array<number>(1 + prepend).fill(localAs), ...origin]
}

function nextHopOf(purpose: 'divert' | 'blackhole', family: BgpFamily, { neighbor, localAddress }: AttributeTerms): Uint8Array | string {
  const name = family === 'ipv4' ? 'next_hop_ipv4' : 'next_hop_ipv6'
  const length = family === 'ipv4' ? 4 : 16
  const given = neighbor[purpose][name]
  const address = parseIpAddress(given === '' ? localAddress : given)
  if (address?.length === length && !isLinkLocal(address)) return address
  const [where, why] = [`advertise.bgp.neighbors, ${neighbor.name}, ${purpose}.${name}`, sessionWord(address, length)]
  return `there is no next hop for ${family}: ${why}; set ${where}`
}

function sessionWord(address: Uint8Array | undefined, length: number): string {
  if (address === undefined) return 'the address that the session comes from is not known before it is up'
  const version = address.length === 4 ? 'IPv4' : 'IPv6'
  return address.length === length ? `${formatIpAddress(address)} is link-local` : `the session comes from an ${version} address`
}

/** fe80::/10: nobody but the neighbour itself could reach it, and it is no global next hop (RFC 2545 §3). */
function isLinkLocal(address: Uint8Array): boolean {
  return address.length === 16 && address[0] === 0xfe && (address[1] & 0xc0) === 0x80
}
