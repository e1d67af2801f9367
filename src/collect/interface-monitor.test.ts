// Rates of interfaces by their counters, what is kept of them, and the bounds.
import { describe, expect, it } from 'vitest'
import { counterNames, createInterfaceSample, inOctets, outOctets, type InterfaceSample } from './interface-counters.ts'
import { InterfaceMonitor, maxInterfacesPerRouter } from './interface-monitor.ts'

const router = '192.0.2.1'
const start = 1_700_000_000_000

/** Counters at `seconds` of an interface that takes in 1000 bytes a second and sends 500. */
function steady(seconds: number, ifIndex = 1): InterfaceSample {
  const values = counterNames.map(() => 0)
  values[inOctets] = 1_000_000 + seconds * 1000
  values[outOctets] = seconds * 500
  return { ...createInterfaceSample(), ifIndex, speed: 1e9, status: 3, at: start + seconds * 1000, uptimeMs: seconds * 1000 + 1e6, values }
}

function monitorOf(...samples: InterfaceSample[]): InterfaceMonitor {
  const monitor = new InterfaceMonitor()
  for (const sample of samples) monitor.note(router, sample)
  return monitor
}

const rate = (monitor: InterfaceMonitor, from: number, to: number) => monitor.rates(router, start + from * 1000, start + to * 1000).get(1)

describe('rates by counters', () => {
  const every20 = (until: number) => Array.from({ length: until / 20 + 1 }, (_, index) => steady(index * 20))

  it('are of any window, whenever the counters came', () => {
    const monitor = monitorOf(...every20(600))
    const { in: input, out: output } = rate(monitor, 65, 365) ?? { in: 0, out: 0 }
    expect(input).toBeCloseTo(8000, 6)
    expect(output).toBeCloseTo(4000, 6)
  })

  it('are of the part that counters cover, when that is half or more', () => {
    const monitor = monitorOf(...every20(200))
    expect(rate(monitor, 0, 300)?.in).toBeCloseTo(8000, 6)
    expect(rate(monitor, 60, 360)).toBeUndefined()
  })

  it('follow a change of the traffic within the window', () => {
    const samples = every20(600)
    for (const sample of samples) if (sample.at > start + 300_000) sample.values[inOctets] = 1_000_000 + 300 * 1000
    const monitor = monitorOf(...samples)
    // 100 s of 8000 bits/s, then none.
    expect(rate(monitor, 200, 500)?.in).toBeCloseTo(8000 / 3, 6)
  })

  it('begin anew where a counter was set back', () => {
    const monitor = monitorOf(...every20(300))
    for (let seconds = 320; seconds <= 900; seconds += 20) {
      const sample = steady(seconds)
      sample.values[inOctets] = (seconds - 320) * 3000
      sample.values[outOctets] = 0
      monitor.note(router, sample)
    }
    expect(monitor.resets).toBe(1)
    expect(rate(monitor, 500, 800)?.in).toBeCloseTo(24_000, 6)
    expect(rate(monitor, 0, 300)).toBeUndefined()
  })

  it('do not need more memory for counters that come each second', () => {
    const monitor = new InterfaceMonitor()
    for (let seconds = 0; seconds <= 3000; seconds++) monitor.note(router, steady(seconds))
    expect(rate(monitor, 2500, 2800)?.in).toBeCloseTo(8000, 6)
    expect(rate(monitor, 1000, 1300)).toBeUndefined()
  })
})

describe('what is kept', () => {
  it('is the growth since the last time, wraps undone', () => {
    const monitor = monitorOf(steady(0), steady(20))
    const [growth] = monitor.take()
    expect(growth).toMatchObject({ router, ifIndex: 1, speed: 1e9, status: 3, from: start, to: start + 20_000 })
    expect(growth?.counters).toMatchObject({ in_octets: 20_000, out_octets: 10_000, in_errors: 0 })
    expect(monitor.take()).toEqual([])
    monitor.note(router, steady(60))
    expect(monitor.take()).toMatchObject([{ from: start + 20_000, counters: { in_octets: 40_000 } }])
  })
})

describe('the bounds', () => {
  it('hold for the interfaces of a router and count what is refused', () => {
    const monitor = new InterfaceMonitor()
    for (let ifIndex = 1; ifIndex <= maxInterfacesPerRouter + 5; ifIndex++) monitor.note(router, steady(0, ifIndex))
    expect(monitor.latest(router).length).toBe(maxInterfacesPerRouter)
    expect(monitor.refused).toBe(5)
  })

  it('make room when a router is registered no more', () => {
    const monitor = monitorOf(steady(0))
    monitor.keep(new Set(['192.0.2.2']))
    expect(monitor.latest(router)).toEqual([])
  })
})
