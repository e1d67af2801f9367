import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Pacer } from './pacer.ts'

describe('Pacer', () => {
  it('keeps the rate and never lets more than 5 ms worth go at once', () => {
    const ticks = fc.array(fc.double({ min: 0.1, max: 12, noNaN: true }), { minLength: 50, maxLength: 300 })
    fc.assert(
      fc.property(fc.integer({ min: 1000, max: 1_000_000 }), ticks, (rate, steps) => {
        const pacer = new Pacer(rate, 0)
        let now = 0
        let sent = 0
        for (const step of steps) {
          const units = pacer.allowance(now)
          expect(units).toBeLessThanOrEqual((rate / 1000) * 5 + 1e-6)
          pacer.took(units)
          sent += units
          // 1 ms for the first group.
          expect(sent).toBeLessThanOrEqual(((now + 1) * rate) / 1000 + 1e-6)
          now += step
        }
      }),
    )
  })

  it('lets what goes together go at a rate that is lower than one of it in 5 ms', () => {
    const pacer = new Pacer(200, 0, 7)
    let sent = 0
    for (let now = 0; now <= 10_000; now++) {
      // As the sender does: a datagram of 7 goes when half of it may.
      if (pacer.allowance(now) < 3.5) continue
      pacer.took(7)
      sent += 7
    }
    expect(sent).toBeGreaterThanOrEqual(2000 - 7)
    expect(sent).toBeLessThanOrEqual(2000 + 7)
  })

  it('makes up for a pause, smoothly', () => {
    const pacer = new Pacer(1000, 0)
    let sent = 0
    const step = (now: number) => {
      const units = pacer.allowance(now)
      pacer.took(units)
      sent += units
      return units
    }
    for (let now = 0; now < 10; now++) step(now)
    expect(step(60)).toBe(5)
    const after = Array.from({ length: 200 }, (_, n) => step(61 + n))
    expect(Math.max(...after)).toBe(1.5)
    expect(sent).toBe(261)
  })

  it('has no limit at full speed', () => {
    expect(new Pacer(Number.POSITIVE_INFINITY, 0).allowance(0)).toBe(Number.POSITIVE_INFINITY)
  })
})
