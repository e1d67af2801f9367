// Bounded tables of heavy targets against exact counts: what is promised of them holds for any input.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sumsPerRow } from '../contract/attack-report.ts'
import { Random } from '../sim/random.ts'
import { AttackCounters, attackWeight } from './attack-counters.ts'
import { AttackTotals } from './attack-totals.ts'

function add(counters: AttackCounters, host: number, packets: number): void {
  const slot = counters.slot(0, 0, 0xffff0000, host, 1)
  counters.sums[slot * sumsPerRow] += packets
  counters.weights[slot] += attackWeight(packets, 0)
}

/** Packets counted and missed by host. */
function read(counters: AttackCounters): Map<number, { counted: number; missed: number }> {
  const slots = [...counters.slots.subarray(0, counters.used)]
  return new Map(
    slots.map((slot) => [counters.addresses[slot * 4 + 3], { counted: counters.sums[slot * sumsPerRow], missed: counters.missed[slot] }]),
  )
}

describe('AttackCounters', () => {
  it('never counts too much, misses no more than it says, and keeps whoever has more than an eighth of a set', () => {
    const item = fc.record({ host: fc.integer({ min: 0, max: 60 }), packets: fc.integer({ min: 1, max: 1000 }) })
    fc.assert(
      fc.property(fc.array(item, { maxLength: 300 }), fc.integer(), (items, secret) => {
        // One set: everything competes.
        const counters = new AttackCounters(8, secret)
        const truth = new Map<number, number>()
        for (const { host, packets } of items) {
          add(counters, host, packets)
          truth.set(host, (truth.get(host) ?? 0) + packets)
        }
        const total = items.reduce((sum, { packets }) => sum + packets, 0)
        const counted = read(counters)
        for (const [host, { counted: packets, missed }] of counted) {
          expect(packets).toBeLessThanOrEqual(truth.get(host)!)
          expect(truth.get(host)! - packets).toBeLessThanOrEqual(missed)
        }
        const heavy = [...truth].filter(([, packets]) => packets > total / 8).map(([host]) => host)
        expect(heavy.filter((host) => !counted.has(host))).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  it('keeps a host among a flood of random ones, nearly exactly', () => {
    const random = new Random(9)
    const counters = new AttackCounters(4096, 0x1234_5678)
    for (let i = 0; i < 300_000; i++) add(counters, i % 100 === 0 ? 7 : random.integer(0, 2 ** 32 - 1), 1)
    const victim = read(counters).get(7)!
    // 1 % of the traffic: 3000 packets. Every other set of eight gets about 590, a counter 73.
    expect(victim.counted).toBeGreaterThan(2900)
    expect(victim.counted).toBeLessThanOrEqual(3000)
    expect(counters.used).toBe(4096)
  })

  it('forgets a second at once', () => {
    const counters = new AttackCounters(64, 1)
    add(counters, 5, 100)
    counters.clear()
    expect(read(counters).size).toBe(0)
    add(counters, 5, 3)
    expect(read(counters)).toEqual(new Map([[5, { counted: 3, missed: 0 }]]))
  })
})

describe('AttackTotals', () => {
  it('is exact while it grows, and after it was cleared', () => {
    const totals = new AttackTotals()
    for (const round of [1, 2]) {
      for (let key = 0; key < 5000; key++) {
        const slot = totals.slot(key * 64 + 3)
        totals.sums[slot * sumsPerRow] += key * round
        totals.hosts[slot * 8] |= key
      }
      const read = new Map([...totals.slots.subarray(0, totals.used)].map((slot) => [totals.keys[slot], slot]))
      expect(read.size).toBe(5000)
      for (let key = 0; key < 5000; key++) {
        const slot = read.get(key * 64 + 3)!
        expect(totals.sums[slot * sumsPerRow]).toBe(key * round)
        expect(totals.hosts[slot * 8]).toBe(key)
      }
      totals.clear()
    }
  })
})
