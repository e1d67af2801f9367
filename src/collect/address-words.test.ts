// Addresses as words and as text, both ways.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressKey, formatWords, parseWords } from './address-words.ts'

describe('address words', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['::', '::'],
    ['::1', '::1'],
    ['fe80::1:2:3:4', 'fe80::1:2:3:4'],
    ['1::', '1::'],
  ])('%s is read and written as %s', (text, canonical) => {
    expect(formatWords(parseWords(text))).toBe(canonical)
  })

  it('hold the bytes in network order', () => {
    const words = Uint32Array.from(parseWords('2001:db8::a0b'))
    expect(Buffer.from(words.buffer).toString('hex')).toBe('20010db8000000000000000000000a0b')
  })

  it.each(['', '192.0.2', '1.2.3.256', 'fe80::1%eth0', 'host'])('%j is refused', (text) => {
    expect(() => parseWords(text)).toThrow('is no IP address')
  })

  it('survive being written and read, and have one key each', () => {
    const word = fc.integer({ min: 0, max: 0xffffffff })
    fc.assert(
      fc.property(fc.tuple(word, word, word, word), (words) => {
        const again = parseWords(formatWords(words))
        expect(again).toEqual(words)
        expect(addressKey(again)).toBe(addressKey(words))
      }),
    )
  })
})
