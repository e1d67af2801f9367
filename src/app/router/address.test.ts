// Tests which texts are addresses of routers and which of them are the same.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalAddress } from './address.ts'

describe('canonicalAddress', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.1/32', '192.0.2.1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:db8::1/128', '2001:db8::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['::1', '::1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:C000:201', '192.0.2.1'],
    ['192.0.2.0/24', undefined],
    ['2001:db8::/64', undefined],
    ['192.0.2.1/', undefined],
    ['192.0.2.1/32/32', undefined],
    ['192.0.2.1/128', undefined],
    ['2001:db8::1/32', undefined],
    ['192.0.2', undefined],
    ['192.0.2.256', undefined],
    ['fe80::1%eth0', undefined],
    [' 192.0.2.1', undefined],
    ['router.example', undefined],
    ['', undefined],
  ])('%j is %j', (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical)
  })

  it('is the same for its own result', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const canonical = canonicalAddress(text)
        expect(canonical).toBeDefined()
        expect(canonicalAddress(canonical ?? '')).toBe(canonical)
      }),
    )
  })

  it('takes any text without failing', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => canonicalAddress(text)).not.toThrow()
      }),
    )
  })
})
