// The state around the guard in the simplest form that can be, and what must hold in it, computed by other means than the
// guard's: for tests that throw any sequence of events at it.
import { formatIpPrefix, ipPrefix, parseIpPrefix } from '../../base/ip-prefix.ts'
import type { Config } from '../../contract/config.ts'
import { driverPurposes, type DriverName, type OwnedPrefix, type OwnedPrefixFields } from '../../contract/owned-prefix.ts'
import { AdvertisementRefused, type AnnounceRequest } from '../advertising.ts'
import { canonicalRoute } from '../canonical-route.ts'
import { judge, standing, type GuardFacts, type GuardVerdict, type RouteFacts } from '../guard.ts'
import { judgeOwned, OwnedPrefixInvalid } from '../owned-prefix-guard.ts'
import { nlriKey, routeKey } from '../route-key.ts'

/** Puts the prefix of a request at a registered one. */
export interface Aim {
  /** Which one. */
  readonly at: number
  /** Bits longer, or shorter where negative. */
  readonly more: number
  /** Which piece of it, where it is longer. */
  readonly piece: number
}

export type WorldStep =
  | { readonly do: 'register'; readonly account: number; readonly fields: OwnedPrefixFields }
  /** `until` counts from now. */
  | { readonly do: 'announce'; readonly request: AnnounceRequest; readonly aim: Aim | null }
  | { readonly do: 'lock' | 'remove' | 'withdraw'; readonly at: number }
  | { readonly do: 'stop'; readonly stopped: boolean }
  | { readonly do: 'wait'; readonly ms: number }

interface Live {
  readonly account: number
  readonly verdict: GuardVerdict
}

export class GuardWorld {
  /** Announcements that the guard let through, and looks before a driver call that it let pass. */
  accepted = 0
  passed = 0
  /** What was let through and should not have been: sentences. */
  readonly wrong: string[] = []
  readonly #limits: Config['advertise']
  readonly #configured: readonly DriverName[] = ['bgp', 'cloudflare']
  #owned: OwnedPrefix[] = []
  #live: Live[] = []
  #announced: string[] = []
  #stopped = false
  #now = Date.parse('2026-11-22T00:00:00Z')

  constructor(limits: Config['advertise']) {
    this.#limits = limits
  }

