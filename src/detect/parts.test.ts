// Small parts of the detector: texts, the series of an incident, lateness, the baseline.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { IncidentSeries, maxPoints } from './incident-series.ts'
import { Lateness } from './lateness.ts'
import { baselineMinutes, MinuteBaseline } from './minute-baseline.ts'
import { rateText, spanText, targetsText } from './rate-text.ts'
import { SecondRing } from './second-ring.ts'

describe('texts', () => {
  it.each([
    [6.4e9, '6.4 Gb/s'],
    [1e9, '1 Gb/s'],
    [999.4, '999 b/s'],
    [999_600, '1 Mb/s'],
    [12_345_678, '12.3 Mb/s'],
    [0, '0 b/s'],
  ])('rate %d is %s', (rate, text) => expect(rateText('bits', rate)).toBe(text))

  it('rates of packets', () => {
    expect(rateText('packets', 120_000)).toBe('120 k packets/s')
    expect(rateText('packets', 12)).toBe('12 packets/s')
  })

  it.each([
    [0, '0s'],
    [45, '45s'],
    [300, '5m'],
    [3900, '1h 5m'],
    [3605, '1h'],
    [183_600, '2d 3h'],
  ])('%d seconds are %s', (seconds, text) => expect(spanText(seconds)).toBe(text))

  it('targets', () => {
    expect(targetsText(['203.0.113.0/24'])).toBe('203.0.113.0/24')
    expect(targetsText(['a', 'b', 'c'])).toBe('a and 2 more')
  })
})

describe('the series of an incident', () => {
  it('keeps all traffic in at most 720 equal steps, in whatever order it comes, and over a restart', () => {
    const traffic = fc.array(fc.tuple(fc.nat(20_000), fc.integer({ min: 1, max: 1000 })), { minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(traffic, fc.nat(200), (seconds, cut) => {
        let series = new IncidentSeries(1000)
        const newest = 1000 + 20_000
        for (const [index, [second, bits]] of seconds.entries()) {
          if (index === cut) {
            series.points(newest)
            // To the end of a step: what is not whole is not told, and lost by a restart.
            series = IncidentSeries.from(series.points(newest + series.step), series.step)
          }
          series.add(1000 + second, bits, 1)
        }
        const points = series.points(newest + 64)
        const { step } = series
        expect(points.length).toBeLessThanOrEqual(maxPoints)
        expect(points.every(({ time }, index) => time === 1000 + index * step)).toBe(true)
        const total = points.reduce((sum, { bits }) => sum + bits * step, 0)
        expect(total).toBeCloseTo(
          seconds.reduce((sum, [, bits]) => sum + bits, 0),
          3,
        )
      }),
    )
  })

  it('tells whole steps only', () => {
    const series = new IncidentSeries(0)
    series.add(0, 10, 1)
    series.add(1, 10, 1)
    expect(series.points(0)).toEqual([{ time: 0, bits: 10, packets: 1 }])
    expect(series.points(-1)).toEqual([])
  })
})

describe('lateness', () => {
  it('is nothing where all is told at once', () => {
    const lateness = new Lateness()
    for (let count = 0; count < 100; count++) lateness.add(0, 1000)
    lateness.add(300, 10)
    lateness.settle()
    expect(lateness.seconds).toBe(0)
  })

  it('is the active timeout where records cover it', () => {
    const lateness = new Lateness()
    for (let late = 0; late < 60; late++) lateness.add(late, 1000)
    lateness.settle()
    expect(lateness.seconds).toBe(60)
  })

  it('is forgotten by and by, and what was known before a restart is kept for some minutes', () => {
    const lateness = new Lateness()
    lateness.recall(60)
    lateness.add(0, 1000)
    lateness.settle()
    expect(lateness.seconds).toBe(60)
    for (let minute = 0; minute < 3; minute++) lateness.fade()
    lateness.settle()
    expect(lateness.seconds).toBe(0)
  })
})

describe('the minutes of four hours', () => {
  it('have mean and deviation of the latest 240', () => {
    const baseline = new MinuteBaseline()
    for (let index = 0; index < 1000; index++) baseline.push(index * 60, index < 1000 - baselineMinutes ? 1e9 : index % 2 === 0 ? 90 : 110)
    expect([baseline.count, baseline.mean, baseline.deviation]).toEqual([240, 100, 10])
  })

  it('take what is told of them later, and older ones before them', () => {
    const baseline = new MinuteBaseline()
    baseline.push(600, 10)
    baseline.push(660, 10)
    baseline.revise(665, (minute) => minute)
    expect(baseline.mean).toBe(335)
    baseline.prepend([
      [480, 0],
      [600, 5],
    ])
    expect([baseline.count, baseline.newest]).toEqual([3, 660])
    expect(baseline.mean).toBeCloseTo(670 / 3)
  })
})

describe('the ring of seconds', () => {
  it('is the same as a list of the latest', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(300), fc.integer({ min: 1, max: 9 })), { maxLength: 200 }), (adds) => {
        const ring = new SecondRing(50)
        const truth = new Map<number, number>()
        let head = -1
        for (const [second, bits] of adds) {
          head = Math.max(head, second)
          const inReach = second > head - 50
          expect(ring.add(second, bits, 1)).toBe(inReach)
          if (inReach) truth.set(second, (truth.get(second) ?? 0) + bits)
        }
        for (let second = 0; second <= 310; second++) {
          const known = second > head - 50 && second <= head ? (truth.get(second) ?? 0) : 0
          expect(ring.bits(second)).toBe(known)
        }
      }),
    )
  })
})
