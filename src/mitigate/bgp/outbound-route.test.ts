import { describe, expect, it } from 'vitest'
import type { FlowSpecAction } from '../../contract/advertisement.ts'
import type { Purpose } from '../../contract/owned-prefix.ts'
import type { DriverRoute } from '../driver.ts'
import { attributesOf, nlriOf, objectionTo, type AttributeTerms } from './outbound-route.ts'
import { neighborConfig } from './testing/neighbor-config.ts'

function driverRoute(purpose: Purpose, prefix: string, originAs = 64_500): DriverRoute {
  return { id: prefix, account: 1, originAs, route: { purpose, prefix, flowspec: null } }
}

function flowSpecRoute(action: FlowSpecAction, prefix = '203.0.113.0/24'): DriverRoute {
  return {
    ...driverRoute('flowspec', prefix),
    route: { purpose: 'flowspec', prefix, flowspec: { match: { destination: prefix, protocol: [17] }, action } },
  }
}

function terms(written: object = {}, localAddress = '192.0.2.1'): AttributeTerms {
  return { localAs: 64_500, neighbor: neighborConfig(written), localAddress }
}

function attributes(route: DriverRoute, with_: AttributeTerms) {
  const { family } = nlriOf(route.route)
  const found = attributesOf(route, family, with_)
  if (typeof found === 'string') throw new Error(found)
  return found
}

describe('the NLRI of a route', () => {
  it.each([
    ['divert', '203.0.113.0/24', 'ipv4', '18cb0071'],
    ['blackhole', '203.0.113.9/32', 'ipv4', '20cb007109'],
    ['divert', '2001:db8::/32', 'ipv6', '2020010db8'],
    ['blackhole', '2001:db8::1/128', 'ipv6', '8020010db8000000000000000000000001'],
  ] as const)('of %s %s', (purpose, prefix, family, hex) => {
    const { nlri, family: found, key } = nlriOf(driverRoute(purpose, prefix).route)
    expect([found, Buffer.from(nlri).toString('hex'), key]).toEqual([family, hex, `${family} ${hex}`])
  })

  it('is the same for a prefix whatever it is announced for, and for rules that match the same', () => {
    const key = (route: DriverRoute) => nlriOf(route.route).key
    expect(key(driverRoute('blackhole', '203.0.113.9/32'))).toBe(key(driverRoute('divert', '203.0.113.9/32')))
    expect(key(flowSpecRoute({ kind: 'discard' }))).toBe(key(flowSpecRoute({ kind: 'rate', bytes_per_second: 5 })))
  })

  it('holds destination and source of a FlowSpec rule', () => {
    const route = flowSpecRoute({ kind: 'discard' }).route
    const match = { destination: '203.0.113.0/24', source: '198.51.100.0/25', protocol: [6] }
    const { nlri, family } = nlriOf({ ...route, flowspec: { match, action: { kind: 'discard' } } })
    expect([family, Buffer.from(nlri).toString('hex')]).toEqual(['ipv4-flowspec', '0e0118cb00710219c6336400038106'])
  })
})

describe('the AS path', () => {
  it.each([
    ['of our own prefix to another AS', 64_501, {}, 64_500, [64_500]],
    ['of a customer', 64_501, {}, 65_010, [64_500, 65_010]],
    ['prepended', 64_501, { divert: { prepend: 2 } }, 65_010, [64_500, 64_500, 64_500, 65_010]],
    ['within our AS', 64_500, { divert: { prepend: 2 } }, 64_500, []],
    ['of a customer within our AS', 64_500, {}, 4_200_000_001, [4_200_000_001]],
  ])('%s', (_name, as, written, originAs, path) => {
    expect(attributes(driverRoute('divert', '203.0.113.0/24', originAs), terms({ as, ...written })).asPath).toEqual(path)
  })

  it('is not prepended for blackholes', () => {
    expect(attributes(driverRoute('blackhole', '203.0.113.1/32'), terms({ divert: { prepend: 3 } })).asPath).toEqual([64_500])
  })
})

