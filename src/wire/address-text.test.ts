// Tests of addresses as text.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { writeIpv4, writeIpv6, writeMac } from './address-columns.ts'
import { ipText, macText } from './address-text.ts'
import { hex } from './testing/bytes.ts'

function text6(bytes: Uint8Array): string {
  const words = new Uint32Array(8)
  writeIpv6(words, 1, bytes, 0)
  return ipText(words, 1)
}

describe('ipText', () => {
  it.each([
    ['20010db8000000000000000000000001', '2001:db8::1'],
    ['00000000000000000000000000000000', '::'],
    ['00000000000000000000000000000001', '::1'],
    ['20010db8000000000001000000000001', '2001:db8::1:0:0:1'],
    ['20010db8000000010001000100010001', '2001:db8:0:1:1:1:1:1'],
    ['fe800000000000000000000000000000', 'fe80::'],
    ['00010002000300040005000600070008', '1:2:3:4:5:6:7:8'],
    ['00000000000000000000ffffc0000201', '192.0.2.1'],
  ])('%s is %s', (bytes, text) => {
    expect(text6(hex(bytes))).toBe(text)
  })

  it('writes IPv4 plainly', () => {
    const words = new Uint32Array(4)
    writeIpv4(words, 0, hex('cb0071ff'), 0)
    expect(ipText(words, 0)).toBe('203.0.113.255')
  })

  it('agrees with the canonical form of URLs', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 0, 1, 255), { minLength: 15, maxLength: 15 }), (bytes) => {
        // Not mapped IPv4: that is written plainly here.
        const text = text6(Uint8Array.of(0x20, ...bytes))
        expect(new URL(`http://[${text}]/`).hostname).toBe(`[${text}]`)
      }),
    )
  })
})

describe('macText', () => {
  it('writes six pairs', () => {
    const words = new Uint32Array(4)
    writeMac(words, 1, hex('00a1b2c3d4e5'), 0)
    expect([macText(words, 1), words[2], words[3]]).toEqual(['00:a1:b2:c3:d4:e5', 0xb2c3d4e5, 0x00a1])
  })
})
