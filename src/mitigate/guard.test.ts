import { describe, expect, it } from 'vitest'
import { refusals, type FlowSpec, type Route } from '../contract/advertisement.ts'
import { configSchema } from '../contract/config.ts'
import type { DriverName, OwnedPrefix, OwnedPrefixFields, Purpose } from '../contract/owned-prefix.ts'
import { AdvertisementRefused, type AnnounceRequest } from './advertising.ts'
import { canonicalRoute } from './canonical-route.ts'
import { judge, standing, type GuardFacts, type GuardVerdict, type HeldRoute, type RouteFacts } from './guard.ts'
import { nlriKey } from './route-key.ts'
import {
  configuredDrivers,
  foreignPrefixes,
  hostileRequests,
  registeredPrefixes,
  type HostileRequest,
  type Situation,
} from './testing/hostile-requests.ts'

const now = Date.parse('2026-11-22T05:00:00Z')
const usualLimits = configSchema.parse({}).advertise
const hour = 3_600_000

const registered = (account: number) => (fields: OwnedPrefixFields, index: number) => ({
  ...fields,
  id: `${account}${index}`.padStart(32, '0'),
  account,
  created_at: '2026-11-22T00:00:00Z',
  modified_at: '2026-11-22T00:00:00Z',
})
const ownedPrefixes: readonly OwnedPrefix[] = [...registeredPrefixes.map(registered(1)), ...foreignPrefixes.map(registered(2))]
const facts: GuardFacts & RouteFacts = {
  ownedPrefixes,
  drivers: configuredDrivers,
  stopped: false,
  now,
  limits: usualLimits,
  announcements: 0,
  flowspecRules: 0,
  there: null,
  recent: 0,
}

type Body = Readonly<Record<string, unknown>>

function request(body: Body, kind: 'rule' | 'person' = 'person'): AnnounceRequest {
  const { prefix, purpose = 'divert', flowspec = null, driver = null, until, minutes } = body
  const end = typeof minutes === 'number' ? now + minutes * 60_000 : null
  return {
    account: 1,
    // What a hostile client sends is of any type; the guard has to see that by itself.
    ...({ prefix, purpose, flowspec, driver } as {
      prefix: string
      purpose: Purpose
      flowspec: FlowSpec | null
      driver: DriverName | null
    }),
    cause: {
      kind,
      who: 'ops@example.net',
      why: 'test',
      rule_id: null,
      incident_id: null,
      until: typeof until === 'string' ? Date.parse(until) : end,
      hold_seconds: null,
      signal: null,
    },
    dryRun: false,
    approval: false,
  }
}

/** The facts of a situation, each of whose announcements the guard itself has let through. */
function factsOf(situation: Situation, body: Body): GuardFacts & RouteFacts {
  const { limits, announced = [], flaps = 0, stopped = false } = situation
  const routes: Route[] = announced.map((other) => judge(request(other), facts).route)
  const isFlowSpec = (route: Route) => route.purpose === 'flowspec'
  const route = announced.length === 0 ? undefined : canonicalRoute(request(body))
  return {
    ...facts,
    limits: { ...usualLimits, ...limits },
    stopped,
    recent: flaps,
    announcements: routes.filter((other) => !isFlowSpec(other)).length,
    flowspecRules: routes.filter(isFlowSpec).length,
    there: routes.find((other) => route !== undefined && nlriKey(other) === nlriKey(route)) ?? null,
  }
}

function refusalOf(act: () => unknown): AdvertisementRefused {
  try {
    act()
  } catch (error) {
    if (error instanceof AdvertisementRefused) return error
    throw error
  }
  throw new Error('it was not refused')
}

const judgeHostile = ({ body, situation = {}, ruleOnly }: HostileRequest, kind: 'rule' | 'person') =>
  judge(request(body, ruleOnly ? 'rule' : kind), factsOf(situation, body))

