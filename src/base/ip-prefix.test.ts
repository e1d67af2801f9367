import * as fc from 'fast-check'
import { isIP } from 'node:net'
import { describe, expect, it } from 'vitest'
import { parsePrefix as parseRulePrefix } from '../enrich/address-text.ts'
import {
  containsPrefix,
  equalPrefixes,
  formatIpAddress,
  formatIpPrefix,
  ipPrefix,
  overlapsPrefix,
  parseIpAddress,
  parseIpPrefix,
  parsePrefixOrAddress,
  type IpPrefix,
} from './ip-prefix.ts'

const hex = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('hex')

describe('parseIpAddress', () => {
  it.each([
    ['203.0.113.255', 'cb0071ff'],
    ['0.0.0.0', '00000000'],
    ['2001:db8::1', '20010db8000000000000000000000001'],
    ['2001:DB8:0:0:0:0:0:1', '20010db8000000000000000000000001'],
    ['::', '0'.repeat(32)],
    ['1::', `0001${'0'.repeat(28)}`],
    ['::1', `${'0'.repeat(31)}1`],
    ['1:2:3:4:5:6:7::', '00010002000300040005000600070000'],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
    ['::ffff:192.0.2.1', '00000000000000000000ffffc0000201'],
    ['1:2:3:4:5:6:192.0.2.1', '000100020003000400050006c0000201'],
    ['64:ff9b::192.0.2.1', '0064ff9b0000000000000000c0000201'],
  ])('%s', (text, expected) => expect(hex(parseIpAddress(text))).toBe(expected))

  it.each(
    [
      [
        '',
        '1.2.3',
        '1.2.3.4.5',
        '1.2.3.',
        '.1.2.3',
        '1..2.3',
        '01.2.3.4',
        '1.2.3.256',
        '1.2.3.4 ',
        '-1.2.3.4',
        '1.2.3.0x4',
        '１.2.3.4',
        '1.2.3.4\0',
      ],
      [
        ':',
        ':::',
        '1:2:3:4:5:6:7',
        '1:2:3:4:5:6:7:8:9',
        '1:2:3:4:5:6:7:8::',
        '1::2::3',
        '12345::',
        'g::',
        '::1%eth0',
        ':1::',
        '1:',
        '::1:',
        '[::1]',
      ],
      ['1.2.3.4::', '::1.2.3.4:5', '1:2:3:4:5:6:7:1.2.3.4', '::1.2.3', '::1.2.3.04', '1.2.3.4:1::', `${'0'.repeat(50)}::`],
    ].flat(),
  )('refuses %j', (text) => expect(parseIpAddress(text)).toBeUndefined())
})

describe('parseIpPrefix', () => {
  it.each([
    ['203.0.113.0/24', '203.0.113.0/24', false],
    ['203.0.113.7/24', '203.0.113.0/24', true],
    ['203.0.113.7/32', '203.0.113.7/32', false],
    ['255.255.255.255/0', '0.0.0.0/0', true],
    ['2001:DB8::/33', '2001:db8::/33', false],
    ['2001:db8:8000::/32', '2001:db8::/32', true],
    ['::ffff:192.0.2.0/120', '::ffff:c000:200/120', false],
  ])('%s', (text, canonical, hostBits) => {
    const parsed = parseIpPrefix(text)
    expect([parsed && formatIpPrefix(parsed.prefix), parsed?.hostBits]).toEqual([canonical, hostBits])
  })

  it.each([
    '1.2.3.4',
    '1.2.3.4/',
    '/24',
    '1.2.3.4/33',
    '::/129',
    '1.2.3.4/-1',
    '1.2.3.4/+1',
    '1.2.3.4/01',
    '1.2.3.4/1.0',
    '1.2.3.4/1/1',
    '1.2.3.4/ 1',
  ])('refuses %j', (text) => expect(parseIpPrefix(text)).toBeUndefined())
})

it('takes an address for the prefix that holds only it', () => {
  const text = (written: string) => formatIpPrefix(parsePrefixOrAddress(written)?.prefix ?? ipPrefix(new Uint8Array(4), 0))
  expect(['203.0.113.7', '2001:db8::', '203.0.113.7/8', 'x'].map(text)).toEqual([
    '203.0.113.7/32',
    '2001:db8::/128',
    '203.0.0.0/8',
    '0.0.0.0/0',
  ])
})

