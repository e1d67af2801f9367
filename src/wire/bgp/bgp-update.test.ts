// UPDATE messages: bytes by hand, round trips, splitting, and which mistakes end a session (RFC 7606).
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyAttributes, anyNlri, plainAttributes, prefix4, prefix6 } from '../testing/bgp.ts'
import { hex } from '../testing/bytes.ts'
import type { PathAttributes } from './bgp-attributes.ts'
import { BgpError } from './bgp-error.ts'
import { bgpFamilies, type BgpFamily } from './bgp-family.ts'
import { headerLength, maxMessage } from './bgp-framer.ts'
import { prefixNlri, prefixOfNlri } from './bgp-nlri.ts'
import { decodeUpdate, type BgpUpdate } from './bgp-update-decode.ts'
import { encodeAnnouncement, encodeEndOfRib, encodeWithdrawal } from './bgp-update.ts'

const as4 = { as4: true }
const as2 = { as4: false }
const net = prefixNlri(prefix4('cb007100', 24))
const net6 = prefixNlri(prefix6('20010db8 0001', 48))

const decode = (message: Uint8Array, form = as4) => decodeUpdate(message.subarray(headerLength), form)
/** The only message, without marker and length. */
function only(messages: readonly Uint8Array[]): Uint8Array {
  expect(messages).toHaveLength(1)
  return messages[0].subarray(headerLength - 1)
}

/** Without those that are not sent, and without the next hop, which stands beside the routes. */
function sent(attributes: PathAttributes): BgpUpdate['attributes'] {
  const isSent = ([name, value]: [string, unknown]) =>
    name === 'asPath' || (name !== 'nextHop' && value !== null && !(Array.isArray(value) && value.length === 0))
  return Object.fromEntries(Object.entries(attributes).filter(isSent))
}

