// An announcement in words: when it is withdrawn, what it filters, what needs somebody first, and the verdict over all.
import { describe, expect, it } from 'vitest'
import type { Advertisement, AdvertisementCause, AdvertisingStatus, DriverStatus, NeighborStatus } from '../../contract/advertisement.ts'
import {
  announcedSeconds,
  byUrgency,
  canWithdraw,
  endOf,
  endText,
  ruleText,
  sinceText,
  stateLabel,
  stateTone,
  whoText,
} from './advertisement-view.ts'
import { readAnnounceSearch, readHistorySearch } from './advertising-search.ts'
import { advertisingFindings } from './advertising-verdict.ts'

const now = Date.parse('2026-11-22T10:00:00.000Z')
const at = (minutes: number) => new Date(now + minutes * 60_000).toISOString()

const person = (change: Partial<AdvertisementCause> = {}): AdvertisementCause => ({
  id: 'c'.repeat(32),
  kind: 'person',
  who: 'noc@example.net',
  why: 'flood',
  rule_id: null,
  incident_id: null,
  since: at(-10),
  until: at(60),
  calm_since: null,
  hold_seconds: null,
  signal: null,
  released_at: null,
  released_why: null,
  ...change,
})
const rule = (change: Partial<AdvertisementCause> = {}) =>
  person({ kind: 'rule', who: 'edge', until: at(1440), hold_seconds: 900, signal: 'probe', ...change })

const advertisement = (change: Partial<Advertisement> = {}): Advertisement => ({
  id: 'a'.repeat(32),
  route: { purpose: 'divert', prefix: '203.0.113.0/24', flowspec: null },
  driver: 'bgp',
  owned_prefix_id: 'b'.repeat(32),
  state: 'announced',
  dry_run: false,
  created_at: at(-10),
  state_since: at(-10),
  announced_at: at(-10),
  already: false,
  until: at(60),
  retry_at: null,
  detail: '',
  causes: [person()],
  ...change,
})
const until = (causes: readonly AdvertisementCause[]) => endText(advertisement({ causes }), now).main

describe('the end of an announcement', () => {
  it('is the latest of what holds it', () => {
    expect(endOf({ causes: [person({ until: at(5) }), person({ until: at(30) })] })).toEqual({ at: now + 1_800_000, kind: 'time' })
    expect(endOf({ causes: [person({ released_at: at(-1) })] })).toBeUndefined()
    expect(until([person({ until: at(5) }), rule()])).toBe('when it is calm again')
  })

  it('of a rule depends on the calm', () => {
    expect(until([rule()])).toBe('when it is calm again')
    expect(until([rule({ calm_since: at(-5) })])).toBe('in 10 min, if it stays calm')
    // Its longest time is over before the hold time is.
    expect(until([rule({ calm_since: at(-5), until: at(3) })])).toBe('in 3 min')
    expect(until([rule({ hold_seconds: null })])).toBe('when somebody withdraws it')
  })

  it('of a person is the time that was given', () => {
    expect(until([person()])).toBe('in 60 min')
    expect(until([person({ until: at(-1) })])).toBe('any moment')
    expect(until([])).toBe('any moment')
    expect(endText(advertisement({ state: 'withdrawn' }), now).main).toContain('ended')
  })
})

describe('an announcement', () => {
  it('tells since when, and when it is tried again', () => {
    expect(sinceText(advertisement(), now)).toBe('since 10 min')
    expect(sinceText(advertisement({ retry_at: at(5) }), now)).toBe('since 10 min, tried again in 5 min')
    expect(sinceText(advertisement({ retry_at: at(-1) }), now)).toBe('since 10 min, tried again now')
  })

  it('that is only recorded never looks announced', () => {
    expect([stateTone(advertisement()), stateLabel(advertisement())]).toEqual(['success', 'Announced'])
    const dry = advertisement({ dry_run: true })
    expect([stateTone(dry), stateLabel(dry)]).toEqual(['neutral', 'Recorded only'])
  })

  it('stands before others where somebody is needed', () => {
    const states = ['announced', 'withdrawing', 'pending', 'delayed', 'failed', 'locked', 'announcing'] as const
    const sorted = states.map((state) => advertisement({ state })).toSorted(byUrgency)
    expect(sorted.map(({ state }) => state)).toEqual(['pending', 'failed', 'locked', 'delayed', 'announcing', 'withdrawing', 'announced'])
    const newer = advertisement({ created_at: at(-1) })
    expect([advertisement(), newer].toSorted(byUrgency)[0]).toBe(newer)
  })

  it('can be withdrawn while it is on its way in or there', () => {
    const able = (['pending', 'announcing', 'announced', 'withdrawing', 'withdrawn', 'delayed', 'locked', 'failed'] as const).filter(
      (state) => canWithdraw({ state }),
    )
    expect(able).toEqual(['announcing', 'announced', 'delayed', 'locked', 'failed'])
  })

  it('names who asked for it, and how long it was there', () => {
    expect(whoText({ causes: [person(), rule(), person()] })).toBe('noc@example.net and 1 more')
    expect(whoText({ causes: [person()] })).toBe('noc@example.net')
    expect(announcedSeconds(advertisement(), now)).toBe(600)
    expect(announcedSeconds(advertisement({ state: 'withdrawn', state_since: at(-4) }), now)).toBe(360)
    expect(announcedSeconds(advertisement({ announced_at: null }), now)).toBeUndefined()
    expect(announcedSeconds(advertisement({ dry_run: true }), now)).toBeUndefined()
  })

  it('says what a FlowSpec rule does with what', () => {
    const words = (flowspec: Advertisement['route']['flowspec']) => ruleText({ purpose: 'flowspec', prefix: '203.0.113.7/32', flowspec })
    const destination = '203.0.113.7/32'
    expect(words(null)).toBe('')
    expect(words({ match: { destination }, action: { kind: 'discard' } })).toBe('all traffic: discard')
    expect(
      words({
        match: { destination, protocol: [17, 99], source: '198.51.100.0/24', source_port: [[53, 53]], packet_length: [[512, 1500]] },
        action: { kind: 'rate', bytes_per_second: 12_500_000 },
      }),
    ).toBe('UDP, 99, from 198.51.100.0/24, source port 53, 512-1500 bytes: limit to 100 Mb/s')
    const flags = (set: number, unset: number) => words({ match: { destination, tcp_flags: { set, unset } }, action: { kind: 'discard' } })
    expect(flags(2, 16)).toBe('TCP flags SYN without ACK: discard')
    expect(flags(0, 17)).toBe('TCP without FIN+ACK: discard')
    expect(
      words({
        match: { destination, icmp_type: [8], icmp_code: [0], dscp: [10], destination_port: [[80, 80]], fragment: ['is'] },
        action: { kind: 'redirect', route_target: '65000:1' },
      }),
    ).toBe('port 80, ICMP type 8, ICMP code 0, DSCP 10, fragments: redirect to 65000:1')
  })
})

