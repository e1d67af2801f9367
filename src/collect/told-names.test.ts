// Names in options records: which element names what, and what is left of hostile text.
import { describe, expect, it } from 'vitest'
import type { OptionsValue } from '../wire/flow-host.ts'
import { toldName } from './told-names.ts'

function field(element: number, content: string | number | Uint8Array, enterprise = 0): OptionsValue {
  if (typeof content === 'number') {
    const bytes = new Uint8Array(4)
    new DataView(bytes.buffer).setUint32(0, content)
    return { element, enterprise, scope: false, value: content, bytes }
  }
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  return { element, enterprise, scope: false, value: Number.NaN, bytes }
}

describe('a name', () => {
  it('is of an interface, by its index in or out, also as scope', () => {
    const told = { kind: 'interface', id: 7, name: 'ge-0/0/7', description: 'to Frankfurt' }
    expect(toldName([field(10, 7), field(82, 'ge-0/0/7\0\0\0'), field(83, 'to Frankfurt')])).toEqual(told)
    expect(toldName([field(14, 7), field(82, 'ge-0/0/7'), field(83, ' to Frankfurt ')])).toEqual(told)
  })

  it('is of a VRF', () => {
    expect(toldName([field(234, 12), field(236, 'customer-a')])).toEqual({ kind: 'vrf', id: 12, name: 'customer-a' })
  })

  it('is of an application by engine and selector', () => {
    expect(toldName([field(95, Uint8Array.of(13, 0, 1, 197)), field(96, 'https')])).toEqual({
      kind: 'application',
      application: '13:453',
      name: 'https',
    })
    const ofEnterprise = toldName([field(95, Uint8Array.of(20, 0, 0, 0, 9, 1, 0)), field(96, 'own')])
    expect(ofEnterprise).toMatchObject({ application: '20:9:256' })
  })

  it('is none without an index, without text, or under another enterprise', () => {
    expect(toldName([field(82, 'eth0')])).toBeNull()
    expect(toldName([field(10, 7), field(82, '\0\0')])).toBeNull()
    expect(toldName([field(10, 7), field(82, 'eth0', 9)])).toBeNull()
    expect(toldName([field(95, Uint8Array.of(13)), field(96, 'https')])).toBeNull()
    // As a number it would have 140 000 digits, and take a second to become one.
    expect(toldName([field(95, new Uint8Array(60_000).fill(0x31)), field(96, 'https')])).toBeNull()
  })

  it('has no control characters, no invalid UTF-8 and a bounded length', () => {
    const hostile = Uint8Array.of(0x1b, 0x5b, 0x33, 0x31, 0x6d, 0x65, 0xff, 0x0a, 0x74)
    expect(toldName([field(10, 1), field(82, hostile)])).toMatchObject({ name: '[31me\ufffdt' })
    expect(toldName([field(10, 1), field(82, 'x'.repeat(5000))])).toMatchObject({ name: 'x'.repeat(128) })
  })
})
