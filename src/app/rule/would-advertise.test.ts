// Tests what a rule would announce: what it asks for by its kind and prefix_match, less what the guard refuses.
import { describe, expect, it } from 'vitest'
import { configSchema } from '../../contract/config.ts'
import { ownedPrefixDefaults, type OwnedPrefix } from '../../contract/owned-prefix.ts'
import type { PrefixMatch, Rule, RuleType } from '../../contract/rule.ts'
import { testRule } from '../../detect/testing/rules.ts'
import { WouldAdvertise } from './would-advertise.ts'

const owned = (cidr: string, more: Partial<OwnedPrefix> = {}): OwnedPrefix => ({
  ...ownedPrefixDefaults(cidr.includes(':') ? 6 : 4, Number(cidr.split('/')[1])),
  cidr,
  origin_as: 64_500,
  id: cidr,
  account: 1,
  created_at: '2026-01-01T00:00:00.000Z',
  modified_at: '2026-01-01T00:00:00.000Z',
  ...more,
})
const registered = [
  owned('203.0.113.0/24'),
  owned('203.0.113.64/26'),
  owned('2001:db8::/32'),
  owned('198.51.100.0/22', { divert_max_length: 24 }),
  owned('192.0.2.0/24', { locked: true, lock_reason: 'moved' }),
  owned('10.0.0.0/16', { automatic: false }),
]
const { advertise: limits } = configSchema.parse({})

const would = (rule: Parameters<typeof testRule>[0], targets: readonly string[] = []) =>
  new WouldAdvertise(testRule({ automatic_advertisement: true, ...rule }), { owned: registered, limits, now: 0 }).prefixes(targets)

describe('of a sum', () => {
  it.each<[RuleType, Partial<Rule>]>([
    ['threshold', {}],
    ['threshold', { automatic_advertisement: null }],
    ['zscore', { automatic_advertisement: false }],
  ])('%s with %j', (type, more) => {
    const prefixes = ['203.0.113.0/24', '203.0.113.0/24']
    expect(would({ type, prefixes, ...more })).toEqual('automatic_advertisement' in more ? [] : ['203.0.113.0/24'])
  })

  it('every prefix of the rule, attacked or not, as far as it may be announced', () => {
    const prefixes = ['203.0.113.0/24', '198.51.100.0/24', '2001:db8::/32', '198.51.100.0/25', '8.8.8.0/24', '192.0.2.0/24', '10.0.0.0/16']
    expect(would({ prefixes })).toEqual(['203.0.113.0/24', '198.51.100.0/24', '2001:db8::/32'])
  })

  it('nothing that has to be guessed', () => {
    expect(would({ prefixes: ['203.0.113.1/24', '203.0.113.7', '::ffff:203.0.113.0/120'] })).toEqual([])
  })

  it('nothing where it is to blackhole: it does not know whom', () => {
    expect(would({ prefixes: ['203.0.113.7/32'], extension: { advertise_purpose: 'blackhole' } })).toEqual([])
  })
})

describe('of an attack, from the registered prefixes', () => {
  it.each<[PrefixMatch | null, readonly string[], readonly string[]]>([
    ['subnet', ['203.0.113.1/32'], ['203.0.113.0/24']],
    ['subnet', ['203.0.113.65/32', '2001:db8:1::/64'], ['203.0.113.64/26', '2001:db8::/32']],
    ['subnet', ['203.0.113.65/32', '203.0.113.1/32', '203.0.113.2/32'], ['203.0.113.64/26', '203.0.113.0/24']],
    [null, ['198.51.101.7/32'], ['198.51.100.0/22']],
    ['subnet', ['192.0.2.1/32', '10.0.0.1/32', '8.8.8.8/32'], []],
    ['exact', ['203.0.113.0/24', '203.0.113.1/32'], ['203.0.113.0/24']],
    ['exact', ['203.0.113.65/32'], []],
    ['supernet', ['203.0.113.0/24'], ['203.0.113.0/24', '203.0.113.64/26']],
    ['supernet', ['203.0.113.1/32'], []],
  ])('%s of %j: %j', (prefix_match, targets, expected) => {
    const rule = { type: 'advanced_ddos', prefixes: ['203.0.113.0/24', '198.51.100.0/22', '2001:db8::/32'], prefix_match } as const

    expect(would(rule, targets)).toEqual(expected)
  })

  it('the attacked hosts where it blackholes, no networks', () => {
    const rule = { type: 'advanced_ddos', extension: { advertise_purpose: 'blackhole' } } as const
    const targets = ['203.0.113.7/32', '203.0.113.0/24', '2001:db8::7/128', '2001:db8:1::/64', '8.8.8.8/32', '192.0.2.9/32']
    expect(would(rule, targets)).toEqual(['203.0.113.7/32', '2001:db8::7/128'])
  })
})
