// The guard: what may be announced. Pure, and asked on every request and again directly before a driver is told.
import { containsPrefix, overlapsPrefix, parseIpPrefix, type IpPrefix } from '../base/ip-prefix.ts'
import type { Route } from '../contract/advertisement.ts'
import type { Config } from '../contract/config.ts'
import { driverPurposes, type DriverName, type OwnedPrefix } from '../contract/owned-prefix.ts'
import { AdvertisementRefused, type AnnounceRequest } from './advertising.ts'
import { specialSpace } from './bogons.ts'
import { announceablePrefix, canonicalRoute } from './canonical-route.ts'
import { discardsAll } from './flowspec-rule.ts'
import { routeKey } from './route-key.ts'

/** What holds for whatever is announced. */
export interface GuardFacts {
  /** Of all accounts; a request matches those of its own only. */
  readonly ownedPrefixes: readonly OwnedPrefix[]
  /** Those that are configured. */
  readonly drivers: readonly DriverName[]
  readonly stopped: boolean
  /** Milliseconds since 1970. */
  readonly now: number
}

/** What is there already: all that is not withdrawn, dry runs among themselves. */
export interface RouteFacts {
  readonly limits: Pick<Config['advertise'], 'max_announcements' | 'max_flowspec_rules' | 'max_lifetime_hours' | 'max_changes_per_hour'>
  /** Routes, however many drivers each of them has. */
  readonly announcements: number
  readonly flowspecRules: number
  /** The one with the `nlriKey` of what is asked for. */
  readonly there: Route | null
  /** How often the route was announced within the last hour. */
  readonly recent: number
}

export interface GuardVerdict {
  /** Canonical. */
  readonly route: Route
  /** The longest registered prefix that covers it. */
  readonly owned: OwnedPrefix
  /** At least one, in the order of the registered prefix. */
  readonly drivers: readonly DriverName[]
  /** Whether a person has to approve it. */
  readonly approval: boolean
  /** Milliseconds since 1970. */
  readonly until: number
  /** What does not forbid it but should be known. */
  readonly warnings: readonly string[]
}

/** What was accepted before and is about to be given to a driver. */
export interface HeldRoute {
  readonly account: number
  readonly route: Route
  readonly driver: DriverName
  /** Milliseconds since 1970. */
  readonly until: number
  /** Whether the driver has announced it already: a lock and the stop leave it where it is. */
  readonly announced: boolean
}

/**
 * Judges a request.
 * @throws AdvertisementRefused
 */
export function judge(request: AnnounceRequest, facts: GuardFacts & RouteFacts): GuardVerdict {
  const route = canonicalRoute(request)
  const space = ownedSpace(route, request.account, facts)
  const { owned } = space
  checkAllowance(route, owned)
  // Nothing is sent of a dry run: it may go before the configuration.
  const configured = request.dryRun ? owned.drivers : facts.drivers
  const drivers = driversFor(route, request.driver, { owned, configured })
  if (request.cause.kind === 'rule' && !owned.automatic) {
    throw new AdvertisementRefused('automatic', `${owned.cidr}; announce ${route.prefix} by hand, or allow it for the registered prefix`)
  }
  checkLocks(space)
  checkStop(facts)
  checkPlace(route, request, facts)
  return {
    route,
    owned,
    drivers,
    approval: request.approval || (request.cause.kind === 'rule' && owned.approval),
    until: lifetimeEnd(request.cause.until, facts),
    warnings: warningsOf(route, owned, facts.drivers),
  }
}

/**
 * Whether something that was accepted may still be there.
 * @returns the registered prefix that covers it now
 * @throws AdvertisementRefused
 */
export function standing(held: HeldRoute, facts: GuardFacts): OwnedPrefix {
  const route = canonicalRoute(held.route)
  const space = ownedSpace(route, held.account, facts)
  checkAllowance(route, space.owned)
  driversFor(route, held.driver, { owned: space.owned, configured: facts.drivers })
  if (held.until <= facts.now) throw new AdvertisementRefused('lifetime', `it was to end at ${timeText(held.until)}`)
  if (held.announced) return space.owned
  checkLocks(space)
  checkStop(facts)
  return space.owned
}

interface OwnedSpace {
  readonly owned: OwnedPrefix
  /** The account's registered prefixes around it and inside it. */
  readonly overlapping: readonly OwnedPrefix[]
}

function ownedSpace(route: Route, account: number, { ownedPrefixes }: GuardFacts): OwnedSpace {
  const asked = announceablePrefix(route.prefix)
  const overlapping = ownedPrefixes
    .filter((owned) => owned.account === account)
    .flatMap((owned) => ({ owned, prefix: parseIpPrefix(owned.cidr)?.prefix }))
    .filter((row): row is { owned: OwnedPrefix; prefix: IpPrefix } => row.prefix !== undefined && overlapsPrefix(row.prefix, asked))
    .toSorted((one, other) => other.prefix.length - one.prefix.length)
  const covering = overlapping.find(({ prefix }) => containsPrefix(prefix, asked))
  const [inside] = overlapping
  if (covering !== undefined) return { owned: covering.owned, overlapping: overlapping.map(({ owned }) => owned) }
  if (inside !== undefined) throw new AdvertisementRefused('shorter', `${route.prefix} reaches beyond ${inside.owned.cidr}`)
  throw new AdvertisementRefused('not_owned', `${route.prefix}; register the prefix first if it is yours: drawbridge prefix add`)
}

