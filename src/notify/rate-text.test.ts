// Tests the words for rates and spans.
import { expect, it } from 'vitest'
import { bitsText, bpsText, megabits, ppsText, spanText } from './rate-text.ts'

it.each([
  [0, '0b/s', '0 bps'],
  [999, '999b/s', '999 bps'],
  [1000, '1Kb/s', '1 Kbps'],
  [6.4e9, '6.4Gb/s', '6.4 Gbps'],
  [2.4e9, '2.4Gb/s', '2.4 Gbps'],
  [1.234e6, '1.23Mb/s', '1.23 Mbps'],
  [98.76e6, '98.8Mb/s', '98.8 Mbps'],
  [999.6e6, '1Gb/s', '1 Gbps'],
  [3.2e18, '3200Pb/s', '3200 Pbps'],
])('%d bits a second', (bits, short, long) => {
  expect([bitsText(bits), bpsText(bits)]).toEqual([short, long])
})

it('packets and megabits', () => {
  expect([ppsText(20_000), ppsText(0.4), ppsText(1_234_567.8)]).toEqual(['20,000 pps', '0 pps', '1,234,568 pps'])
  expect([megabits(6.4e9), megabits(1234.5)]).toEqual([6400, 0.001])
})

it.each([
  [0, '0s'],
  [45_000, '45s'],
  [300_000, '5m'],
  [3_900_000, '1h5m'],
  [3_605_000, '1h'],
  [183_600_000, '2d3h'],
])('%d ms', (ms, text) => {
  expect(spanText(ms)).toBe(text)
})
