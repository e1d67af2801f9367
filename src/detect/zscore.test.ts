// zscore rules: what is learnt, when they fire and when not, what an incident does to what is normal.
import { beforeEach, describe, expect, it } from 'vitest'
import type { Rule, RuleExtension } from '../contract/rule.ts'
import { DetectorLab, labStart, type Traffic } from './testing/detector-lab.ts'
import { testRule } from './testing/rules.ts'

const anomaly = (set: Partial<Omit<Rule, 'extension'>> & { extension?: Partial<RuleExtension> } = {}) =>
  testRule({ name: 'anomaly_1', type: 'zscore', zscore_sensitivity: 'medium', zscore_target: 'bits', ...set })

// 100 Mb/s, minutes of which stray by 5 Mb/s: the smallest deviation that 100 Mb/s have.
const steady = () => 100e6

let lab: DetectorLab
beforeEach(() => {
  lab = new DetectorLab()
})

describe('a zscore rule', () => {
  it('learns for an hour before it judges', async () => {
    await lab.start([anomaly()])
    lab.run(1800, steady)
    const [half] = lab.detector.statuses(1)
    expect(half.state).toBe('learning')
    expect(half.learned).toBeGreaterThan(0.35)
    expect(half.learned).toBeLessThan(0.5)
    lab.run(300, () => 10e9)
    expect(lab.events).toEqual([])
    lab.run(2000, steady)
    expect(lab.detector.statuses(1)).toMatchObject([{ state: 'quiet', learned: null }])
  })

  it.each([
    ['low', 5],
    ['medium', 4],
    ['high', 3],
  ] as const)('of %s sensitivity fires when the mean of five minutes is %d deviations up', async (zscore_sensitivity, cutOff) => {
    await lab.start([anomaly({ zscore_sensitivity })])
    lab.run(5000, steady)
    lab.run(300, () => 100e6 + 5e6 * (cutOff - 0.05))
    expect(lab.events).toEqual([])
    const began = lab.second
    lab.run(300, () => 200e6)
    const [{ at, incident }] = lab.of('opened')
    expect(incident.zscore).toBeGreaterThanOrEqual(cutOff)
    // The mean moves by a 300th of the step each second, and has a 20th of a deviation to go; it is looked at every five.
    expect(at / 1000 - began).toBeLessThan(7)
    expect(incident.headline).toContain('anomaly_1: ')
    expect(incident.headline).toContain(' expected, for ')
  })

  it('never fires on less traffic', async () => {
    await lab.start([anomaly({ zscore_sensitivity: 'high' })])
    lab.run(5000, steady)
    lab.run(600, () => 0)
    expect(lab.events).toEqual([])
  })

  it('watches packets where it is told to', async () => {
    await lab.start([anomaly({ zscore_target: 'packets' })])
    lab.run(5000, () => [100e6, 10_000])
    lab.run(300, () => [300e6, 10_000])
    expect(lab.events).toEqual([])
    lab.run(60, () => [100e6, 40_000])
    expect(lab.of('opened')).toMatchObject([{ incident: { metric: 'packets' } }])
  })

  it('does not fire below its floors', async () => {
    await lab.start([anomaly({ extension: { floor_bits: 400e6 } })])
    lab.run(5000, steady)
    lab.run(600, () => 390e6)
    expect(lab.events).toEqual([])
    expect(lab.detector.statuses(1)[0].zscore).toBeGreaterThan(4)
    lab.run(300, () => 800e6)
    expect(lab.of('opened')).toHaveLength(1)
    expect(lab.of('opened')[0].incident.limit).toBe(400e6)
  })

  it('on an idle prefix does not fire at a whiff of traffic', async () => {
    await lab.start([anomaly({ zscore_sensitivity: 'high' })])
    lab.run(5000, () => 0)
    lab.run(600, () => 2e6)
    expect(lab.events).toEqual([])
    lab.run(300, () => 20e6)
    expect(lab.of('opened')).toHaveLength(1)
  })

  it('waits for that part of its duration that is longer than the window', async () => {
    await lab.start([anomaly({ duration: '10m' })])
    lab.run(5000, steady)
    const began = lab.second
    lab.run(900, () => 400e6)
    const [{ at, incident }] = lab.of('opened')
    expect(at / 1000 - Date.parse(incident.started_at) / 1000).toBeCloseTo(301, 0)
    expect(Date.parse(incident.started_at) / 1000 - began).toBeLessThan(60)
  })

  it('keeps what it has learnt when its sensitivity changes, and judges by the new one', async () => {
    await lab.start([anomaly({ zscore_sensitivity: 'low' })])
    lab.run(5000, steady)
    lab.run(300, () => 122e6)
    expect(lab.events).toEqual([])
    lab.detector.watch([anomaly({ zscore_sensitivity: 'medium' })])
    lab.run(1, () => 122e6)
    expect(lab.of('opened')).toHaveLength(1)
  })

  it('whose routers fell silent does not fire when they come back', async () => {
    await lab.start([anomaly()])
    lab.run(6000, steady)
    lab.run(7200, () => 0)
    lab.run(1200, steady)
    expect(lab.events).toEqual([])
  })
})

