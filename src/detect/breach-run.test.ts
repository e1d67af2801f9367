// Runs above a limit: judged bit by bit as records come they are the same as worked out once from all that came.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BreachRun, clipFactor, meanSeconds } from './breach-run.ts'
import type { Moment } from './evaluator.ts'
import { SecondRing } from './second-ring.ts'

const limit = 10
const base = 1_000_000

/** Starts of all runs that last, from their definition: a list of rates, oldest first. */
function naiveFirings(rates: readonly number[], duration: number): number[] {
  const firings = new Set<number>()
  let start = -1
  for (let at = 0; at < rates.length; at++) {
    if (start !== -1) {
      const last = rates.slice(start, at + 1).slice(-meanSeconds)
      const sum = last.reduce((total, rate) => total + Math.min(rate, clipFactor * limit), 0)
      if (sum <= limit * last.length) start = -1
    }
    if (start === -1 && rates[at] > limit) start = at
    if (start !== -1 && rates[at] > limit && at - start + 1 >= duration) firings.add(start)
  }
  return [...firings]
}

class Stream {
  readonly ring = new SecondRing(1600)
  readonly run: BreachRun
  newest = base - 1
  #changed = Infinity
  readonly fired: number[] = []

  constructor(duration: number) {
    this.run = new BreachRun('bits', limit, duration)
  }

  add(second: number, bits: number): void {
    this.ring.add(base + second, bits, 0)
    this.#changed = Math.min(this.#changed, base + second)
  }

  judge(newest: number): void {
    this.newest = base + newest
    this.ring.advance(this.newest)
    const changedFrom = Math.min(this.#changed, this.newest)
    const moment: Moment = { seconds: this.ring, newest: this.newest, settled: this.newest, changedFrom, countedFrom: base, incident: null }
    this.#changed = Infinity
    this.run.judge(moment)
    if (this.run.fired !== 0) this.fired.push(this.run.fired - base)
  }
}

/** Rates of seconds, feasted and fasted, that are often just around the limit. */
const rates = fc.array(fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 11, max: 40 }) }, fc.integer({ min: 0, max: 12 })), {
  minLength: 1,
  maxLength: 120,
})

describe('a run', () => {
  const firings = (seconds: readonly number[], duration = 10) => {
    const stream = new Stream(duration)
    for (const [second, rate] of seconds.entries()) {
      stream.add(second, rate)
      stream.judge(second)
    }
    return [...new Set(stream.fired)]
  }
  const times = (count: number, rate: number) => Array.from({ length: count }, () => rate)

  it('fires with the last second of its duration', () => {
    expect(firings(times(9, 11))).toEqual([])
    expect(firings(times(10, 11))).toEqual([0])
  })

  it('does not fire at the limit itself', () => {
    expect(firings(times(60, 10))).toEqual([])
  })

  it('does not fire on what its mean carries beyond its last second above', () => {
    expect(firings([...times(9, 1000), ...times(20, 0)])).toEqual([])
    expect(firings([1000, ...times(20, 0)], 5)).toEqual([])
  })

  it('goes on over single seconds below', () => {
    expect(firings([30, 30, 30, 0, 30, 11, 11, 0, 30, 11])).toEqual([0])
  })

  it('is not carried over silence by one burst, however large', () => {
    expect(firings(Array.from({ length: 60 }, (_, second) => (second % 5 === 0 ? 100_000 : 0)))).toEqual([])
  })

  it('does not begin with a second below', () => {
    expect(firings([0, 9, ...times(10, 20)])).toEqual([2])
  })

  it('that breaks with a second above begins anew with it', () => {
    expect(firings([...times(3, 11), ...times(8, 0), ...times(10, 11)])).toEqual([11])
  })

  it('is the same judged second by second as worked out from its definition', () => {
    fc.assert(
      fc.property(rates, fc.integer({ min: 1, max: 60 }), (seconds, duration) => {
        expect(firings(seconds, duration)).toEqual(naiveFirings(seconds, duration))
      }),
      { numRuns: 500 },
    )
  })

  it('is the same in whatever parts and order its seconds are told, when all is told', () => {
    const part = fc.record({ second: fc.nat(), weight: fc.integer({ min: 1, max: 9 }), late: fc.integer({ min: 0, max: 100 }) })
    fc.assert(
      fc.property(rates, fc.integer({ min: 1, max: 30 }), fc.array(part, { maxLength: 150 }), (seconds, duration, parts) => {
        const stream = new Stream(duration)
        // Each part takes some of a second's traffic away and tells it later.
        const late = new Map<number, [second: number, bits: number][]>()
        const left = [...seconds]
        for (const { second: anywhere, weight, late: delay } of parts) {
          const second = anywhere % seconds.length
          const bits = Math.min(left[second], weight)
          left[second] -= bits
          late.set(second + delay, [...(late.get(second + delay) ?? []), [second, bits]])
        }
        for (let now = 0; now < seconds.length + 101; now++) {
          if (now < seconds.length) stream.add(now, left[now])
          for (const [second, bits] of late.get(now) ?? []) stream.add(second, bits)
          stream.judge(now)
        }
        // Runs grow to the past as more is told: each that lasts in the end was found, none that does not.
        const expected = naiveFirings(seconds, duration)
        expect(expected.filter((start) => !stream.fired.includes(start))).toEqual([])
        expect(stream.fired.length > 0).toBe(expected.length > 0)
      }),
      { numRuns: 300 },
    )
  })
})

describe('calm', () => {
  it('begins after the last second above that belongs to ten with a mean above', () => {
    const stream = new Stream(5)
    const judged = (seconds: readonly number[]) => {
      for (const rate of seconds) {
        const second = stream.newest - base + 1
        stream.ring.add(base + second, rate, 0)
        stream.newest = base + second
        stream.run.judge({
          seconds: stream.ring,
          newest: base + second,
          settled: base + second,
          changedFrom: base + second,
          countedFrom: base,
          incident: base,
        })
      }
      return stream.run.calmSince === null ? null : stream.run.calmSince - base
    }
    expect(judged(Array.from({ length: 20 }, () => 50))).toBeNull()
    expect(judged([0, 0, 0])).toBe(20)
    // One grain of sampled traffic is no attack.
    expect(judged([...Array.from({ length: 10 }, () => 0), 60, 0, 0])).toBe(20)
    expect(judged(Array.from({ length: 10 }, () => 12))).toBeNull()
  })
})