describe('bytes', () => {
  it('announces IPv4 with NEXT_HOP', () => {
    const messages = encodeAnnouncement({ family: 'ipv4', nlri: [net], attributes: plainAttributes }, as4)
    expect(only(messages)).toEqual(hex('02 0000 0014 40 01 01 00  40 02 06 02 01 0000fbf4  40 03 04 c0000201  18 cb0071'))
  })

  it('announces IPv6 with MP_REACH_NLRI before all other attributes', () => {
    const nextHop = hex('20010db8 00000000 00000000 00000001')
    const messages = encodeAnnouncement({ family: 'ipv6', nlri: [net6], attributes: { ...plainAttributes, nextHop } }, as4)
    expect(only(messages)).toEqual(
      hex('02 0000 002c 80 0e 1c 0002 01 10 20010db8000000000000000000000001 00 30 20010db80001  40 01 01 00  40 02 06 02 01 0000fbf4'),
    )
  })

  it('orders attributes by type', () => {
    const attributes = {
      ...plainAttributes,
      asPath: [],
      med: 1,
      localPref: 100,
      communities: [0xffff029a],
      extendedCommunities: [hex('8006000000000000')],
      largeCommunities: [[64_500, 1, 2]] as const,
    }
    expect(only(encodeAnnouncement({ family: 'ipv4', nlri: [net], attributes }, as4))).toEqual(
      hex(`02 0000 003d 40 01 01 00  40 02 00  40 03 04 c0000201  80 04 04 00000001  40 05 04 00000064  c0 08 04 ffff029a
        c0 10 08 8006000000000000  c0 20 0c 0000fbf4 00000001 00000002  18 cb0071`),
    )
  })

  it('gives an attribute of more than 255 bytes a length of two', () => {
    const communities = Array.from({ length: 64 }, (_, index) => index)
    const message = only(encodeAnnouncement({ family: 'ipv4', nlri: [net], attributes: { ...plainAttributes, communities } }, as4))
    expect(message.subarray(25, 29)).toEqual(hex('d0 08 0100'))
  })

  it('writes AS_TRANS and AS4_PATH for speakers that know two bytes only', () => {
    const attributes = { ...plainAttributes, asPath: [64_500, 4_200_000_000] }
    const messages = encodeAnnouncement({ family: 'ipv4', nlri: [net], attributes }, as2)
    expect(only(messages)).toEqual(
      hex('02 0000 0021 40 01 01 00  40 02 06 02 02 fbf4 5ba0  40 03 04 c0000201  c0 11 0a 02 02 0000fbf4 fa56ea00  18 cb0071'),
    )
  })

  it('cuts a path into segments of at most 255', () => {
    const attributes = { ...plainAttributes, asPath: Array.from({ length: 256 }, () => 64_500) }
    const message = only(encodeAnnouncement({ family: 'ipv4', nlri: [net], attributes }, as2))
    // Behind ORIGIN: a length of 2 + 255 × 2 + 2 + 2.
    expect(message.subarray(9, 15)).toEqual(hex('50 02 0204 02 ff'))
    expect(message.subarray(9 + 4 + 512, 9 + 4 + 516)).toEqual(hex('02 01 fbf4'))
  })

  it('has no AS4_PATH where both sides know four bytes', () => {
    const attributes = { ...plainAttributes, asPath: [4_200_000_000] }
    const messages = encodeAnnouncement({ family: 'ipv4', nlri: [net], attributes }, as4)
    expect(only(messages)).toEqual(hex('02 0000 0014 40 01 01 00  40 02 06 02 01 fa56ea00  40 03 04 c0000201  18 cb0071'))
  })

  it('leaves AS4_PATH out where two bytes are enough', () => {
    expect(only(encodeAnnouncement({ family: 'ipv4', nlri: [net], attributes: plainAttributes }, as2))).toEqual(
      hex('02 0000 0012 40 01 01 00  40 02 04 02 01 fbf4  40 03 04 c0000201  18 cb0071'),
    )
  })

  it('withdraws', () => {
    expect(only(encodeWithdrawal('ipv4', [net]))).toEqual(hex('02 0004 18 cb0071 0000'))
    expect(only(encodeWithdrawal('ipv6', [net6]))).toEqual(hex('02 0000 000d 80 0f 0a 0002 01 30 20010db80001'))
  })

  it.each([
    ['ipv4', '02 0000 0000'],
    ['ipv6', '02 0000 0006 80 0f 03 0002 01'],
    ['ipv4-flowspec', '02 0000 0006 80 0f 03 0001 85'],
    ['ipv6-flowspec', '02 0000 0006 80 0f 03 0002 85'],
  ] as const)('ends the routes of %s (RFC 4724 §2)', (family, bytes) => {
    const message = encodeEndOfRib(family)
    expect(only([message])).toEqual(hex(bytes))
    expect(decode(message).endOfRib).toBe(family)
  })

  it.each([
    ['none', 'ipv4', null],
    ['one of 16 bytes', 'ipv4', new Uint8Array(16)],
    ['one of 32 bytes', 'ipv4', new Uint8Array(32)],
    ['one of 4 bytes', 'ipv6', new Uint8Array(4)],
    ['one for a rule', 'ipv4-flowspec', new Uint8Array(4)],
  ] as const)('refuses a next hop that is %s for %s', (_name, family, nextHop) => {
    expect(() => encodeAnnouncement({ family, nlri: [], attributes: { ...plainAttributes, nextHop } }, as4)).toThrow(RangeError)
  })

  it('refuses routes that fit no message', () => {
    const extendedCommunities = Array.from({ length: 506 }, () => new Uint8Array(8))
    expect(() => encodeAnnouncement({ family: 'ipv4', nlri: [net], attributes: { ...plainAttributes, extendedCommunities } }, as4)).toThrow(
      RangeError,
    )
  })
})

describe.each(bgpFamilies)('%s there and back', (family) => {
  const announcement = fc.record({
    nlri: fc.array(anyNlri(family), { minLength: 1, maxLength: 40 }),
    attributes: anyAttributes(family),
    form: fc.constantFrom(as4, as2),
  })

  it('announces what it was given, in order and in messages that can be sent', () => {
    const property = fc.property(announcement, ({ nlri, attributes, form }) => {
      const messages = encodeAnnouncement({ family, nlri, attributes }, form)
      expect(messages.every(({ length }) => length <= maxMessage)).toBe(true)
      const updates = messages.map((message) => decode(message, form))
      expect(updates.flatMap(({ reach }) => reach.flatMap((routes) => routes.nlri))).toEqual(nlri)
      for (const update of updates) {
        expect(update).toMatchObject({ unreach: [], endOfRib: null, malformed: [] })
        expect(update.reach.map(({ family, nextHop }) => ({ family, nextHop }))).toEqual([{ family, nextHop: attributes.nextHop }])
        expect(update.attributes).toEqual(sent(attributes))
      }
    })
    fc.assert(property, { numRuns: 150 })
  })

  it('withdraws what it was given, in order', () => {
    const property = fc.property(fc.array(anyNlri(family), { minLength: 1, maxLength: 60 }), (nlri) => {
      const updates = encodeWithdrawal(family, nlri).map((message) => decode(message))
      expect(updates.flatMap(({ unreach }) => unreach.flatMap((routes) => routes.nlri))).toEqual(nlri)
      for (const update of updates) expect(update).toMatchObject({ reach: [], endOfRib: null, attributes: {}, malformed: [] })
    })
    fc.assert(property, { numRuns: 150 })
  })
})

