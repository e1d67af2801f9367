// Address and prefix texts, right and wrong, against what node:net says of them.
import fc from 'fast-check'
import { isIP } from 'node:net'
import { describe, expect, it } from 'vitest'
import { AddressParser, parsePrefix } from './address-text.ts'

function parse(text: string): string | undefined {
  const parser = new AddressParser()
  const bytes = new TextEncoder().encode(text)
  if (!parser.parse(bytes, 0, bytes.length)) return undefined
  return [...parser.words].map((word) => word.toString(16).padStart(8, '0')).join('')
}

describe('AddressParser', () => {
  it.each([
    ['1.2.3.4', '00000000000000000000ffff01020304'],
    ['255.255.255.255', '00000000000000000000ffffffffffff'],
    ['::ffff:1.2.3.4', '00000000000000000000ffff01020304'],
    ['::', '00000000000000000000000000000000'],
    ['::1', '00000000000000000000000000000001'],
    ['2001:DB8::', '20010db8000000000000000000000000'],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
    ['1::3:4:5:6:7:8', '00010000000300040005000600070008'],
    ['::2:3:4:5:6:7:8', '00000002000300040005000600070008'],
    ['64:ff9b::192.0.2.33', '0064ff9b0000000000000000c0000221'],
  ])('reads %s', (text, words) => {
    expect(parse(text)).toBe(words)
  })

  it.each(['', '1', '1.2.3', '1.2.3.4.5', '1.2.3.256', '01.2.3.4', '1..2.3', ':', ':::', '1:2', '1::2::3', '12345::', '1:2:3:4:5:6:7:8:9'])(
    'refuses %j',
    (text) => {
      expect(parse(text)).toBeUndefined()
    },
  )

  it('takes what node:net takes, and nothing else', () => {
    const piece = fc.constantFrom('0', '1', '255', 'ffff', 'a', '::', ':', '.', '10', '256', 'g', '1.2.3.4')
    const text = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.array(piece, { maxLength: 16 }).map((pieces) => pieces.join('')),
    )
    fc.assert(
      fc.property(text, (address) => {
        expect(parse(address) !== undefined).toBe(isIP(address) !== 0)
      }),
      { numRuns: 5000 },
    )
  })
})

describe('parsePrefix', () => {
  const words = (text: string) => {
    const range = parsePrefix(text)
    return range && [[...range.start], [...range.end]]
  }

  it.each([
    ['203.0.113.9/24', [0, 0, 0xffff, 0xcb007100], [0, 0, 0xffff, 0xcb0071ff]],
    ['0.0.0.0/0', [0, 0, 0xffff, 0], [0, 0, 0xffff, 0xffffffff]],
    ['192.0.2.1', [0, 0, 0xffff, 0xc0000201], [0, 0, 0xffff, 0xc0000201]],
    ['2001:db8::/33', [0x20010db8, 0, 0, 0], [0x20010db8, 0x7fffffff, 0xffffffff, 0xffffffff]],
    ['::/0', [0, 0, 0, 0], [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff]],
    ['2001:db8::1/128', [0x20010db8, 0, 0, 1], [0x20010db8, 0, 0, 1]],
  ])('reads %s', (text, start, end) => {
    expect(words(text)).toEqual([start, end])
  })

  it.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/-1', '10.0.0.0/1e1', '::/129', 'x/8', '10.0.0.0/8/8', '/8'])('refuses %j', (text) => {
    expect(words(text)).toBeUndefined()
  })
})
