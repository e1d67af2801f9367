// The course of rates that a page keeps, and the line that is drawn of it.
import { describe, expect, it } from 'vitest'
import type { FirewallAgent } from '../../contract/firewall.ts'
import { rateSpan, ratesOf, sparkline, withRates } from './firewall-rates.ts'

const agent = (packets: number | null, dropped: number | null) =>
  ({ packets_per_second: packets, dropped_packets_per_second: dropped }) as FirewallAgent
const rule = (...agents: FirewallAgent[]) => ({ agents })

describe('rates of a rule', () => {
  it('are the sums of those agents that have told', () => {
    expect(ratesOf(rule(agent(100, 40), agent(null, null), agent(20, 0)))).toEqual({ matched: 120, dropped: 40 })
    expect(ratesOf(rule(agent(null, null)))).toBeUndefined()
    expect(ratesOf(rule())).toBeUndefined()
  })

  it('are kept for five minutes, one a second', () => {
    const first = withRates([], rule(agent(10, 0)), 1_000_000)
    expect(first).toEqual([{ time: 1_000_000, matched: 10, dropped: 0 }])
    expect(withRates(first, rule(agent(99, 0)), 1_000_100)).toBe(first)
    expect(withRates(first, rule(agent(null, null)), 1_002_000)).toBe(first)
    expect(withRates(first, rule(agent(20, 5)), 1_001_000)).toHaveLength(2)
    expect(withRates(first, rule(agent(20, 5)), 1_000_000 + rateSpan)).toEqual([{ time: 1_000_000 + rateSpan, matched: 20, dropped: 5 }])
  })
})

describe('the line of a rate', () => {
  const size = { width: 100, height: 22, span: 10_000, top: 50 }

  it('ends at the right, as high as its greatest value', () => {
    const points = [
      { time: 0, value: 50 },
      { time: 20_000, value: 0 },
      { time: 25_000, value: 50 },
      { time: 30_000, value: 25 },
    ]
    expect(sparkline(points, size)).toBe('M0.0 21.0L50.0 1.0L100.0 11.0')
  })

  it('is none of a single point, and flat of nothing but zeros', () => {
    expect(sparkline([{ time: 5, value: 1 }], size)).toBe('')
    const zeros = [0, 10_000].map((time) => ({ time, value: 0 }))
    expect(sparkline(zeros, { ...size, top: 0 })).toBe('M0.0 21.0L100.0 21.0')
  })
})
