// Fields of date and time in the browser's zone and in UTC.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fieldTime, readFieldTime } from './clock.ts'
import { clockFormats } from './units.ts'

const noon = Date.UTC(2026, 10, 22, 12, 0, 15)

describe('fields of date and time', () => {
  it('show and read UTC, whatever the zone of the browser', () => {
    expect(fieldTime(noon, 'utc')).toBe('2026-11-22T12:00:15')
    expect(readFieldTime('2026-11-22T12:00:15', 'utc')).toBe(noon)
    expect(readFieldTime('2026-11-22T12:00', 'utc')).toBe(noon - 15_000)
  })

  it('show and read the zone of the browser', () => {
    expect(readFieldTime('2026-11-22T12:00:15', 'local')).toBe(new Date(2026, 10, 22, 12, 0, 15).getTime())
    expect(fieldTime(new Date(2026, 10, 22, 12, 0, 15).getTime(), 'local')).toBe('2026-11-22T12:00:15')
  })

  it.each(['utc', 'local'] as const)('read in %s what they show', (times) => {
    // Far from the hour that a zone has twice a year.
    const july = fc.integer({ min: Date.UTC(2026, 6, 1) / 1000, max: Date.UTC(2026, 6, 31) / 1000 })
    fc.assert(
      fc.property(july, (seconds) => {
        expect(readFieldTime(fieldTime(seconds * 1000, times), times)).toBe(seconds * 1000)
      }),
    )
  })

  it('know what is no time', () => {
    expect([readFieldTime('', 'utc'), readFieldTime('', 'local'), readFieldTime('soon', 'utc')]).toEqual([NaN, NaN, NaN])
  })
})

describe('clock times', () => {
  it.each([
    ['UTC', ['12:00', '12:00:15', '22 Nov, 12:00']],
    ['Asia/Tokyo', ['21:00', '21:00:15', '22 Nov, 21:00']],
    ['America/New_York', ['07:00', '07:00:15', '22 Nov, 07:00']],
    ['Asia/Kathmandu', ['17:45', '17:45:15', '22 Nov, 17:45']],
    ['Pacific/Kiritimati', ['02:00', '02:00:15', '23 Nov, 02:00']],
  ])('in %s', (timeZone, written) => {
    const { minute, second, dayTime } = clockFormats('en-GB', { timeZone })
    expect([minute, second, dayTime].map((format) => format.format(noon))).toEqual(written)
  })

  it('in Japanese', () => {
    expect(clockFormats('ja-JP', { timeZone: 'Asia/Tokyo' }).dayTime.format(noon)).toBe('11月22日 21:00')
  })
})
