// Growth of interface counters across wraps, restarts and counters that are not counted.
import { describe, expect, it } from 'vitest'
import { counterGrowth, counterNames, createInterfaceSample, inOctets, outOctets, type InterfaceSample } from './interface-counters.ts'

const gigabit = 1_000_000_000
const unicast = counterNames.indexOf('in_unicast')

function sample(changes: Partial<Omit<InterfaceSample, 'values'>> & { values?: Readonly<Record<number, number>> }): InterfaceSample {
  const made = {
    ...createInterfaceSample(),
    ifIndex: 1,
    speed: gigabit,
    at: 0,
    uptimeMs: 100_000,
    ...changes,
    values: counterNames.map(() => 0),
  }
  for (const [index, value] of Object.entries(changes.values ?? {})) made.values[Number(index)] = value
  return made
}

/** Growth of one counter from `old` to `value` in 30 s. */
function growth(index: number, old: number, value: number, changes: Partial<Omit<InterfaceSample, 'values'>> = {}): number | undefined {
  const before = sample({ values: { [index]: old } })
  const after = sample({ at: 30_000, uptimeMs: 130_000, ...changes, values: { [index]: value } })
  return counterGrowth(before, after)[index]
}

describe('the growth of a counter', () => {
  it('is the difference', () => {
    expect(growth(inOctets, 1000, 5000)).toBe(4000)
    expect(growth(outOctets, 7, 7)).toBe(0)
  })

  it('goes across the end of 32 bits, for packets and for octets that an agent keeps in 32 bits', () => {
    expect(growth(unicast, 0xffff_fff0, 16)).toBe(32)
    expect(growth(inOctets, 0xffff_ff00, 0x1000)).toBe(0x1100)
  })

  it('goes across the end of 64 bits', () => {
    // Doubles have steps of 2048 there.
    expect(growth(inOctets, 2 ** 64 - 4096, 8192)).toBe(12_288)
  })

  it('is unknown where the counter was set back', () => {
    expect(growth(inOctets, 1_000_000, 500)).toBeNaN()
    expect(growth(unicast, 1_000_000, 500)).toBeNaN()
    expect(growth(inOctets, 2 ** 40, 500)).toBeNaN()
  })

  it('is unknown where a wrap would have been more than the interface can carry', () => {
    // 2.3 GB in 30 s are 610 Mbit/s: possible on a gigabit, even twice, but not on 100 Mbit/s.
    expect(growth(inOctets, 0x8000_0000, 0x0800_0000)).toBe(0x8800_0000)
    expect(growth(inOctets, 0x8000_0000, 0x0800_0000, { speed: gigabit / 10 })).toBeNaN()
  })

  it('is unknown after a restart of the agent, also where the counter happens to have grown', () => {
    expect(growth(inOctets, 1000, 5000, { uptimeMs: 5000 })).toBeNaN()
  })

  it('does not take the wrap of the uptime after 49.7 days for a restart', () => {
    const before = sample({ uptimeMs: 2 ** 32 - 10_000, values: { [inOctets]: 1000 } })
    const after = sample({ at: 30_000, uptimeMs: 20_000, values: { [inOctets]: 5000 } })
    expect(counterGrowth(before, after)[inOctets]).toBe(4000)
  })

  it('is unknown where the agent does not count', () => {
    expect(growth(inOctets, Number.NaN, 5000)).toBeNaN()
    expect(growth(inOctets, 5000, Number.NaN)).toBeNaN()
  })
})
