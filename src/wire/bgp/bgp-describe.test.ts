// What people are shown of an UPDATE.
import { describe, expect, it } from 'vitest'
import { plainAttributes, prefix4, prefix6 } from '../testing/bgp.ts'
import { hex } from '../testing/bytes.ts'
import { actionCommunity, parseCommunities } from './bgp-communities.ts'
import { describeUpdate, nlriText } from './bgp-describe.ts'
import { bgpFamilies } from './bgp-family.ts'
import { flowSpecNlri } from './bgp-flowspec.ts'
import { prefixNlri } from './bgp-nlri.ts'
import { encodeAnnouncement, encodeEndOfRib, encodeWithdrawal } from './bgp-update.ts'

const as4 = { as4: true }
const linesOf = (messages: readonly Uint8Array[]) => messages.flatMap((message) => describeUpdate(message, as4))

describe('an UPDATE in lines', () => {
  it('tells a blackhole route', () => {
    const communities = parseCommunities(['65535:666', '65535:65281', '64500:1:2'])
    const attributes = { ...plainAttributes, ...communities, asPath: [64_500, 64_500], med: 10, localPref: 100 }
    expect(linesOf(encodeAnnouncement({ family: 'ipv4', nlri: [prefixNlri(prefix4('cb007107', 32))], attributes }, as4))).toEqual([
      'announce 203.0.113.7/32',
      'NEXT_HOP 192.0.2.1',
      'ORIGIN IGP',
      'AS_PATH 64500 64500',
      'MULTI_EXIT_DISC 10',
      'LOCAL_PREF 100',
      'COMMUNITIES 65535:666 BLACKHOLE, 65535:65281 NO_EXPORT',
      'LARGE_COMMUNITIES 64500:1:2',
    ])
  })

  it('tells IPv6 with a link-local next hop, and an empty path', () => {
    const nextHop = hex('20010db8000000000000000000000001 fe800000000000000000000000000001')
    const nlri = [prefixNlri(prefix6('20010db80001', 48)), prefixNlri(prefix6('', 0))]
    expect(linesOf(encodeAnnouncement({ family: 'ipv6', nlri, attributes: { ...plainAttributes, nextHop, asPath: [] } }, as4))).toEqual([
      'announce 2001:db8:1::/48',
      'announce ::/0',
      'NEXT_HOP 2001:db8::1 fe80::1',
      'ORIGIN IGP',
      'AS_PATH empty',
    ])
  })

  it('tells a FlowSpec rule', () => {
    const match = {
      destination: '203.0.113.7/32',
      source: '198.51.100.0/24',
      protocol: [6, 17],
      source_port: [
        [53, 53],
        [1024, 65_535],
      ],
      icmp_type: [8],
      tcp_flags: { set: 2, unset: 0x11 },
      packet_length: [[1000, 1500]],
      fragment: ['first', 'last'],
    } as const
    const nlri = [flowSpecNlri(match, prefix4('cb007107', 32), prefix4('c6336400', 24))]
    const extendedCommunities = [actionCommunity({ kind: 'rate', bytes_per_second: 125_000 })]
    const attributes = { ...plainAttributes, nextHop: null, extendedCommunities }
    expect(linesOf(encodeAnnouncement({ family: 'ipv4-flowspec', nlri, attributes }, as4))).toEqual([
      `announce ${[
        'destination 203.0.113.7/32',
        'source 198.51.100.0/24',
        'protocol = 6 or = 17',
        'source port = 53 or >= 1024 and <= 65535',
        'ICMP type = 8',
        'TCP flags all of SYN and none of FIN+ACK',
        'packet length >= 1000 and <= 1500',
        'fragment any of first+last',
      ].join(', ')}`,
      'ORIGIN IGP',
      'AS_PATH 64500',
      'EXTENDED_COMMUNITIES rate 125000 bytes/s',
    ])
  })

  it('tells withdrawals', () => {
    expect(linesOf(encodeWithdrawal('ipv4', [prefixNlri(prefix4('cb007100', 24))]))).toEqual(['withdraw 203.0.113.0/24'])
    expect(linesOf(encodeWithdrawal('ipv6', [prefixNlri(prefix6('20010db8', 32))]))).toEqual(['withdraw 2001:db8::/32'])
  })

  it.each(bgpFamilies)('tells the end of all routes of %s', (family) => {
    expect(describeUpdate(encodeEndOfRib(family), as4)).toEqual([`end of all routes of ${family}`])
  })

  it('tells what is malformed', () => {
    expect(describeUpdate(hex(`${'ff'.repeat(16)} 001b 02 0000 0004 40010107`), as4)).toEqual(['attribute 1 is malformed'])
  })
})

describe('operators of other speakers', () => {
  it.each([
    ['04 04 80 00', 'port never'],
    ['04 04 87 00', 'port always'],
    ['04 04 86 50', 'port != 80'],
    ['07 04 04 50 42 16 82 c8', 'port < 80 and > 22 or > 200'],
    ['04 09 83 12', 'TCP flags not all of SYN+ACK'],
    ['05 09 90 0102', 'TCP flags any of 0x102'],
    ['04 0c 81 00', 'fragment all of 0x0'],
    ['04 0c 81 10', 'fragment all of 0x10'],
  ])('%s is %s', (bytes, text) => {
    const nlri = hex(bytes)
    nlri[0] = nlri.length - 1
    expect(nlriText(nlri, 'ipv4-flowspec')).toBe(text)
  })

  it('writes IPv4-mapped addresses as IPv6', () => {
    expect(nlriText(prefixNlri(prefix6('00000000000000000000ffff c0000200', 120)), 'ipv6')).toBe('::ffff:192.0.2.0/120')
  })
})