describe('what is refused', () => {
  it('is a table without two rows of the same name', () => {
    const names = hostileRequests.map(({ name }) => name)
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  })

  it('has every reason there is', () => {
    const seen = new Set(hostileRequests.map(({ refusal }) => refusal))
    expect(Object.keys(refusals).filter((refusal) => ![...seen].includes(refusal as never))).toEqual([])
  })

  it.each(hostileRequests.map((row) => [row.name, row] as const))('%s', (_name, row) => {
    const refused = refusalOf(() => judgeHostile(row, 'person'))
    expect([refused.refusal, refused.message]).toEqual([row.refusal, expect.stringMatching(/^.{20,400}$/)])
    // The sentence of the table alone would not say which prefix or limit it is.
    expect(refused.message).not.toBe(refusals[row.refusal])
    expect(refusalOf(() => judgeHostile(row, 'rule')).refusal).toBe(row.refusal)
  })

  it.each(hostileRequests.filter(({ ruleOnly }) => ruleOnly).map((row) => [row.name, row] as const))(
    'of rules, not of people: %s',
    (_name, row) => {
      expect(judge(request(row.body), factsOf(row.situation ?? {}, row.body)).route.prefix).toBe(row.body['prefix'])
    },
  )

  it('says what to do', () => {
    const sentence = (body: Body) => refusalOf(() => judge(request(body), facts)).message
    expect(sentence({ prefix: '203.0.113.7' })).toContain('write 203.0.113.7/32')
    expect(sentence({ prefix: '203.0.113.7/24' })).toContain('write 203.0.113.0/24')
    expect(sentence({ prefix: '::ffff:203.0.113.0/120' })).toContain('203.0.113.0/24 instead')
    expect(sentence({ prefix: '8.8.8.0/24' })).toContain('drawbridge prefix add')
    expect(sentence({ prefix: '192.0.2.0/24' })).toContain('(moved to another site); drawbridge prefix unlock 192.0.2.0/24')
    expect(sentence({ prefix: '203.0.113.0/25' })).toContain('203.0.113.0/24 is diverted down to /24')
  })
})

const destination = '198.18.5.0/24'
const https = { destination, protocol: [6], destination_port: [[443, 443]] }
const flowspec = (match: Body, action: Body = { kind: 'discard' }): Body => ({
  prefix: match['destination'],
  purpose: 'flowspec',
  flowspec: { match, action },
})
const verdict = (body: Body): GuardVerdict => judge(request(body), facts)

describe('what is allowed', () => {
  it.each<[string, Body, string, readonly DriverName[]]>([
    ['the registered prefix', { prefix: '203.0.113.0/24' }, '203.0.113.0/24', ['bgp']],
    ['a piece of it as long as allowed', { prefix: '198.18.5.0/24' }, '198.18.5.0/24', ['bgp', 'webhook']],
    ['with one driver of several', { prefix: '198.18.5.0/24', driver: 'webhook' }, '198.18.5.0/24', ['webhook']],
    ['a host as a blackhole', { prefix: '203.0.113.7/32', purpose: 'blackhole' }, '203.0.113.7/32', ['bgp']],
    ['a network as a blackhole where that is allowed', { prefix: '198.18.64.16/28', purpose: 'blackhole' }, '198.18.64.16/28', ['bgp']],
    ['IPv6 in any spelling', { prefix: '2001:0DB8:0:0:00::/48' }, '2001:db8::/48', ['bgp']],
    ['an IPv6 host as a blackhole', { prefix: '2001:db8::1/128', purpose: 'blackhole' }, '2001:db8::1/128', ['bgp']],
    ['FlowSpec', flowspec(https), destination, ['bgp', 'webhook']],
    ['FlowSpec that drops a host', flowspec({ destination: '198.18.5.7/32' }), '198.18.5.7/32', ['bgp', 'webhook']],
    ['FlowSpec that drops a little of a network', flowspec({ destination, fragment: ['is'] }), destination, ['bgp', 'webhook']],
    ['a rate for a network', flowspec({ destination }, { kind: 'rate', bytes_per_second: 1e6 }), destination, ['bgp', 'webhook']],
    [
      'redirection of a network',
      flowspec({ destination }, { kind: 'redirect', route_target: '4200000000:7' }),
      destination,
      ['bgp', 'webhook'],
    ],
  ])('%s', (_name, body, prefix, drivers) => {
    const { route, drivers: told, until } = verdict(body)
    expect([route.prefix, told, until]).toEqual([prefix, drivers, now + 24 * hour])
  })

  it('takes the longest of several registered prefixes', () => {
    expect(verdict({ prefix: '198.18.64.0/20' }).owned.cidr).toBe('198.18.64.0/20')
    expect(verdict({ prefix: '198.18.32.0/20' }).owned.cidr).toBe('198.18.0.0/16')
  })

  it('takes no place twice', () => {
    const route = verdict({ prefix: '203.0.113.0/24' }).route
    const full = { ...facts, limits: { ...usualLimits, max_announcements: 1 }, announcements: 1, recent: 99 }
    expect(refusalOf(() => judge(request({ prefix: '203.0.113.0/24' }, 'rule'), full)).refusal).toBe('cap')
    expect(judge(request({ prefix: '203.0.113.0/24' }, 'rule'), { ...full, there: route }).route).toEqual(route)
  })

  it('counts FlowSpec rules apart', () => {
    const full = { ...facts, limits: { ...usualLimits, max_announcements: 1 }, announcements: 1 }
    expect(judge(request(flowspec(https)), full).route.purpose).toBe('flowspec')
    const many = { ...facts, limits: { ...usualLimits, max_flowspec_rules: 1 }, flowspecRules: 1 }
    expect(judge(request({ prefix: '203.0.113.0/24' }), many).route.purpose).toBe('divert')
  })

  it('lasts as long as asked for, up to the limit', () => {
    expect(verdict({ prefix: '203.0.113.0/24', minutes: 90 }).until).toBe(now + 1.5 * hour)
    expect(verdict({ prefix: '203.0.113.0/24', minutes: 24 * 60 }).until).toBe(now + 24 * hour)
  })

  it('asks a person where the registered prefix or the request says so', () => {
    const approvedOnly = ownedPrefixes.map((owned) => ({ ...owned, approval: true }))
    const ask = (kind: 'rule' | 'person', approval: boolean, owned: readonly OwnedPrefix[]) =>
      judge({ ...request({ prefix: '203.0.113.0/24' }, kind), approval }, { ...facts, ownedPrefixes: owned }).approval
    expect(ask('rule', false, ownedPrefixes)).toBe(false)
    expect(ask('rule', false, approvedOnly)).toBe(true)
    expect(ask('person', false, approvedOnly)).toBe(false)
    expect(ask('person', true, ownedPrefixes)).toBe(true)
  })

  it('lets a dry run go before the configuration', () => {
    const asked = request({ prefix: '203.0.113.0/24' })
    expect(refusalOf(() => judge(asked, { ...facts, drivers: [] })).refusal).toBe('driver')
    expect(judge({ ...asked, dryRun: true }, { ...facts, drivers: [] }).drivers).toEqual(judge(asked, facts).drivers)
  })

  it('warns of space that is not public, and of drivers that are not told', () => {
    const { warnings } = judge(request({ prefix: '198.18.5.0/24' }), { ...facts, drivers: ['bgp'] })
    expect(warnings).toEqual([expect.stringContaining('benchmarking'), expect.stringContaining('webhook, which is not configured')])
    const public24 = registered(1)({ ...registeredPrefixes[2], cidr: '8.8.8.0/24', divert_max_length: 24 }, 99)
    expect(judge(request({ prefix: '8.8.8.0/24' }), { ...facts, ownedPrefixes: [public24] }).warnings).toEqual([])
  })
})