describe('an incident of a zscore rule', () => {
  const attack = () => 500e6

  it('holds what is normal: four hours of attack do not become it', async () => {
    await lab.start([anomaly()])
    lab.run(6000, steady)
    lab.run(6 * 3600, attack)
    expect(lab.of('opened')).toHaveLength(1)
    expect(lab.of('closed')).toEqual([])
    expect(lab.detector.statuses(1)[0].expected).toBeCloseTo(100e6, -3)
    const calm = lab.second
    lab.run(900, steady)
    const [{ incident }] = lab.of('closed')
    const ended = Date.parse(incident.ended_at ?? '') / 1000
    expect(ended).toBeGreaterThan(calm)
    expect(ended).toBeLessThanOrEqual(calm + 300)
    // Nor do its minutes enter afterwards.
    lab.run(1800, steady)
    expect(lab.detector.statuses(1)[0].expected).toBeCloseTo(100e6, -3)
    lab.run(300, attack)
    expect(lab.of('opened')).toHaveLength(2)
  })

  it('goes on over a restart, judged by what was normal before it', async () => {
    await lab.start([anomaly()])
    lab.run(6000, steady)
    lab.run(3600, attack)
    // Also when nothing can be read of what was.
    lab.history = { minutes: async () => Promise.reject(new Error('store down')) }
    await lab.restart(30, { killed: true })
    expect(lab.warnings).toEqual(['the history of a rule cannot be read; it learns from now on'])
    lab.run(600, attack)
    expect(lab.of('closed')).toEqual([])
    lab.run(900, steady)
    expect(lab.of('closed')).toHaveLength(1)
    expect(lab.of('opened')).toHaveLength(1)
  })
})

describe('what a zscore rule learns from history', () => {
  it('lets it judge at once after a restart', async () => {
    await lab.start([anomaly()])
    lab.run(6000, steady)
    await lab.restart(60)
    lab.run(65, steady)
    expect(lab.detector.statuses(1)).toMatchObject([{ state: 'quiet', learned: null }])
    lab.run(120, () => 500e6)
    expect(lab.of('opened')).toHaveLength(1)
  })

  it('leaves out the minutes of incidents', async () => {
    await lab.start([anomaly()])
    lab.run(6000, steady)
    lab.run(3600, () => 500e6)
    lab.run(1200, steady)
    await lab.restart(60)
    lab.run(70, steady)
    expect(lab.detector.statuses(1)[0].expected).toBeCloseTo(100e6, -3)
  })

  it('is the same hour of other weeks too where it is seasonal', async () => {
    const hours = 24 * 7 * 4
    const traffic = (second: number): Traffic => (Math.floor(second / 3600) % 24 === 2 ? 300e6 : 100e6)
    const row = (minute: number) => {
      const bits = traffic(minute) as number
      return {
        account: 1,
        rule: 'a'.repeat(32),
        minute,
        bytes: (bits * 60) / 8,
        packets: 0,
        peak_bits: bits,
        peak_packets: 0,
        incident: false,
      }
    }
    const past = Array.from({ length: hours * 60 }, (_, index) => row(labStart - hours * 3600 + index * 60))
    const opened = async (seasonal: boolean, bits: number) => {
      lab = new DetectorLab()
      lab.history = { minutes: async (_, from, to) => past.filter(({ minute }) => minute >= from && minute < to) }
      await lab.start([anomaly({ extension: { seasonal } })])
      lab.run(3 * 3600, (second) => (Math.floor((second - labStart) / 3600) === 2 ? bits : 100e6))
      return lab.of('opened').length
    }
    expect(await opened(false, 300e6)).toBe(1)
    expect(await opened(true, 300e6)).toBe(0)
    expect(await opened(true, 900e6)).toBe(1)
  })
})
