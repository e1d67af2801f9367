import { describe, expect, it } from 'vitest'
import { ownedPrefixDefaults, type DriverName, type OwnedPrefixFields } from '../contract/owned-prefix.ts'
import { judgeOwned, mostOwnedPrefixes, OwnedPrefixInvalid } from './owned-prefix-guard.ts'
import { hostileRequests } from './testing/hostile-requests.ts'

const others = [
  { account: 1, cidr: '198.18.0.0/16' },
  { account: 2, cidr: '172.16.0.0/16' },
]

function judged(cidr: unknown, change: Partial<OwnedPrefixFields> = {}) {
  const text = typeof cidr === 'string' ? cidr : ''
  const defaults = ownedPrefixDefaults(text.includes(':') ? 6 : 4, Number(text.split('/')[1]))
  // What a hostile client sends is of any type.
  return judgeOwned({ cidr: cidr as string, origin_as: 3320, ...defaults, ...change }, { account: 1, others })
}

function objection(cidr: unknown, change: Partial<OwnedPrefixFields> = {}): string {
  try {
    judged(cidr, change)
  } catch (error) {
    if (error instanceof OwnedPrefixInvalid) return error.message
    throw error
  }
  throw new Error('it was registered')
}

describe('what may be registered', () => {
  it.each([
    ['8.8.8.0/24', '8.8.8.0/24'],
    ['198.18.64.0/20', '198.18.64.0/20'],
    ['198.18.0.0/15', '198.18.0.0/15'],
    ['2A00:0:0::/32', '2a00::/32'],
  ])('%s', (cidr, canonical) => expect(judged(cidr).fields.cidr).toBe(canonical))

  const never = new Set(['malformed', 'mapped', 'host_bits', 'default_route', 'bogon'])
  const rows = hostileRequests.filter(({ refusal, body }) => never.has(refusal) && body['purpose'] !== 'flowspec')
  it.each(rows.map(({ name, body }) => [name, body['prefix']] as const))('not %s', (_name, prefix) => {
    expect(objection(prefix)).toMatch(/^.{20,}$/)
  })

  it.each<[string, string, Partial<OwnedPrefixFields>, string]>([
    ['the same twice', '198.18.0.0/16', {}, 'is registered already'],
    ['the prefix of another account', '172.16.0.0/16', {}, 'another account'],
    ['a piece of it', '172.16.5.0/24', {}, 'another account'],
    ['what contains it', '172.16.0.0/12', {}, 'another account'],
    ['AS 0', '8.8.8.0/24', { origin_as: 0 }, 'is reserved'],
    ['AS_TRANS', '8.8.8.0/24', { origin_as: 23_456 }, 'is reserved'],
    ['AS 65535', '8.8.8.0/24', { origin_as: 65_535 }, 'is reserved'],
    ['AS 65552', '8.8.8.0/24', { origin_as: 65_552 }, 'is reserved'],
    ['AS 131071', '8.8.8.0/24', { origin_as: 131_071 }, 'is reserved'],
    ['the last AS', '8.8.8.0/24', { origin_as: 4_294_967_295 }, 'is reserved'],
    ['an AS of more than four bytes', '8.8.8.0/24', { origin_as: 4_294_967_296 }, 'a whole number'],
    ['a negative AS', '8.8.8.0/24', { origin_as: -1 }, 'a whole number'],
    ['half an AS', '8.8.8.0/24', { origin_as: 0.5 }, 'a whole number'],
    ['no driver', '8.8.8.0/24', { drivers: [] }, 'at least one'],
    ['an unknown driver', '8.8.8.0/24', { drivers: ['exabgp' as DriverName] }, 'are to be of bgp'],
    ['a driver twice', '8.8.8.0/24', { drivers: ['bgp', 'bgp'] }, 'twice'],
    ['diverting shorter than itself', '8.8.8.0/24', { divert_max_length: 23 }, 'from 24 to 32'],
    ['diverting longer than an address', '8.8.8.0/24', { divert_max_length: 33 }, 'from 24 to 32'],
    ['diverting half a bit', '8.8.8.0/24', { divert_max_length: 24.5 }, 'from 24 to 32'],
    ['blackholing shorter than itself', '8.8.8.0/24', { blackhole_min_length: 23 }, 'or null for none'],
    ['blackholing longer than an address', '2a00::/32', { blackhole_min_length: 129 }, 'from 32 to 128'],
  ])('not with %s', (_name, cidr, change, sentence) => expect(objection(cidr, change)).toContain(sentence))

  it('has an end', () => {
    const many = Array.from({ length: mostOwnedPrefixes }, (_, index) => ({ account: 1, cidr: `10.${index >> 8}.${index & 255}.0/24` }))
    const { fields } = judged('8.8.8.0/24')
    expect(() => judgeOwned(fields, { account: 1, others: many })).toThrow('1000 prefixes are registered')
    expect(judgeOwned(fields, { account: 1, others: many.slice(1) }).fields.cidr).toBe('8.8.8.0/24')
  })
})

it('warns of what will hardly work', () => {
  expect(judged('8.8.8.0/24').warnings).toEqual([])
  expect(judged('192.168.0.0/16').warnings).toEqual([expect.stringContaining('192.168.0.0/16, private')])
  expect(judged('8.8.8.0/24', { origin_as: 64_512 }).warnings).toEqual([expect.stringContaining('AS64512 is private')])
  expect(judged('8.8.8.0/24', { divert_max_length: 25 }).warnings).toEqual([expect.stringContaining('longer than /24')])
  expect(judged('2a00::/32', { divert_max_length: 49 }).warnings).toEqual([expect.stringContaining('longer than /48')])
  expect(judged('8.8.8.0/24', { drivers: ['cloudflare'], flowspec: true }).warnings).toEqual([
    'none of its drivers can blackhole',
    'none of its drivers can do FlowSpec',
  ])
})
