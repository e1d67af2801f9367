// 24 hours of busy, clean traffic with a daily curve, a backup at night and a flash crowd: nobody is woken up.
import { describe, expect, it } from 'vitest'
import { sensitivities, zscoreTargets, type Rule } from '../contract/rule.ts'
import { BusyDay } from '../sim/busy-day.ts'
import { labStart } from './testing/detector-lab.ts'
import { testRule } from './testing/rules.ts'
import { minutesOf, watchTraffic } from './testing/watch-day.ts'

const day = 86_400
// The fifth day of a week of ordinary ones; the flash crowd is in it.
const traffic = new BusyDay(labStart)
const before = minutesOf(traffic, labStart - day, labStart)

/** As docs/rules.md advises: twice the largest minute of an ordinary day. */
const limits = {
  bits: 2 * Math.max(...before.map(({ bytes }) => (bytes * 8) / 60)),
  packets: 2 * Math.max(...before.map(({ packets }) => packets / 60)),
}

describe('a busy day', () => {
  it('has what it should: nights, a backup, a crowd that is more than a busy hour', () => {
    const mean = (from: number) => {
      let bits = 0
      for (let second = from; second < from + 300; second++) bits += traffic.at(labStart + second).bits
      return bits / 300
    }
    expect(mean(4 * 3600)).toBeLessThan(0.6 * mean(17 * 3600))
    expect(mean(2.5 * 3600)).toBeGreaterThan(1.4 * mean(3.5 * 3600))
    expect(mean(19 * 3600 + 200)).toBeGreaterThan(1.8 * mean(18 * 3600))
  })

  it('sets no rule off: thresholds of twice the largest minute, zscore with that as floor', async () => {
    const thresholds = (['1m', '5m'] as const).map((duration) =>
      testRule({ name: `threshold ${duration}`, duration, bandwidth_threshold: limits.bits, packet_threshold: limits.packets }),
    )
    const floors = { floor_bits: limits.bits, floor_packets: limits.packets }
    const rules: Rule[] = [...thresholds]
    for (const zscore_sensitivity of sensitivities)
      for (const zscore_target of zscoreTargets)
        rules.push(
          testRule({
            name: `${zscore_sensitivity} ${zscore_target}`,
            type: 'zscore',
            zscore_sensitivity,
            zscore_target,
            extension: floors,
          }),
        )
    const told = await watchTraffic(rules, traffic, { from: labStart, to: labStart + day, history: before })
    expect([...told].filter(([, events]) => events.length > 0).map(([name]) => name)).toEqual([])
    expect(told.size).toBe(8)
  })

  it('with an attack in it is told, by the same rules', async () => {
    const attacked = {
      at: (second: number) => {
        const { bits, packets } = traffic.at(second)
        const attack = second >= labStart + 12 * 3600 && second < labStart + 12 * 3600 + 600
        return attack ? { bits: bits + 12e9, packets: packets + 4e6 } : { bits, packets }
      },
    }
    const floors = { floor_bits: limits.bits, floor_packets: limits.packets }
    const rules = [
      testRule({ name: 'threshold', bandwidth_threshold: limits.bits }),
      testRule({ name: 'zscore', type: 'zscore', zscore_sensitivity: 'low', zscore_target: 'bits', extension: floors }),
    ]
    const told = await watchTraffic(rules, attacked, {
      from: labStart + 11 * 3600,
      to: labStart + 13 * 3600,
      history: minutesOf(traffic, labStart + 7 * 3600, labStart + 11 * 3600),
    })
    const spans = [...told].map(([, events]) =>
      events.map(([event, { started_at, ended_at }]) => [event, started_at.slice(11, 19), ended_at?.slice(11, 19) ?? null]),
    )
    expect(spans[0]).toEqual([
      ['opened', '12:00:00', null],
      ['closed', '12:00:00', '12:10:00'],
    ])
    expect(spans[1].map(([event]) => event)).toEqual(['opened', 'closed'])
  })
})
