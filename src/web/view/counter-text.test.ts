// Ratios and causes in words.
import { describe, expect, it } from 'vitest'
import { causeText, formatRatio } from './counter-text.ts'

describe('the ratio of flows to counters', () => {
  it('reads as a decimal near one and as a denominator where sampling is untold', () => {
    expect([0.984, 2.013, 0.62, 0.001, 0.125, 0, null].map(formatRatio)).toEqual(['0.98', '2.01', '0.62', '1/1,000', '1/8', '0.00', '–'])
  })

  it('warns of a cause only where there is traffic to compare', () => {
    const comparison = { counter_bps: 1e9, flow_bps: 0, ratio: 0, cause: 'no_flows' } as const
    expect(causeText(comparison)).toMatchObject({ name: 'No flows', tone: 'warning' })
    expect(causeText({ ...comparison, counter_bps: 500 })).toMatchObject({ name: 'Idle', tone: 'neutral' })
    expect(causeText({ ...comparison, cause: 'no_counters' })).toMatchObject({ name: 'No counters', tone: 'neutral' })
    expect(causeText({ ...comparison, cause: 'agree' })).toMatchObject({ tone: 'success' })
  })
})