describe('many routes', () => {
  const routes = (family: BgpFamily, count: number) =>
    Array.from({ length: count }, (_, index) => {
      const third = (index >> 8).toString(16).padStart(2, '0')
      const fourth = (index & 255).toString(16).padStart(2, '0')
      return prefixNlri(family === 'ipv4' ? prefix4(`0a00${third}${fourth}`, 32) : prefix6(`2001 0db8 ${third}${fourth}`, 48))
    })

  it.each([
    ['ipv4', plainAttributes.nextHop],
    ['ipv6', new Uint8Array(16)],
  ] as const)('fills messages of %s and leaves out none', (family, nextHop) => {
    const nlri = routes(family, 3000)
    const messages = encodeAnnouncement({ family, nlri, attributes: { ...plainAttributes, nextHop } }, as4)
    expect(messages.flatMap((message) => decode(message).reach.flatMap((routes) => routes.nlri))).toEqual(nlri)
    for (const message of messages.slice(0, -1)) expect(message.length).toBeGreaterThan(maxMessage - 8)
    const withdrawals = encodeWithdrawal(family, nlri)
    expect(withdrawals.flatMap((message) => decode(message).unreach.flatMap((routes) => routes.nlri))).toEqual(nlri)
    for (const message of withdrawals.slice(0, -1)) expect(message.length).toBeGreaterThan(maxMessage - 8)
  })

  it('makes no message of no routes', () => {
    expect(encodeAnnouncement({ family: 'ipv4', nlri: [], attributes: plainAttributes }, as4)).toEqual([])
    expect(encodeWithdrawal('ipv6', [])).toEqual([])
  })
})