describe('formatIpAddress', () => {
  // RFC 5952 §4 and the examples of §2.
  it.each([
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:0db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['0:0:1:0:0:0:0:0', '0:0:1::'],
    ['0:0:0:1:0:0:0:0', '0:0:0:1::'],
    ['0:0:0:0:1:0:0:0', '::1:0:0:0'],
    ['10:0:0:100::', '10:0:0:100::'],
    ['0:1:2:3:4:5:6:0', '0:1:2:3:4:5:6:0'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['1:0:0:0:0:0:0:0', '1::'],
    ['0:0:0:0:0:0:0:1', '::1'],
  ])('%s', (text, canonical) => expect(formatIpAddress(parseIpAddress(text) ?? new Uint8Array())).toBe(canonical))
})

const address = fc.oneof(
  fc.uint8Array({ minLength: 4, maxLength: 4 }),
  fc.uint8Array({ minLength: 16, maxLength: 16 }),
  // Addresses with zeros, and close to each other.
  fc.array(fc.constantFrom(0, 0, 1, 0x80, 0xff), { minLength: 16, maxLength: 16 }).map((bytes) => Uint8Array.from(bytes)),
  fc.array(fc.constantFrom(0, 0, 1, 0x80, 0xff), { minLength: 4, maxLength: 4 }).map((bytes) => Uint8Array.from(bytes)),
)
const prefix = fc.tuple(address, fc.nat(128)).map(([bytes, length]) => ipPrefix(bytes, Math.min(length, bytes.length * 8)))

/** First and last address as a number, computed another way than by masks of bytes. */
function spanOf({ bytes, length, family }: IpPrefix): { family: number; first: bigint; last: bigint } {
  const size = 1n << BigInt(bytes.length * 8 - length)
  const first = BigInt(`0x${hex(bytes)}`)
  return { family, first, last: first + size - 1n }
}

/** Text that is nearly an address or a prefix, and what is left when a few characters of one are lost or added. */
const character = fc.constantFrom(...Array.from('0123456789abf.:/%- '))
const valid = fc.oneof(
  prefix.map(formatIpPrefix),
  prefix.map((given) => `::${[...given.bytes.subarray(0, 4)].join('.')}/${given.length}`),
)
const damaged = fc.tuple(valid, fc.nat(), fc.nat(2), fc.string({ unit: character, maxLength: 2 })).map(([text, at, cut, put]) => {
  const from = at % (text.length + 1)
  return text.slice(0, from) + put + text.slice(from + cut)
})
const soup = fc.oneof(fc.string({ unit: character, maxLength: 50 }), damaged, valid)

describe('prefixes', () => {
  it('are what they were after being written and read, in text that others read too', () => {
    fc.assert(
      fc.property(prefix, (given) => {
        const text = formatIpPrefix(given)
        const [addressText = ''] = text.split('/')
        expect(isIP(addressText)).toBe(given.family)
        expect(parseIpPrefix(text)).toEqual({ prefix: given, hostBits: false })
        // What URL makes of an address is canonical.
        const host = given.family === 6 ? `[${addressText}]` : addressText
        expect(new URL(`http://${host}`).hostname).toBe(host)
      }),
    )
  })

  it('have their host bits cut off', () => {
    fc.assert(
      fc.property(address, fc.nat(128), (bytes, wanted) => {
        const length = Math.min(wanted, bytes.length * 8)
        const size = 1n << BigInt(bytes.length * 8 - length)
        const value = BigInt(`0x${hex(bytes)}`)
        const parsed = parseIpPrefix(`${formatIpAddress(bytes)}/${length}`)
        if (parsed === undefined) throw new Error('it was not read')
        expect([spanOf(parsed.prefix).first, parsed.hostBits]).toEqual([value - (value % size), value % size !== 0n])
      }),
    )
  })

  it('contain, overlap and equal each other as their addresses do', () => {
    // Pairs that share a beginning, so that they often do.
    const pair = fc.oneof(
      fc.tuple(prefix, prefix),
      fc.tuple(prefix, fc.nat(128), fc.nat(128)).map(([one, length, flip]) => {
        const bytes = one.bytes.slice()
        const bit = flip % (bytes.length * 8)
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7))
        return [one, ipPrefix(bytes, Math.min(length, bytes.length * 8))] as const
      }),
    )
    fc.assert(
      fc.property(pair, ([one, other]) => {
        const [a, b] = [spanOf(one), spanOf(other)]
        const same = a.family === b.family
        expect(containsPrefix(one, other)).toBe(same && a.first <= b.first && b.last <= a.last)
        expect(overlapsPrefix(one, other)).toBe(same && a.first <= b.last && b.first <= a.last)
        expect(equalPrefixes(one, other)).toBe(same && a.first === b.first && a.last === b.last)
      }),
      { numRuns: 1000 },
    )
  })

  it('are read from no text that is neither', () => {
    fc.assert(
      fc.property(soup, (text) => {
        const [addressText = '', length, more] = text.split('/')
        const family = addressText.includes('%') ? 0 : isIP(addressText)
        const isPrefix =
          family !== 0 &&
          length !== undefined &&
          more === undefined &&
          /^(0|[1-9]\d*)$/.test(length) &&
          Number(length) <= (family === 4 ? 32 : 128)
        expect(parseIpPrefix(text) !== undefined).toBe(isPrefix)
        expect(parseIpAddress(addressText) !== undefined).toBe(family !== 0)
      }),
      { numRuns: 2000 },
    )
  })

  it('are read alike by the table of rules, which has a faster reader', () => {
    const words = ({ family, bytes }: IpPrefix) => [...Buffer.alloc(family === 4 ? 10 : 0), ...(family === 4 ? [0xff, 0xff] : []), ...bytes]
    fc.assert(
      fc.property(soup, (given) => {
        // That one cuts off the spaces around the text.
        const text = given.trim()
        const [own, rule] = [parsePrefixOrAddress(text)?.prefix, parseRulePrefix(text)]
        const start = rule && [...rule.start].flatMap((word) => [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255])
        expect(own && words(own)).toEqual(start)
      }),
      { numRuns: 1000 },
    )
  })
})