describe('the attributes', () => {
  it('are those of the purpose', () => {
    const divert = { next_hop_ipv4: '192.0.2.77', communities: ['64500:1', '64500:2:3'], med: 50 }
    const blackhole = { next_hop_ipv4: '192.0.2.66' }
    const with_ = terms({ divert, blackhole })
    expect(attributes(driverRoute('divert', '203.0.113.0/24'), with_)).toEqual({
      origin: 'IGP',
      asPath: [64_500],
      nextHop: Uint8Array.of(192, 0, 2, 77),
      med: 50,
      localPref: null,
      communities: [64_500 * 65_536 + 1],
      largeCommunities: [[64_500, 2, 3]],
      extendedCommunities: [],
    })
    // RFC 7999: BLACKHOLE 65535:666, with NO_EXPORT.
    expect(attributes(driverRoute('blackhole', '203.0.113.1/32'), with_)).toMatchObject({
      nextHop: Uint8Array.of(192, 0, 2, 66),
      med: null,
      communities: [0xffff029a, 0xffffff01],
    })
  })

  it('have LOCAL_PREF only within our AS', () => {
    const route = driverRoute('divert', '203.0.113.0/24')
    expect(attributes(route, terms({ as: 64_500, divert: { local_pref: 250 } })).localPref).toBe(250)
    expect(attributes(route, terms({ divert: { local_pref: 250 } })).localPref).toBeNull()
    expect(attributes(flowSpecRoute({ kind: 'discard' }), terms({ as: 64_500 })).localPref).toBe(100)
  })

  it.each([
    [{ kind: 'discard' }, '8006000000000000'],
    [{ kind: 'rate', bytes_per_second: 125_000 }, '8006000047f42400'],
    [{ kind: 'redirect', route_target: '65000:100' }, '8008fde800000064'],
  ] as const)('of a FlowSpec rule say what it does, %j', (action, hex) => {
    const { nextHop, extendedCommunities } = attributes(flowSpecRoute(action), terms())
    expect([nextHop, extendedCommunities.map((bytes) => Buffer.from(bytes).toString('hex'))]).toEqual([null, [hex]])
  })
})

describe('the next hop', () => {
  const v4 = '203.0.113.0/24'
  const v6 = '2001:db8::/32'
  it.each([
    ['is our end of the session', v4, {}, '192.0.2.1', [192, 0, 2, 1]],
    ['is our IPv6 end of the session', v6, {}, '2001:db8:1::7', [0x20, 1, 0xd, 0xb8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7]],
    ['is what is configured', v4, { divert: { next_hop_ipv4: '198.51.100.1' } }, '2001:db8::1', [198, 51, 100, 1]],
  ])('%s', (_name, prefix, written, local, bytes) => {
    expect(attributes(driverRoute('divert', prefix), terms(written, local)).nextHop).toEqual(Uint8Array.from(bytes))
  })

  it.each([
    [
      'an IPv6 route in an IPv4 session',
      v6,
      '192.0.2.1',
      /no next hop for ipv6: the session comes from an IPv4 address; set .*edge1, divert\.next_hop_ipv6/,
    ],
    [
      'an IPv4 route in an IPv6 session',
      v4,
      '2001:db8::1',
      /no next hop for ipv4: the session comes from an IPv6 address; set .*divert\.next_hop_ipv4/,
    ],
    ['an IPv6 route in a link-local session', v6, 'fe80::1', /no next hop for ipv6: fe80::1 is link-local/],
    ['a route before the first session', v4, '', /not known before it is up/],
  ])('is missing for %s', (_name, prefix, local, reason) => {
    const route = driverRoute('divert', prefix)
    expect(attributesOf(route, nlriOf(route.route).family, terms({}, local))).toMatch(reason)
  })

  it('of FlowSpec rules is none, whatever the session', () => {
    expect(attributes(flowSpecRoute({ kind: 'discard' }), terms({}, '2001:db8::1')).nextHop).toBeNull()
  })
})

describe('a route that cannot be written', () => {
  it.each([
    ['a rate that is no number', flowSpecRoute({ kind: 'rate', bytes_per_second: Number.NaN })],
    ['a route target that is none', flowSpecRoute({ kind: 'redirect', route_target: 'x:y' })],
    ['a prefix that is none', driverRoute('divert', 'nonsense')],
  ])('is known by %s', (_name, route) => {
    expect(objectionTo(route)).toEqual(expect.stringMatching(/./))
  })

  it('is not any other', () => {
    expect([driverRoute('divert', v4Route), flowSpecRoute({ kind: 'discard' })].map(objectionTo)).toEqual([null, null])
  })
})

const v4Route = '203.0.113.0/24'
