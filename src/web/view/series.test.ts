// Points of the chart: gaps, the bucket that is still filling, the figures above, and the live buffer.
import { describe, expect, it } from 'vitest'
import { figuresOf, firstKnown, incompleteFrom, livePoints, mergeLive, shortOf, toPoints } from './series.ts'
import { bucketFor, elapsedSeconds, windowOf, type TimeWindow } from './time-range.ts'

const minute = 60_000
const noon = Date.parse('2026-07-01T12:00:00Z')
const group = (time: number, bits: number) => ({ key: new Date(time).toISOString(), bits, packets: bits / 8000 })

function minutes(now: number): TimeWindow {
  return { start: noon, end: noon + 5 * minute, bucket: { seconds: 60, dimension: 'datetimeMinute' }, now }
}

describe('points', () => {
  it('are rates, 0 where no flow was, and leave out what came before the first flow', () => {
    const groups = [group(noon + minute, 600), group(noon + 3 * minute, 1200)]
    const window = minutes(noon + 10 * minute)
    const points = toPoints(groups, window, 'bits', firstKnown(groups, window, false))
    expect(points).toEqual([
      [noon + minute, 10],
      [noon + 2 * minute, 0],
      [noon + 3 * minute, 20],
      [noon + 4 * minute, 0],
    ])
    expect(toPoints(groups, window, 'packets', window.start)[1]).toEqual([noon + minute, 0.075 / 60])
  })

  it('leave out a minute that is still filling: its rate would be too low', () => {
    const groups = [0, 1, 2].map((index) => group(noon + index * minute, 600))
    const points = toPoints(groups, minutes(noon + 2 * minute + 30_000), 'bits', noon)
    expect(points.map(([time]) => time)).toEqual([noon, noon + minute])
  })

  it('divide a long bucket that is still filling by the part that has passed', () => {
    const hour = 3_600_000
    const window: TimeWindow = {
      start: noon,
      end: noon + 2 * hour,
      bucket: { seconds: 3600, dimension: 'datetimeHour' },
      now: noon + hour + 610_000,
    }
    const points = toPoints([group(noon, 3_600_000), group(noon + hour, 600_000)], window, 'bits', noon)
    expect(points).toEqual([
      [noon, 1000],
      [noon + hour, 1000],
    ])
    expect(incompleteFrom(points, window)).toBe(noon)
    expect(incompleteFrom(points.slice(0, 1), window)).toBeUndefined()
  })
})

describe('an answer that reaches back less than asked', () => {
  const reach = (since: number, complete = false) => ({ tier: 'raw', since, complete })

  it('is told, unless it is less than a bucket', () => {
    const window = minutes(noon + 10 * minute)
    expect(shortOf(reach(noon + 2 * minute), window)).toBe(noon + 2 * minute)
    expect(shortOf(reach(noon + 30_000), window)).toBeNull()
    expect(shortOf(reach(noon + 2 * minute, true), window)).toBeNull()
    expect(shortOf(undefined, window)).toBeNull()
  })
})

describe('figures', () => {
  it('are latest, mean, peak and 95th percentile', () => {
    const points = Array.from({ length: 100 }, (_, index): [number, number] => [index, index + 1])
    expect(figuresOf(points)).toEqual({ latest: 100, mean: 50.5, peak: 100, p95: 95 })
    expect(figuresOf([])).toBeUndefined()
  })
})

describe('the live buffer', () => {
  const second = (time: number, bits = 1) => ({ time, bits, packets: 1, flows: 1 })

  it('takes the newer answer for a second, and forgets the oldest', () => {
    const merged = mergeLive([second(1), second(2), second(3)], [second(3, 9), second(4)], 3)
    expect(merged).toEqual([second(2), second(3, 9), second(4)])
  })

  it('shows nothing of the time before the server began', () => {
    expect(livePoints([second(1), second(2), second(3, 9)], 'bits', 2000)).toEqual([
      [2000, 1],
      [3000, 9],
    ])
  })

  it('begins with the first answer', () => {
    expect(mergeLive([], [second(7)], 300)).toEqual([second(7)])
  })
})

describe('windows', () => {
  it('are made of whole buckets and reach over now', () => {
    const now = noon + 12_345
    const window = windowOf({ kind: 'preset', name: '24h' }, now)
    expect(window).toMatchObject({ start: noon - 86_400_000, end: noon + 300_000, bucket: { seconds: 300 } })
    expect(elapsedSeconds(window)).toBe(86_412.345)
    expect(elapsedSeconds(window, noon)).toBe(12.345)
  })

  it.each([
    [60, 10],
    [900, 10],
    [1800, 60],
    [21_600, 60],
    [86_400, 300],
    [604_800, 3600],
    [2_592_000, 3600],
  ])('of %i s have buckets of %i s', (span, seconds) => {
    expect(bucketFor(span).seconds).toBe(seconds)
  })
})
