// Counting for rules against a plain spread of every flow over its seconds.
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { createFlowBatch } from '../contract/flow-batch.ts'
import { RuleMeter, type CountedSeconds, type MeterDoubts } from './rule-meter.ts'
import { RuleSets } from './rule-sets.ts'
import { ruleId, tableOf, watchedRule } from '../enrich/testing/watched-rules.ts'

const a = ruleId(1)
const b = ruleId(2)

/** Sets 1 {a} and 2 {b, a}. */
function setsOfTwo(): RuleSets {
  return new RuleSets(tableOf([watchedRule(1, ['203.0.113.0/24']), watchedRule(2, ['203.0.113.0/25'])]))
}

interface Told {
  /** Milliseconds since 1970. */
  readonly start: number
  readonly end: number
  readonly bytes: number
  readonly packets: number
  readonly rate: number
  readonly set: number
}

const start = 1_700_000_000_000
const second = start / 1000

let meter: RuleMeter
let told: CountedSeconds[]
let doubts: MeterDoubts

beforeEach(() => {
  told = []
  doubts = { moved: 0, early: 0, earlyBytes: 0 }
  meter = new RuleMeter([a, b], setsOfTwo(), { doubts, tell: (counted) => told.push(counted) })
})

function count(flows: readonly Told[], now = start, skew = 0): void {
  const batch = createFlowBatch(Math.max(1, flows.length))
  const { columns } = batch
  const wide = (column: Uint32Array, row: number, value: number) => column.set([value % 2 ** 32, Math.floor(value / 2 ** 32)], row * 2)
  for (const [row, flow] of flows.entries()) {
    wide(columns.flow_start, row, flow.start)
    wide(columns.flow_end, row, flow.end)
    wide(columns.bytes, row, flow.bytes)
    wide(columns.packets, row, flow.packets)
    columns.sampling_rate[row] = flow.rate
  }
  meter.count(
    batch,
    { from: 0, to: flows.length },
    Uint32Array.from(flows, ({ set }) => set),
    { now, skew },
  )
}

function flow(from: number, to: number, bytes: number, more: Partial<Told> = {}): Told {
  return { start: from, end: to, bytes, packets: 1, rate: 1, set: 1, ...more }
}

/** Sums of a rule by second, of all that was told. */
function seconds(rule: string, what: 'bytes' | 'packets' = 'bytes', messages = told): Map<number, number> {
  const sums = new Map<number, number>()
  for (const message of messages) {
    const place = message.rules.indexOf(rule)
    if (place < 0) continue
    for (let at = 0; at < message.seconds; at++) {
      const value = message[what][place * message.seconds + at] ?? Number.NaN
      if (value !== 0) sums.set(message.from + at, (sums.get(message.from + at) ?? 0) + value)
    }
  }
  return sums
}

const total = (sums: ReadonlyMap<number, number>) => [...sums.values()].reduce((sum, value) => sum + value, 0)

describe('a flow', () => {
  it('within a second counts there, times its sampling rate, to the last byte', () => {
    count([flow(start - 9999, start - 9001, 2 ** 33 + 1, { rate: 1000, packets: 3 })])
    meter.close(start)
    expect([...seconds(a)]).toEqual([[second - 10, (2 ** 33 + 1) * 1000]])
    expect([...seconds(a, 'packets')]).toEqual([[second - 10, 3000]])
  })

  it('over several seconds counts in each for the time that it covers', () => {
    count([flow(start - 3500, start - 500, 6000)])
    meter.close(start)
    expect([...seconds(a)]).toEqual([
      [second - 4, 1000],
      [second - 3, 2000],
      [second - 2, 2000],
      [second - 1, 1000],
    ])
  })

  it('counts for every rule of its set, and for no other', () => {
    count([flow(start, start, 10), flow(start, start, 5, { set: 2 }), flow(start, start, 1000, { set: 0 })])
    meter.close(start)
    expect([total(seconds(a)), total(seconds(b))]).toEqual([15, 5])
  })

  it('that began before the window loses what lies there, which is told', () => {
    count([flow(start - 1_200_000, start, 1_200_000)])
    meter.close(start)
    expect(total(seconds(a))).toBeCloseTo(600_000, 3)
    expect(seconds(a).get(second - 300)).toBeCloseTo(1000, 6)
    expect(doubts).toEqual({ moved: 0, early: 1, earlyBytes: 600_000 })
  })

  it.each([
    ['in 1970', 10_000],
    ['long ago', start - 400_000],
    ['in the future', start + 60_000],
  ])('that ends %s is taken to end when it came, and keeps its duration', (_, end) => {
    count([flow(end - 2000, end, 4000)])
    meter.close(start)
    expect([...seconds(a)]).toEqual([
      [second - 2, 2000],
      [second - 1, 2000],
    ])
    expect(doubts.moved).toBe(1)
  })

  it('that ends a moment in the future counts until now, and is no doubt', () => {
    count([flow(start - 1000, start + 900, 1900)], start)
    meter.close(start)
    expect(Math.max(...seconds(a).keys())).toBeLessThanOrEqual(second)
    expect(total(seconds(a))).toBeCloseTo(1900, 6)
    expect(doubts.moved).toBe(0)
  })

  it.each([-7_200_000, 7_200_000, 500_000 - start])('of an exporter whose clock is %i ms ahead is dated by ours', (skew) => {
    count([flow(start + skew - 100_000, start + skew - 98_000, 4000)], start, skew)
    meter.close(start)
    expect([...seconds(a)]).toEqual([
      [second - 100, 2000],
      [second - 99, 2000],
    ])
    expect(doubts.moved).toBe(0)
  })

  it('without a start or with one after its end counts in the second of its end', () => {
    count([flow(0, start - 5000, 7), flow(start + 10_000, start - 5000, 8)])
    meter.close(start)
    expect([...seconds(a)]).toEqual([[second - 5, 15]])
  })
})