describe('what ends a session', () => {
  it.each([
    ['withdrawn routes longer than the message', '0005 18cb0071 0000', 1],
    ['no length of the attributes', '0004 18cb0071', 1],
    ['attributes longer than the message', '0000 0004 400101', 1],
    ['a withdrawn prefix of 33 bits', '0006 21cb00710000 0000', 10],
    ['a withdrawn prefix that ends too early', '0003 18cb00 0000', 10],
    ['an announced prefix of 33 bits', '0000 0000 21cb00710000', 10],
    ['an announced prefix that ends too early', '0000 0000 18cb00', 10],
    ['MP_REACH_NLRI without a next hop', '0000 0007 800e04 00020110', 9],
    ['MP_REACH_NLRI that ends in its next hop', '0000 0009 800e06 000201100000', 9],
    ['MP_REACH_NLRI that ends behind its next hop', '0000 000b 800e08 00010104 c0000201', 9],
    ['a next hop of 4 bytes for IPv6', '0000 000c 800e09 00020104 c0000201 00', 9],
    ['an IPv6 prefix of 129 bits', `0000 001e 800f1b 000201 81${'00'.repeat(23)}`, 10],
    ['a FlowSpec rule that ends too early', '0000 000a 800f07 000185 04 010a00', 10],
    ['half of a long length of a rule', '0000 0007 800f04 000185 f1', 10],
    ['MP_UNREACH_NLRI without a family', '0000 0005 800f02 0002', 9],
    ['MP_UNREACH_NLRI twice', '0000 000c 800f03 000201 800f03 000201', 1],
  ])('is %s', (_name, body, subcode) => {
    let error: unknown
    try {
      decodeUpdate(hex(body), as4)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toMatchObject({ name: 'BgpError', code: 3, subcode })
  })

  it.each([
    ['ORIGIN 3', '400101 03', 1],
    ['ORIGIN of two bytes', '400102 0000', 1],
    ['AS_PATH with a segment of no known kind', '400206 0501 0000fbf4', 2],
    ['AS_PATH that ends too early', '400206 0202 0000fbf4', 2],
    ['AS_PATH with an empty segment', '400202 0200', 2],
    ['AS_PATH of one byte', '400201 02', 2],
    ['NEXT_HOP of 16 bytes', `400310 ${'00'.repeat(16)}`, 3],
    ['MULTI_EXIT_DISC of 3 bytes', '800403 000001', 4],
    ['LOCAL_PREF of 5 bytes', '400505 0000000001', 5],
    ['COMMUNITIES of 5 bytes', 'c00805 ffff029a00', 8],
    ['empty COMMUNITIES', 'c00800', 8],
    ['EXTENDED_COMMUNITIES of 7 bytes', 'c01007 80060000000000', 16],
    ['LARGE_COMMUNITIES of 8 bytes', 'c02008 0000fbf400000001', 32],
    ['an attribute that ends too early', 'c02009 00', 32],
    ['an attribute without a length', 'c020', 32],
    ['one byte of an attribute', 'c0', 0],
    ['half of a long length', 'd00800', 8],
  ])('is not %s', (_name, attributes, type) => {
    const bytes = hex(attributes)
    const body = Uint8Array.from([0, 0, 0, bytes.length, ...bytes, ...net])
    const { reach, malformed } = decodeUpdate(body, as4)
    expect(malformed).toEqual([type])
    expect(reach).toEqual([{ family: 'ipv4', nextHop: null, nlri: [net] }])
  })
})

describe('what is received', () => {
  it('may carry several families at once', () => {
    const body = hex(`0004 18cb0071 002c 400304 c0000201 800f0a 000201 30 20010db80001
      800e15 0001850000 0f 01 18 c00002 02 08 cb 04 03 89 45 8b 91 19  c6336400`)
    // The last NLRI is of IPv4: 198 is no length that a prefix can have.
    expect(() => decodeUpdate(body, as4)).toThrow(BgpError)
    const sound = body.slice(0, -4)
    const { reach, unreach } = decodeUpdate(sound, as4)
    expect(unreach.map(({ family, nlri }) => [family, nlri.length])).toEqual([
      ['ipv4', 1],
      ['ipv6', 1],
    ])
    expect(reach.map(({ family, nextHop, nlri }) => [family, nextHop, nlri.length])).toEqual([['ipv4-flowspec', null, 1]])
  })

  it('counts the first one of attributes that come twice', () => {
    const { attributes, malformed } = decodeUpdate(hex('0000 0008 40010102 40010100'), as4)
    expect([attributes.origin, malformed]).toEqual(['INCOMPLETE', []])
  })

  it('may carry families and attributes that are not known', () => {
    const { reach, unreach, endOfRib, malformed } = decodeUpdate(hex('0000 0012 800e06 001941 00 0005 c063 00 800f03 001941'), as4)
    expect({ reach, unreach, endOfRib, malformed }).toEqual({ reach: [], unreach: [], endOfRib: null, malformed: [] })
  })

  it('joins the two paths of older speakers (RFC 6793 §4.2.3)', () => {
    const path = hex('400206 0202 fdea 5ba0 c01106 0201 fa56ea00')
    expect(decodeUpdate(Uint8Array.from([0, 0, 0, path.length, ...path]), as2).attributes).toEqual({ asPath: [65_002, 4_200_000_000] })
  })

  it('ignores a longer path of four bytes', () => {
    const path = hex('400204 0201 fdea c0110a 0202 0000fbf4 fa56ea00')
    expect(decodeUpdate(Uint8Array.from([0, 0, 0, path.length, ...path]), as2).attributes).toEqual({ asPath: [65_002] })
  })

  it('is no End-of-RIB when anything is in it', () => {
    expect(decodeUpdate(hex('0000 000a 400101 00 800f03 000201'), as4).endOfRib).toBeNull()
    expect(decodeUpdate(hex('0000 0008 800f05 000201 0820'), as4).endOfRib).toBeNull()
    expect(decodeUpdate(hex('0002 080a 0000'), as4).endOfRib).toBeNull()
  })

  it('has prefixes whose bits behind the length do not count', () => {
    expect(prefixOfNlri(hex('15 0affff'), 4)).toEqual(prefix4('0afff800', 21))
    expect(prefixOfNlri(hex('00'), 4)).toEqual(prefix4('00000000', 0))
    expect(prefixOfNlri(hex('20 0affffff'), 4)).toEqual(prefix4('0affffff', 32))
    expect(prefixOfNlri(hex('30 20010db80001'), 6)).toEqual(prefix6('20010db80001', 48))
  })
})
