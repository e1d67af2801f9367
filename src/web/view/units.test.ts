// Numbers as people read them.
import { describe, expect, it } from 'vitest'
import { labelOf } from './labels.ts'
import { formatBinary, formatDuration, formatPerSecond, formatRate, formatShare, formatSi, formatStep, formatTick } from './units.ts'

describe('rates', () => {
  it.each([
    [0, '0 b/s'],
    [0.25, '0.25 b/s'],
    [999, '999 b/s'],
    [1234, '1.23 kb/s'],
    [999_700, '1 Mb/s'],
    [12_345_678, '12.3 Mb/s'],
    [4.2e12, '4.2 Tb/s'],
    [1e24, '1000000 Eb/s'],
  ])('%d is %s', (value, text) => {
    expect(formatRate(value, 'bits')).toBe(text)
  })

  it('of packets are pps', () => {
    expect(formatRate(340_000, 'packets')).toBe('340 kpps')
    expect(formatSi(1500, 'B')).toBe('1.5 kB')
  })
})

describe('other numbers', () => {
  it('keep the digits that matter', () => {
    expect([formatShare(0), formatShare(0.0004), formatShare(0.368), formatShare(1)]).toEqual(['0%', '0.04%', '36.8%', '100%'])
    expect([formatPerSecond(0), formatPerSecond(3.14), formatPerSecond(1834.2)]).toEqual(['0', '3.1', '1,834'])
    expect([formatBinary(425_984), formatBinary(67_108_864)]).toEqual(['416 KiB', '64 MiB'])
  })

  it('durations take the greatest unit that fits', () => {
    expect([3, 89, 90, 742, 7200, 200_000].map(formatDuration)).toEqual(['3 s', '89 s', '2 min', '12 min', '2 h', '2 d'])
    expect([10, 60, 300, 3600].map(formatStep)).toEqual(['10 s', '1 min', '5 min', '1 h'])
  })

  it('ticks tell seconds only where they are not whole minutes', () => {
    const midnight = new Date(2026, 6, 1).getTime()
    expect(formatTick(midnight, 300)).toBe('00:00')
    expect(formatTick(midnight + 15_000, 300)).toBe('00:00:15')
    expect(formatTick(midnight, 604_800)).toBe('1 Jul')
  })
})

describe('labels', () => {
  const names = { as: { 13335: 'Cloudflare, Inc.' }, routers: { '192.0.2.1': 'edge-1' } }

  it('write a value and its name', () => {
    expect(labelOf('sourceAS', 13_335, names)).toEqual({ value: 'AS13335', name: 'Cloudflare, Inc.' })
    expect(labelOf('destinationPort', 443, names)).toEqual({ value: '443', name: 'https' })
    expect(labelOf('protocol', 17, names)).toEqual({ value: 'UDP', name: '17' })
    expect(labelOf('protocol', 253, names)).toEqual({ value: '253', name: '' })
    expect(labelOf('sourceCountry', 'JP', names)).toEqual({ value: 'Japan', name: 'JP' })
    expect(labelOf('routerAddress', '192.0.2.1', names)).toEqual({ value: 'edge-1', name: '192.0.2.1' })
    expect(labelOf('direction', 'inbound', names)).toEqual({ value: 'Inbound', name: '' })
  })

  it('say unknown where the flow did not tell', () => {
    expect(labelOf('sourceAS', 0, names).value).toBe('unknown')
    expect(labelOf('sourceCountry', '', names).value).toBe('unknown')
  })
})