describe('what is told', () => {
  it('is the seconds that are over, also when nothing came', () => {
    meter.close(start)
    expect(told).toMatchObject([{ closed: second - 1, rules: [], seconds: 0 }])
    expect(told[0]?.bytes).toHaveLength(0)
  })

  it('adds up over messages, whenever the window moves and whichever way the clock goes', () => {
    for (const now of [start, start + 6500, start + 7000, start + 100_000, start - 50_000]) count([flow(now - 30_000, now, 3000)], now)
    meter.close(start)
    expect(total(seconds(a))).toBeCloseTo(15_000, 6)
    expect(told.length).toBeGreaterThan(2)
    expect(doubts).toEqual({ moved: 0, early: 0, earlyBytes: 0 })
  })

  it('is the same when the memory for seconds is full in between', () => {
    const numbers = Array.from({ length: 1000 }, (_, number) => number)
    const sets = new RuleSets(tableOf(numbers.map((number) => watchedRule(number, [`10.${number >> 8}.${number & 255}.0/24`]))))
    meter = new RuleMeter(numbers.map(ruleId), sets, { doubts, tell: (counted) => told.push(counted) })
    for (let age = 0; age < 290_000; age += 8000) {
      count(numbers.map((number) => flow(start - age - 1000, start - age, 10, { set: number + 1 })))
      count(numbers.map((number) => flow(start - age - 300_000, start - age, 90, { set: number + 1 })))
    }
    expect(told.length).toBeGreaterThan(0)
    meter.close(start)
    for (const number of [0, 500, 999]) expect(total(seconds(ruleId(number)))).toBeCloseTo(37 * 100, 6)
  })

  it('holds nothing of flows that are over', () => {
    count([flow(start - 100_000, start - 70_000, 0.1 * 2 ** 40, { rate: 3 }), flow(start - 10_500, start - 10_400, 77)])
    meter.close(start)
    expect(seconds(a).get(second - 11)).toBe(77)
    expect([...seconds(a).keys()].filter((time) => time > second - 70 && time !== second - 11)).toEqual([])
  })
})

/** The part of a flow that lies in a second, by the definition. */
function share({ start: from, end: to, bytes, rate }: Told, time: number): number {
  if (Math.floor(from / 1000) === Math.floor(to / 1000)) return Math.floor(to / 1000) === time ? bytes * rate : 0
  const covered = Math.min(to, (time + 1) * 1000) - Math.max(from, time * 1000)
  return covered <= 0 ? 0 : (bytes * rate * covered) / (to - from)
}

describe('any flows', () => {
  const flows = fc.array(
    fc
      .record({
        age: fc.integer({ min: 0, max: 299_000 }),
        duration: fc.oneof(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 0, max: 299_000 })),
        bytes: fc.oneof(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: 2 ** 40 })),
        rate: fc.constantFrom(1, 100, 4096),
        set: fc.constantFrom(1, 2),
      })
      .map(({ age, duration, bytes, rate, set }) => flow(start - age - duration, start - age, bytes, { rate, set })),
    { minLength: 1, maxLength: 40 },
  )

  it('add up to their bytes, and in each second to the parts that lie there, over any number of threads', () => {
    fc.assert(
      fc.property(flows, fc.integer({ min: 1, max: 3 }), (all, threads) => {
        const messages: CountedSeconds[] = []
        for (let thread = 0; thread < threads; thread++) {
          meter = new RuleMeter([a, b], setsOfTwo(), { doubts, tell: (counted) => messages.push(counted) })
          count(all.filter((_, index) => index % threads === thread))
          meter.close(start)
        }
        for (const [rule, counted] of [
          [a, all],
          [b, all.filter(({ set }) => set === 2)],
        ] as const) {
          const sums = seconds(rule, 'bytes', messages)
          const expected = counted.reduce((sum, { bytes, rate }) => sum + bytes * rate, 0)
          expect(Math.abs(total(sums) - expected)).toBeLessThanOrEqual(expected * 1e-9)
          const wrong = Array.from({ length: 602 }, (_, age) => second - age).filter((time) => {
            const exact = counted.reduce((sum, told) => sum + share(told, time), 0)
            // Doubles hold 16 digits of the largest sum.
            return Math.abs((sums.get(time) ?? 0) - exact) > 1e-6 * Math.max(1, exact) + 1e-15 * expected
          })
          expect(wrong).toEqual([])
        }
        expect(doubts.moved).toBe(0)
      }),
      { numRuns: 60 },
    )
  })
})