  take(step: WorldStep): void {
    if (step.do === 'register') this.#register(step.account, step.fields)
    else if (step.do === 'announce') this.#announce(aimed(step.request, step.aim, this.#owned))
    else if (step.do === 'stop') this.#stopped = step.stopped
    else if (step.do === 'wait') this.#now += step.ms
    else if (step.do === 'withdraw') this.#live.splice(step.at, 1)
    else if (step.do === 'remove') this.#owned.splice(step.at, 1)
    else this.#owned = this.#owned.toSpliced(step.at, 1, ...this.#owned.slice(step.at, step.at + 1).map(turned))
    for (const { account, verdict } of this.#live) for (const driver of verdict.drivers) this.#look(account, verdict, driver)
  }

  get #facts(): GuardFacts {
    return { ownedPrefixes: this.#owned, drivers: this.#configured, stopped: this.#stopped, now: this.#now }
  }

  #register(account: number, fields: OwnedPrefixFields): void {
    const verdict = unless(OwnedPrefixInvalid, () => judgeOwned(fields, { account, others: this.#owned }))
    if (verdict) this.#owned.push({ ...verdict.fields, id: String(this.#owned.length), account, created_at: '', modified_at: '' })
  }

  #announce(request: AnnounceRequest): void {
    const { cause } = request
    const asked = { ...request, cause: { ...cause, until: cause.until === null ? null : this.#now + cause.until } }
    const facts = unless(AdvertisementRefused, () => this.#routeFacts(request))
    if (facts === undefined) return
    const verdict = unless(AdvertisementRefused, () => judge(asked, { ...this.#facts, ...facts }))
    if (verdict === undefined) return
    this.accepted++
    this.#checkAccepted(verdict, asked)
    if (facts.there !== null) return
    this.#live.push({ account: request.account, verdict })
    this.#announced.push(routeKey(verdict.route))
    const flowspecRules = this.#live.filter(({ verdict: { route } }) => route.purpose === 'flowspec').length
    this.#check(flowspecRules <= this.#limits.max_flowspec_rules, 'too many FlowSpec rules')
    this.#check(this.#live.length - flowspecRules <= this.#limits.max_announcements, 'too many announcements')
  }

  #routeFacts(request: AnnounceRequest): RouteFacts {
    const route = canonicalRoute(request)
    const routes = this.#live.map(({ verdict }) => verdict.route)
    const flowspecRules = routes.filter(({ purpose }) => purpose === 'flowspec').length
    return {
      limits: this.#limits,
      announcements: routes.length - flowspecRules,
      flowspecRules,
      there: routes.find((other) => nlriKey(other) === nlriKey(route)) ?? null,
      recent: this.#announced.filter((key) => key === routeKey(route)).length,
    }
  }

  #checkAccepted(verdict: GuardVerdict, { account, cause, driver, prefix }: AnnounceRequest): void {
    const { route, owned, drivers, until } = verdict
    const span = spanOf(route.prefix)
    const own = this.#owned.filter((other) => other.account === account)
    this.#checkAllowed(verdict, account, drivers)
    this.#check(!this.#stopped, 'announced while stopped')
    this.#check(!own.some(({ cidr, locked }) => locked && overlap(spanOf(cidr), span)), `${route.prefix} is locked`)
    this.#check(until > this.#now && until <= this.#now + this.#limits.max_lifetime_hours * 3_600_000, `${prefix} until ${until}`)
    this.#check(cause.kind === 'person' || owned.automatic, `a rule announces ${route.prefix}`)
    this.#check(
      drivers.every((name) => (driver ?? name) === name),
      `${drivers.join(' ')} instead of ${driver}`,
    )
    const narrower = own.filter(({ cidr }) => spanOf(cidr).length > spanOf(owned.cidr).length)
    this.#check(!narrower.some(({ cidr }) => covers(spanOf(cidr), span)), `${owned.cidr} is not the longest for ${route.prefix}`)
    const times = this.#announced.filter((key) => key === routeKey(route)).length
    const isThere = this.#live.some((live) => routeKey(live.verdict.route) === routeKey(route))
    this.#check(cause.kind === 'person' || isThere || times < this.#limits.max_changes_per_hour, `${route.prefix} flaps`)
    const rivals = this.#live.filter((live) => nlriKey(live.verdict.route) === nlriKey(route))
    this.#check(
      rivals.every((live) => routeKey(live.verdict.route) === routeKey(route)),
      `${route.prefix} is there for something else`,
    )
  }

  /** Inside a registered prefix of the account, not shorter than it, as its owner allows. */
  #checkAllowed({ route }: GuardVerdict, account: number, drivers: readonly DriverName[]): void {
    const span = spanOf(route.prefix)
    const around = this.#owned.filter((owned) => covers(spanOf(owned.cidr), span))
    const allowing = around.filter((owned) => {
      if (owned.account !== account || span.length < spanOf(owned.cidr).length) return false
      if (route.purpose === 'divert') return span.length <= owned.divert_max_length
      const mayDrop = owned.blackhole_min_length !== null && span.length >= owned.blackhole_min_length
      if (route.purpose === 'blackhole') return mayDrop
      const dropsAll = route.flowspec?.action.kind === 'discard' && Object.keys(route.flowspec.match).length === 1
      return owned.flowspec && (mayDrop || !dropsAll)
    })
    this.#check(allowing.length > 0, `${route.purpose} ${route.prefix} is allowed by none of account ${account}`)
    const isForeign = this.#owned.some((owned) => owned.account !== account && overlap(spanOf(owned.cidr), span))
    this.#check(!isForeign, `${route.prefix} is another account's`)
    this.#check(span.length >= (span.family === 4 ? 8 : 16), `${route.prefix} is a piece of the default route`)
    const able = drivers.filter((name) => this.#configured.includes(name) && driverPurposes[name].includes(route.purpose))
    this.#check(able.length > 0 && able.length === drivers.length, `${drivers.join(' ')} cannot ${route.purpose}`)
    this.#check(route.flowspec === null || route.flowspec.match.destination === route.prefix, `${route.prefix} has another destination`)
  }

  /** Whatever has changed since: what a driver may still be told has to be allowed now. */
  #look(account: number, verdict: GuardVerdict, driver: DriverName): void {
    const { route, until } = verdict
    for (const announced of [false, true]) {
      if (!unless(AdvertisementRefused, () => standing({ account, route, driver, until, announced }, this.#facts))) continue
      this.passed++
      this.#checkAllowed(verdict, account, [driver])
      this.#check(until > this.#now, `${route.prefix} is over`)
      this.#check(announced || !this.#stopped, `${route.prefix} would begin while stopped`)
      const locked = this.#owned.some(({ cidr, locked: is }) => is && overlap(spanOf(cidr), spanOf(route.prefix)))
      this.#check(announced || !locked, `${route.prefix} would begin while locked`)
    }
  }

  #check(holds: boolean, sentence: string): void {
    if (!holds) this.wrong.push(sentence)
  }
}

const turned = (owned: OwnedPrefix): OwnedPrefix => ({ ...owned, locked: !owned.locked })

/** The result, or undefined where it is refused; every other error goes on. */
function unless<T>(refusal: new (...given: never[]) => Error, act: () => T): T | undefined {
  try {
    return act()
  } catch (error) {
    if (error instanceof refusal) return undefined
    throw error
  }
}

/** The request at a registered prefix, where it has one to aim at. */
function aimed(request: AnnounceRequest, aim: Aim | null, owned: readonly OwnedPrefix[]): AnnounceRequest {
  const target = aim === null ? undefined : owned[aim.at % Math.max(1, owned.length)]
  const around = target && parseIpPrefix(target.cidr)?.prefix
  if (aim === null || target === undefined || around === undefined) return request
  const bits = around.bytes.length * 8
  const length = Math.min(bits, Math.max(0, around.length + aim.more))
  const bytes = around.bytes.slice()
  for (let bit = around.length; bit < length; bit++) bytes[bit >> 3] |= ((aim.piece >> (bit & 15)) & 1) << (7 - (bit & 7))
  const prefix = formatIpPrefix(ipPrefix(bytes, length))
  const { flowspec } = request
  const moved = flowspec && { ...flowspec, match: { ...flowspec.match, destination: prefix } }
  return { ...request, account: target.account, prefix, flowspec: moved }
}

/** Addresses of a prefix as numbers, read from its text by other means than the guard's. */
interface Span {
  readonly family: 4 | 6
  readonly length: number
  readonly first: bigint
  readonly last: bigint
}

function spanOf(text: string): Span {
  const [address = '', length = ''] = text.split('/')
  const family = address.includes(':') ? 6 : 4
  const [head = '', tail = ''] = address.split('::')
  const words = (part: string) => (part === '' ? [] : part.split(':'))
  const groups = [...words(head), ...Array<string>(Math.max(0, 8 - words(head).length - words(tail).length)).fill('0'), ...words(tail)]
  const [parts, radix, bits] = family === 4 ? ([address.split('.'), 10, 8n] as const) : ([groups, 16, 16n] as const)
  const first = parts.reduce((sum, part) => (sum << bits) | BigInt(Number.parseInt(part, radix)), 0n)
  // Not rounded down: host bits in what was accepted would show as addresses outside.
  return { family, length: Number(length), first, last: first + (1n << BigInt((family === 4 ? 32 : 128) - Number(length))) - 1n }
}

const covers = (outer: Span, inner: Span) => outer.family === inner.family && outer.first <= inner.first && inner.last <= outer.last
const overlap = (one: Span, other: Span) => one.family === other.family && one.first <= other.last && other.first <= one.last