describe('the verdict', () => {
  const neighbor = (change: Partial<NeighborStatus> = {}): NeighborStatus => ({
    name: 'edge-1',
    address: '192.0.2.1',
    remote_as: 64_500,
    state: 'Established',
    since: at(-60),
    families: ['ipv4'],
    hold_seconds: 90,
    graceful_restart_seconds: null,
    routes_sent: 1,
    sessions: 1,
    last_error: '',
    ...change,
  })
  const driver = (change: Partial<DriverStatus> = {}): DriverStatus => ({
    driver: 'bgp',
    configured: true,
    ready: true,
    detail: '',
    neighbors: [],
    ...change,
  })
  const status = (...drivers: readonly DriverStatus[]): AdvertisingStatus => ({
    stopped: false,
    stop: null,
    announcements: 0,
    max_announcements: 50,
    flowspec_rules: 0,
    max_flowspec_rules: 20,
    max_lifetime_hours: 24,
    drivers,
  })
  const found = (drivers: readonly DriverStatus[], advertisements: readonly Advertisement[] = []) =>
    advertisingFindings(status(...drivers), advertisements).map(({ kind, severity }) => `${severity} ${kind}`)

  it('is nothing when all is well, and that nobody is there when nobody is', () => {
    expect(found([driver({ neighbors: [neighbor()] })])).toEqual([])
    expect(found([driver({ configured: false, ready: false })])).toEqual(['warning nobody'])
  })

  it('tells what is down, as an error only where it is needed and nothing is left', () => {
    const down = neighbor({ state: 'Idle' })
    expect(found([driver({ neighbors: [neighbor(), down] })], [advertisement()])).toEqual(['warning neighbor'])
    expect(found([driver({ ready: false, neighbors: [down] })], [advertisement()])).toEqual(['error neighbor'])
    expect(found([driver({ ready: false, neighbors: [down] })], [advertisement({ dry_run: true })])).toEqual(['warning neighbor'])
    expect(found([driver({ driver: 'webhook', ready: false })])).toEqual(['warning driver'])
  })

  it('tells the gravest first', () => {
    const advertisements = [
      advertisement({ state: 'delayed' }),
      advertisement({ state: 'pending' }),
      advertisement({ state: 'pending' }),
      advertisement({ state: 'failed' }),
      advertisement({ state: 'locked' }),
    ]
    expect(found([driver()], advertisements)).toEqual(['error failed', 'error locked', 'warning delayed', 'warning pending'])
  })
})

describe('the address bar', () => {
  it('opens the dialog for something new, a prefix, or what was announced before', () => {
    for (const announce of ['new', 'a'.repeat(32), '203.0.113.0/24', '2001:db8::/32']) {
      expect(readAnnounceSearch({ announce })).toEqual({ announce })
    }
    for (const announce of ['', 'x', 'javascript:1', 7, '203.0.113.0']) expect(readAnnounceSearch({ announce })).toEqual({})
  })

  it('keeps what the history is searched for', () => {
    expect(readHistorySearch({ prefix: '2001:DB8::/32', page: '2' })).toEqual({ prefix: '2001:DB8::/32', page: '2' })
    expect(readHistorySearch({ prefix: 'example', page: '1' })).toEqual({})
    expect(readHistorySearch({ prefix: '', page: '-1' })).toEqual({})
  })
})
