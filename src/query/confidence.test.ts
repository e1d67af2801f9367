// Tests confidence intervals against known quantiles and their own meaning.
import { describe, expect, it } from 'vitest'
import { confidenceInterval, normalQuantile } from './confidence.ts'

describe('normalQuantile', () => {
  it.each([
    [0.5, 0],
    [0.9, 1.2815515655446004],
    [0.975, 1.959963984540054],
    [0.995, 2.5758293035489004],
    [0.9995, 3.2905267314919255],
    [0.9999995, 4.891638475699153],
  ])('of %f is %f', (p, z) => {
    expect(normalQuantile(p)).toBeCloseTo(z, 8)
  })
})

describe('confidenceInterval', () => {
  it('is 196 % / √n at 0.95', () => {
    const interval = confidenceInterval({ estimate: 1e6, sampledEstimate: 1e6, flows: 10_000, sampledFlows: 10_000 }, 0.95)
    expect(interval.upper - interval.estimate).toBeCloseTo(19_599.6, 1)
    expect(interval.estimate - interval.lower).toBeCloseTo(19_599.6, 1)
    expect(interval).toMatchObject({ sampleSize: 10_000, isValid: true })
  })

  it('is a point where nothing was sampled', () => {
    const interval = confidenceInterval({ estimate: 5, sampledEstimate: 0, flows: 1, sampledFlows: 0 }, 0.99)
    expect(interval).toEqual({ estimate: 5, lower: 5, upper: 5, sampleSize: 1, isValid: true })
  })

  it('never goes below what was counted exactly, and says when samples are few', () => {
    const interval = confidenceInterval({ estimate: 150, sampledEstimate: 50, flows: 3, sampledFlows: 1 }, 0.95)
    expect(interval).toMatchObject({ lower: 100, isValid: false })
  })
})
