// Which registered prefix covers one, and what rules and people may do inside it; the form that registers one.
import { describe, expect, it } from 'vitest'
import { ownedPrefixDefaults, type OwnedPrefix } from '../../contract/owned-prefix.ts'
import { allowedInside, coveringPrefix, readBlock, splitAdvertisable } from './owned-cover.ts'
import {
  emptyOwnedPrefix,
  ownedPrefixAgain,
  ownedPrefixFieldAt,
  ownedPrefixFieldsOf,
  ownedPrefixForm,
  ownedPrefixProblems,
  type OwnedPrefixForm,
} from './owned-prefix-form.ts'

function owned(cidr: string, change: Partial<OwnedPrefix> = {}): OwnedPrefix {
  const family = cidr.includes(':') ? 6 : 4
  const length = Number(cidr.split('/')[1])
  const made = '2026-11-22T10:00:00.000Z'
  const known = { id: cidr, account: 1, created_at: made, modified_at: made }
  return { ...known, cidr, origin_as: 64_500, ...ownedPrefixDefaults(family, length), ...change }
}

describe('a prefix as a number', () => {
  it('is the same however it is spelled', () => {
    expect(readBlock('2001:DB8::/32')).toEqual(readBlock('2001:0db8:0:0:0:0:0:0/32'))
    expect(readBlock(' 192.0.2.1')).toEqual({ bits: 32, value: 0xc0_00_02_01n, length: 32 })
    expect(readBlock('::1')?.value).toBe(1n)
    expect(readBlock('::ffff:192.0.2.1/128')?.value).toBe(0xffff_c000_0201n)
  })

  it('is none where there is no prefix', () => {
    const wrong = ['', '203.0.113.300/24', '203.0.113.0/33', '2001:db8::/129', '203.0.113.0/', '1:2:3', 'example.net', '203.0.113.0/2/4']
    expect(wrong.filter((typed) => readBlock(typed) !== undefined)).toEqual([])
  })
})

describe('the covering prefix', () => {
  const registered = [owned('203.0.112.0/20'), owned('203.0.113.0/24'), owned('2001:db8:40::/44')]
  const cover = (typed: string) => coveringPrefix(typed, registered)?.cidr

  it('is the narrowest around it, of the same family', () => {
    expect(cover('203.0.113.7/32')).toBe('203.0.113.0/24')
    expect(cover('203.0.113.0/24')).toBe('203.0.113.0/24')
    expect(cover('203.0.112.0/23')).toBe('203.0.112.0/20')
    expect(cover('2001:db8:4f::/48')).toBe('2001:db8:40::/44')
  })

  it('is none for what is shorter, beside it or no prefix', () => {
    for (const typed of ['203.0.0.0/16', '0.0.0.0/0', '::/0', '203.0.128.1', '2001:db8:50::/48', 'x']) expect(cover(typed)).toBeUndefined()
  })

  it('says what may be announced inside', () => {
    const all = owned('203.0.113.0/24', { divert_max_length: 26, flowspec: true })
    expect(allowedInside(all)).toEqual(['divert from /24 to /26', 'blackhole single hosts', 'FlowSpec rules'])
    const little = owned('203.0.113.0/24', { drivers: ['cloudflare'], flowspec: true })
    expect(allowedInside(little)).toEqual(['divert as a whole'])
    expect(allowedInside(owned('2001:db8::/48', { blackhole_min_length: 64 }))).toEqual(['divert as a whole', 'blackhole from /64 to /128'])
  })
})

describe('prefixes of a rule', () => {
  const prefixes = ['203.0.113.0/24', '203.0.113.7', '198.51.100.0/24']
  const outside = (registered: OwnedPrefix, reach: 'itself' | 'around' | 'hosts') =>
    splitAdvertisable(prefixes, [registered], reach).outside

  it('can be announced where they are registered and as long as allowed', () => {
    expect(outside(owned('203.0.113.0/24'), 'itself')).toEqual(['203.0.113.7', '198.51.100.0/24'])
    expect(outside(owned('203.0.113.0/24', { divert_max_length: 32 }), 'itself')).toEqual(['198.51.100.0/24'])
    expect(outside(owned('203.0.113.0/24'), 'around')).toEqual(['198.51.100.0/24'])
  })

  it('cannot where rules may not, where it is locked, and where nothing can do it', () => {
    expect(outside(owned('203.0.113.0/24', { automatic: false }), 'around')).toEqual(prefixes)
    expect(outside(owned('203.0.113.0/24', { locked: true }), 'around')).toEqual(prefixes)
    expect(outside(owned('203.0.113.0/24', { blackhole_min_length: null }), 'hosts')).toEqual(prefixes)
    expect(outside(owned('203.0.113.0/24', { drivers: ['cloudflare'] }), 'hosts')).toEqual(prefixes)
    expect(outside(owned('203.0.113.0/24'), 'hosts')).toEqual(['198.51.100.0/24'])
  })
})

describe('the form of an owned prefix', () => {
  const filled = (change: Partial<OwnedPrefixForm>): OwnedPrefixForm => ({
    ...emptyOwnedPrefix,
    cidr: '203.0.113.0/24',
    origin: 'AS64500',
    ...change,
  })

  it('tells what is wrong', () => {
    expect(Object.keys(ownedPrefixProblems({ ...emptyOwnedPrefix, drivers: [] }))).toEqual(['cidr', 'origin', 'drivers'])
    expect(ownedPrefixProblems(filled({}))).toEqual({})
    expect(Object.keys(ownedPrefixProblems(filled({ cidr: '203.0.113.1', origin: '4294967295' })))).toEqual(['cidr', 'origin'])
    const parts = filled({ divert: 'parts', divertMax: '23', blackhole: 'parts', blackholeMin: '33' })
    expect(Object.keys(ownedPrefixProblems(parts))).toEqual(['divertMax', 'blackholeMin'])
  })

  it('becomes a request, and shows one that is registered', () => {
    expect(ownedPrefixFieldsOf(filled({}))).toMatchObject({ origin_as: 64_500, divert_max_length: 24, blackhole_min_length: 32 })
    expect(ownedPrefixFieldsOf(filled({ cidr: '2001:db8::/32' }))).toMatchObject({ divert_max_length: 32, blackhole_min_length: 128 })
    const several = [
      owned('203.0.113.0/24', { divert_max_length: 26, blackhole_min_length: 28, drivers: ['webhook', 'bgp'], approval: true }),
      owned('2001:db8::/44', { blackhole_min_length: null, flowspec: true, automatic: false, description: 'Customers' }),
    ]
    for (const prefix of several) {
      const { locked, lock_reason, ...fields } = ownedPrefixAgain(prefix)
      expect(ownedPrefixFieldsOf(ownedPrefixForm(prefix))).toEqual(fields)
      expect([locked, lock_reason]).toEqual([false, ''])
    }
  })

  it('shows an error of the API beside its field', () => {
    expect(['/cidr', '/origin_as', '/blackhole_min_length', '/locked', ''].map(ownedPrefixFieldAt)).toEqual([
      'cidr',
      'origin',
      'blackholeMin',
      undefined,
      undefined,
    ])
  })
})
