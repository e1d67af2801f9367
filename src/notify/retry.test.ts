// Tests when deliveries are tried again, and when they are given up.
import { describe, expect, it } from 'vitest'
import { DeliveryError } from './delivery-error.ts'
import { defaultRetry, nextTry } from './retry.ts'

const passing = new DeliveryError('HTTP 503')
const refused = new DeliveryError('HTTP 404', { rejected: true })

/** Seconds from each try to the next until it is given up. */
function waits(error: DeliveryError, random: number): number[] {
  const found: number[] = []
  let now = 0
  for (let attempts = 1; attempts < 10_000; attempts++) {
    const next = nextTry({ attempts, createdAt: 0, now, error }, defaultRetry, random)
    if (next === undefined) return found
    found.push((next - now) / 1000)
    now = next
  }
  throw new Error('it is never given up')
}

describe('nextTry', () => {
  it('waits twice as long each time, from a second up to five minutes, for a day', () => {
    const all = waits(passing, 1)
    expect(all.slice(0, 11)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300])
    const day = 86_400
    const total = all.reduce((sum, wait) => sum + wait, 0)
    expect(total).toBeLessThanOrEqual(day)
    expect(total).toBeGreaterThan(day - 301)
  })

  it('draws the wait from the half to the whole', () => {
    expect(waits(passing, 0).slice(0, 4)).toEqual([0.5, 1, 2, 4])
  })

  it('gives up after eight refusals, about two minutes', () => {
    expect(waits(refused, 1)).toEqual([1, 2, 4, 8, 16, 32, 64])
  })

  it('waits as long as it is asked to, a quarter of an hour at the most', () => {
    const asked = (retryAfterMs: number) =>
      nextTry({ attempts: 1, createdAt: 0, now: 0, error: new DeliveryError('HTTP 429', { retryAfterMs }) }, defaultRetry, 1)
    expect([asked(10), asked(60_000), asked(86_400_000)]).toEqual([1000, 60_000, 900_000])
  })
})
