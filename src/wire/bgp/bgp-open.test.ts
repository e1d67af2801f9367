// OPEN messages: bytes by hand, round trips, and everything that RFC 4271 §6.2 refuses.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hex } from '../testing/bytes.ts'
import { BgpError } from './bgp-error.ts'
import { bgpFamilies } from './bgp-family.ts'
import { headerLength } from './bgp-framer.ts'
import { decodeOpen, encodeOpen, type BgpOpen } from './bgp-open.ts'

const plain: BgpOpen = {
  as: 64_500,
  holdSeconds: 90,
  routerId: hex('c0000201'),
  families: ['ipv4'],
  as4: false,
  routeRefresh: false,
  gracefulRestart: null,
}

const full: BgpOpen = {
  ...plain,
  as: 4_200_000_000,
  families: bgpFamilies,
  as4: true,
  routeRefresh: true,
  gracefulRestart: {
    restarting: true,
    notification: true,
    seconds: 120,
    families: [
      { family: 'ipv4', forwarding: true },
      { family: 'ipv6-flowspec', forwarding: false },
    ],
  },
}

const decode = (open: Uint8Array) => decodeOpen(open.subarray(headerLength))

/** Version, AS, hold time and identifier, without parameters. */
const fixed = '04 fbf4 005a c0000201'

describe('what is sent', () => {
  it('has the form of RFC 4271 §4.2', () => {
    expect(encodeOpen(plain)).toEqual(hex(`${'ff'.repeat(16)} 0025 01 ${fixed} 08 02 06 01 04 0001 00 01`))
  })

  it('tells every capability', () => {
    const capabilities = [
      '01 04 0001 00 01',
      '01 04 0002 00 01',
      '01 04 0001 00 85',
      '01 04 0002 00 85',
      '02 00',
      '40 0a c078 0001 01 80 0002 85 00',
      '41 04 fa56ea00',
    ].join(' ')
    const parameters = hex(capabilities).length
    expect(encodeOpen(full).subarray(headerLength)).toEqual(
      hex(`04 5ba0 005a c0000201 ${(parameters + 2).toString(16)} 02 ${parameters.toString(16)} ${capabilities}`),
    )
  })

  it.each([
    ['a hold time', { holdSeconds: 65_536 }],
    ['an AS', { as: 2 ** 32, as4: true }],
    ['a restart time', { gracefulRestart: { restarting: false, notification: false, seconds: 4096, families: [] } }],
  ])('refuses %s that does not fit', (_name, change) => {
    expect(() => encodeOpen({ ...plain, ...change })).toThrow(RangeError)
  })

  it('comes back as it was', () => {
    const restart = fc.record({
      restarting: fc.boolean(),
      notification: fc.boolean(),
      seconds: fc.nat(4095),
      families: fc.array(fc.record({ family: fc.constantFrom(...bgpFamilies), forwarding: fc.boolean() }), { maxLength: 4 }),
    })
    const opens = fc.record({
      // Two bytes and four, and the numbers around the first that needs them.
      as: fc.oneof(fc.integer({ min: 1, max: 0xffffffff }), fc.integer({ min: 0xfff0, max: 0x1000f })),
      holdSeconds: fc.constantFrom(0, 3, 90, 65_535),
      routerId: fc.uint8Array({ minLength: 4, maxLength: 4 }).filter((bytes) => bytes.some((byte) => byte > 0)),
      families: fc.uniqueArray(fc.constantFrom(...bgpFamilies), { minLength: 1 }),
      as4: fc.constant(true),
      routeRefresh: fc.boolean(),
      gracefulRestart: fc.option(restart),
    })
    fc.assert(
      fc.property(opens, (open) => {
        expect(decode(encodeOpen(open))).toEqual({ ...open, other: [] })
      }),
      { numRuns: 500 },
    )
  })
})

describe('what is received', () => {
  it('can only IPv4 unicast when it does not say what it can', () => {
    expect(decodeOpen(hex(`${fixed} 00`))).toEqual({ ...plain, other: [] })
  })

  it('can nothing when it names only families that are not announced here', () => {
    expect(decodeOpen(hex(`${fixed} 08 02 06 01 04 0019 00 41`)).families).toEqual([])
  })

  it('may have a parameter for each capability, and capabilities that are not known', () => {
    const { as, as4, routeRefresh, other } = decodeOpen(hex(`${fixed} 14 02 02 02 00 02 06 41 04 0001 0000 02 06 06 00 49 02 6869`))
    expect({ as, as4, routeRefresh, other }).toEqual({
      as: 65_536,
      as4: true,
      routeRefresh: true,
      other: [
        { code: 6, value: hex('') },
        { code: 73, value: hex('6869') },
      ],
    })
  })

  it('may have long parameters (RFC 9072)', () => {
    expect(decodeOpen(hex(`${fixed} ff ff 0009 02 0006 01 04 0002 00 01`)).families).toEqual(['ipv6'])
    // The length before the type is to be ignored: only that it is not 0 counts.
    expect(decodeOpen(hex(`${fixed} 01 ff 0009 02 0006 01 04 0002 00 01`)).families).toEqual(['ipv6'])
  })

  it('does not mention families of a graceful restart that are not announced here', () => {
    const { gracefulRestart } = decodeOpen(hex(`${fixed} 0e 02 0c 40 0a 0078 0019 41 80 0001 01 00`))
    expect(gracefulRestart).toEqual({
      restarting: false,
      notification: false,
      seconds: 120,
      families: [{ family: 'ipv4', forwarding: false }],
    })
  })

  it.each([
    ['version 3', '03 fbf4 005a c0000201 00', 1, '0004'],
    ['AS 0', '04 0000 005a c0000201 00', 2, ''],
    ['AS 0 in four bytes', `${fixed} 08 02 06 41 04 0000 0000`, 2, ''],
    ['identifier 0.0.0.0', '04 fbf4 005a 00000000 00', 3, ''],
    ['a parameter for authentication', `${fixed} 03 01 01 00`, 4, ''],
    ['a hold time of a second', '04 fbf4 0001 c0000201 00', 6, ''],
    ['a hold time of two seconds', '04 fbf4 0002 c0000201 00', 6, ''],
    ['fewer parameters than told', `${fixed} 09 02 06 01 04 0001 00 01`, 0, ''],
    ['more parameters than told', `${fixed} 07 02 06 01 04 0001 00 01`, 0, ''],
    ['a parameter that ends too early', `${fixed} 02 02 06`, 0, ''],
    ['a capability that ends too early', `${fixed} 05 02 03 01 04 00`, 0, ''],
    ['a capability that is too short', `${fixed} 05 02 03 41 01 00`, 0, ''],
    ['a capability that is too long', `${fixed} 05 02 03 02 01 00`, 0, ''],
    ['half a family in a graceful restart', `${fixed} 08 02 06 40 04 0078 0001`, 0, ''],
    ['parameters after a length of 0', `${fixed} 00 ff 0009 02 0006 01 04 0002 00 01`, 0, ''],
    ['a long parameter without its length', `${fixed} 02 ff 00`, 0, ''],
  ])('refuses %s', (_name, bytes, subcode, data) => {
    let error: unknown
    try {
      decodeOpen(hex(bytes))
    } catch (thrown) {
      error = thrown
    }
    expect(error).toMatchObject({ name: 'BgpError', code: 2, subcode, data: hex(data) })
  })

  it('refuses an OPEN that ends anywhere', () => {
    const body = encodeOpen(full).subarray(headerLength)
    for (let length = 10; length < body.length; length++) expect(() => decodeOpen(body.subarray(0, length))).toThrow(BgpError)
  })
})