describe('before a driver is told', () => {
  const held: HeldRoute = {
    account: 1,
    route: { purpose: 'divert', prefix: '203.0.113.0/24', flowspec: null },
    driver: 'bgp',
    until: now + 1,
    announced: false,
  }
  /** The facts after its registered prefix was edited. */
  const changed = (fields: Partial<OwnedPrefix>) => ({
    ...facts,
    ownedPrefixes: ownedPrefixes.flatMap((owned) => (owned.cidr === '203.0.113.0/24' ? [{ ...owned, ...fields }] : [owned])),
  })

  it('lets pass what still stands', () => expect(standing(held, facts).cidr).toBe('203.0.113.0/24'))

  it.each<[string, Partial<HeldRoute>, GuardFacts, string]>([
    ['the prefix is not registered any more', {}, { ...facts, ownedPrefixes: [] }, 'not_owned'],
    ['it is registered for another account', {}, changed({ account: 2 }), 'not_owned'],
    ['a longer one is registered instead', {}, changed({ cidr: '203.0.113.0/25' }), 'shorter'],
    ['it has lost its driver', {}, changed({ drivers: ['webhook'] }), 'driver'],
    ['its driver is not configured any more', {}, { ...facts, drivers: ['webhook'] }, 'driver'],
    ['it is not diverted that far any more', { route: { ...held.route, prefix: '198.18.64.0/24' } }, facts, 'too_long'],
    ['its time is over', { until: now }, facts, 'lifetime'],
    ['the state was tampered with', { route: { ...held.route, prefix: '0.0.0.0/0' } }, facts, 'default_route'],
    ['and its FlowSpec rule', { route: { purpose: 'flowspec', prefix: destination, flowspec: null } }, facts, 'flowspec'],
  ])('refuses when %s, announced or not', (_name, change, now_, refusal) => {
    expect(refusalOf(() => standing({ ...held, ...change }, now_)).refusal).toBe(refusal)
    expect(refusalOf(() => standing({ ...held, ...change, announced: true }, now_)).refusal).toBe(refusal)
  })

  it.each<[string, GuardFacts, string]>([
    ['is locked', changed({ locked: true }), 'locked'],
    ['has a stop', { ...facts, stopped: true }, 'stopped'],
  ])('refuses what %s only while it is not announced', (_name, now_, refusal) => {
    expect(refusalOf(() => standing(held, now_)).refusal).toBe(refusal)
    expect(standing({ ...held, announced: true }, now_).cidr).toBe('203.0.113.0/24')
  })
})