/** What the owner allows for the purpose. */
function checkAllowance(route: Route, owned: OwnedPrefix): void {
  const length = Number(route.prefix.split('/')[1])
  const { divert_max_length: longest, blackhole_min_length: shortest, flowspec } = owned
  const drops = route.purpose === 'blackhole' || (route.flowspec !== null && discardsAll(route.flowspec))
  if (route.purpose === 'divert' && length > longest) {
    throw new AdvertisementRefused('too_long', `${route.prefix}, while ${owned.cidr} is diverted down to /${longest}`)
  }
  if (route.purpose === 'flowspec' && !flowspec) throw new AdvertisementRefused('purpose', `${owned.cidr} has no FlowSpec`)
  if (!drops) return
  if (shortest === null) throw new AdvertisementRefused('purpose', `${owned.cidr} has no blackholing`)
  if (length < shortest) {
    throw new AdvertisementRefused('too_short', `${route.prefix}, while in ${owned.cidr} all traffic is dropped from /${shortest} on only`)
  }
}

/** Whom it would go to. @param asked null for all that can do it */
function driversFor(
  route: Route,
  asked: DriverName | null,
  { owned, configured }: { readonly owned: OwnedPrefix; readonly configured: readonly DriverName[] },
): readonly DriverName[] {
  const able = owned.drivers.filter((name) => driverPurposes[name].includes(route.purpose))
  const drivers = able.filter((name) => configured.includes(name) && (asked === null || name === asked))
  if (drivers.length > 0) return drivers
  const wanted = asked === null ? `${owned.cidr} has ${owned.drivers.join(', ')}` : `${asked} for ${owned.cidr}`
  const reason = able.some((name) => asked === null || name === asked)
    ? 'configure it in the section advertise'
    : `needed is ${route.purpose}`
  throw new AdvertisementRefused('driver', `${wanted}; ${reason}`)
}

/** A lock holds for all that has addresses in common with what is locked. */
function checkLocks({ overlapping }: OwnedSpace): void {
  const locked = overlapping.find((owned) => owned.locked)
  if (locked === undefined) return
  const reason = locked.lock_reason === '' ? '' : ` (${locked.lock_reason})`
  throw new AdvertisementRefused('locked', `${locked.cidr}${reason}; drawbridge prefix unlock ${locked.cidr}`)
}

function checkStop({ stopped }: GuardFacts): void {
  if (stopped) throw new AdvertisementRefused('stopped', 'nothing new is announced until: drawbridge advertisements resume')
}

/** Whether there is room for it. What is there already takes no more. */
function checkPlace(route: Route, request: AnnounceRequest, facts: RouteFacts): void {
  const { limits, there } = facts
  if (there !== null) {
    if (routeKey(there) === routeKey(route)) return
    const what = route.purpose === 'flowspec' ? 'a FlowSpec rule that matches the same' : `${there.prefix} for ${there.purpose}`
    throw new AdvertisementRefused('conflict', `${what}; withdraw it first`)
  }
  if (route.purpose === 'flowspec' && facts.flowspecRules >= limits.max_flowspec_rules) {
    throw new AdvertisementRefused('flowspec_cap', `${limits.max_flowspec_rules}; withdraw one, or raise advertise.max_flowspec_rules`)
  }
  if (route.purpose !== 'flowspec' && facts.announcements >= limits.max_announcements) {
    throw new AdvertisementRefused('cap', `${limits.max_announcements}; withdraw one, or raise advertise.max_announcements`)
  }
  if (request.cause.kind === 'rule' && facts.recent >= limits.max_changes_per_hour) {
    throw new AdvertisementRefused('damped', `${route.prefix} ${facts.recent} times; announce it by hand if it has to be there`)
  }
}

function lifetimeEnd(until: number | null, { limits, now }: GuardFacts & RouteFacts): number {
  const latest = now + limits.max_lifetime_hours * 3_600_000
  if (until === null) return latest
  if (!Number.isFinite(until)) throw new AdvertisementRefused('lifetime', 'its end is no time')
  if (until <= now) throw new AdvertisementRefused('lifetime', `its end, ${timeText(until)}, is over`)
  if (until <= latest) return until
  throw new AdvertisementRefused(
    'lifetime',
    `${limits.max_lifetime_hours} h, advertise.max_lifetime_hours; until ${timeText(latest)} at the latest`,
  )
}

function warningsOf(route: Route, owned: OwnedPrefix, configured: readonly DriverName[]): readonly string[] {
  const space = specialSpace(announceablePrefix(route.prefix))
  const missing = owned.drivers.filter((name) => driverPurposes[name].includes(route.purpose) && !configured.includes(name))
  return [
    ...(space === undefined ? [] : [`${route.prefix} is in ${space.cidr}, ${space.name}: it has a use inside your own network only`]),
    ...missing.map((name) => `${owned.cidr} names ${name}, which is not configured: it is not told`),
  ]
}

/** Of a time that may be out of the range of dates. */
function timeText(milliseconds: number): string {
  return Math.abs(milliseconds) <= 8.64e15 ? new Date(milliseconds).toISOString() : String(milliseconds)
}
