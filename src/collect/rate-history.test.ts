// Rates and loss of a router from reports that come once a second, and not at all while nothing changes.
import { describe, expect, it } from 'vitest'
import { RateHistory, type RateSample } from './rate-history.ts'

function sample(at: number, count: number, lost = 0): RateSample {
  return { at, records: count, bits: count * 8000, packets: count * 10, lost, units: count }
}

function historyOf(...samples: readonly RateSample[]): RateHistory {
  const history = new RateHistory()
  for (const one of samples) history.note(one)
  return history
}

const everySecond = (seconds: number) => Array.from({ length: seconds + 1 }, (_, i) => sample(i * 1000, i * 50))

describe('rates', () => {
  it('are those of the last ten seconds', () => {
    const history = historyOf(...everySecond(60), sample(61_000, 3000))
    expect(historyOf(...everySecond(60)).rates(60_000)).toMatchObject({
      flows_per_second: 50,
      bits_per_second: 400_000,
      packets_per_second: 500,
    })
    expect(history.rates(61_000).flows_per_second).toBe(45)
  })

  it('fall to nothing while nothing comes', () => {
    const history = historyOf(...everySecond(60))
    expect(history.rates(65_000).flows_per_second).toBe(25)
    expect(history.rates(70_000).flows_per_second).toBe(0)
    expect(history.rates(600_000).flows_per_second).toBe(0)
  })

  it('spread a burst after a rest over the whole window', () => {
    const history = historyOf(sample(0, 10), sample(60_000, 110))
    expect(history.rates(60_000).flows_per_second).toBe(10)
    expect(history.rates(69_000).flows_per_second).toBe(10)
    expect(history.rates(71_000).flows_per_second).toBe(0)
  })

  it('are none before there are two samples', () => {
    expect(new RateHistory().rates(0)).toEqual({ flows_per_second: 0, bits_per_second: 0, packets_per_second: 0, loss: null })
    expect(historyOf(sample(0, 10)).rates(500).flows_per_second).toBe(0)
  })
})

describe('the loss', () => {
  it('is that of the last five minutes', () => {
    // One in ten is lost in the first ten minutes, none afterwards.
    const until = (end: number) =>
      historyOf(...Array.from({ length: end + 1 }, (_, second) => sample(second * 1000, second * 9, Math.min(second, 600))))
    expect(until(600).rates(600_000).loss).toBeCloseTo(0.1, 2)
    expect(until(1200).rates(1_200_000).loss).toBe(0)
  })

  it('of a router that sends no more is what it was over all', () => {
    expect(historyOf(sample(0, 0), sample(1000, 90, 10)).rates(900_000).loss).toBe(0.1)
  })
})
