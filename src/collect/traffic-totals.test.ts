// Totals of routers, interfaces and rules over the life of the process: they grow, are bounded, and nothing is lost in them.
import { describe, expect, it } from 'vitest'
import { defaultRuleExtension, type Rule } from '../contract/rule.ts'
import { RuleTotals } from './rule-totals.ts'
import { sumsOfRouter, otherInterfaces } from './traffic-period.ts'
import { TrafficTotals } from './traffic-totals.ts'

/** One flow of so many bytes for each interface, in by it and out by the next. */
function growth(router: string, interfaces: readonly number[], bytes = 10) {
  const directions = new Float64Array(sumsOfRouter)
  directions.set([bytes * interfaces.length, interfaces.length, interfaces.length])
  const rows = interfaces.flatMap((ifIndex) => [0, ifIndex, bytes, 1, 1, 2 * bytes, 1, 1])
  return { routers: [router], directions, interfaces: Float64Array.from(rows) }
}

const limits = { routers: 2, interfacesOfRouter: 2, interfaces: 3 }
const inBytes = (sums: ReadonlyMap<number, Float64Array> | undefined) =>
  Object.fromEntries([...(sums ?? [])].map(([key, [bytes]]) => [key, bytes]))

describe('the totals of routers', () => {
  it('grow with what each thread tells, from zero on for routers that are registered', () => {
    const totals = new TrafficTotals(limits)
    totals.register(['a', 'b'])
    expect([...totals.routers().keys()]).toEqual(['a', 'b'])
    totals.add(growth('a', [1]))
    totals.add(growth('a', [1, 2], 5))
    expect(totals.routers().get('a')?.directions.slice(0, 3)).toEqual(new Float64Array([20, 3, 3]))
    expect(totals.routers().get('a')?.interfaces.get(1)).toEqual(new Float64Array([15, 2, 2, 30, 2, 2]))
    expect(
      totals
        .routers()
        .get('b')
        ?.directions.every((sum) => sum === 0),
    ).toBe(true)
    expect(totals.others()).toBeUndefined()
  })

  it('are summed beyond the bounds: interfaces of a router, of all, and routers', () => {
    const totals = new TrafficTotals(limits)
    totals.register(['a', 'b', 'c'])
    totals.add(growth('a', [1, 2, 3, otherInterfaces, 4]))
    totals.add(growth('b', [1, 2]))
    totals.add(growth('c', [1, 2]))
    expect(inBytes(totals.routers().get('a')?.interfaces)).toEqual({ 1: 10, 2: 10, [otherInterfaces]: 30 })
    expect(inBytes(totals.routers().get('b')?.interfaces)).toEqual({ 1: 10, [otherInterfaces]: 10 })
    expect(inBytes(totals.others()?.interfaces)).toEqual({ [otherInterfaces]: 20 })
    expect(totals.others()?.directions[0]).toBe(20)
  })

  it('are forgotten with the router, and their room is free again', () => {
    const totals = new TrafficTotals(limits)
    totals.register(['a', 'b', 'c'])
    totals.add(growth('a', [1, 2]))
    totals.add(growth('c', [9]))
    totals.register(['b', 'c'])
    totals.add(growth('a', [1]))
    totals.add(growth('c', [9]))
    expect([...totals.routers().keys()]).toEqual(['b', 'c'])
    expect(inBytes(totals.routers().get('c')?.interfaces)).toEqual({ 9: 10 })
    // What was added up before c had room stays where it was: no counter goes back.
    expect(totals.others()?.directions[0]).toBe(10)
  })
})

const rule = (id: string): Rule => ({
  id,
  account: 1,
  name: `rule ${id}`,
  type: 'threshold',
  prefixes: ['203.0.113.0/24'],
  automatic_advertisement: null,
  bandwidth_threshold: 1000,
  packet_threshold: null,
  duration: '1m',
  prefix_match: null,
  zscore_sensitivity: null,
  zscore_target: null,
  extension: defaultRuleExtension,
})

/** Two seconds of each rule: so many bytes in the first, twice as many in the second, a packet in each. */
function counts(rules: readonly string[], bytes: number) {
  const sums = {
    bytes: Float64Array.from(rules.flatMap(() => [bytes, 2 * bytes])),
    packets: Float64Array.from(rules.flatMap(() => [1, 1])),
  }
  return { thread: 0, closed: 0, rules, from: 0, seconds: 2, ...sums }
}

describe('the totals of rules', () => {
  const bytesOf = (totals: RuleTotals) => Object.fromEntries(totals.rules().map(({ rule: { id }, sums }) => [id, sums.bytes]))

  it('grow over all seconds and threads, and stay when rules change', () => {
    const totals = new RuleTotals()
    totals.watch([rule('a'), rule('b')])
    totals.add(counts(['a', 'gone'], 10))
    totals.add(counts(['b', 'a'], 1))
    expect(bytesOf(totals)).toEqual({ a: 33, b: 3 })
    totals.watch([rule('c'), { ...rule('a'), name: 'renamed' }])
    totals.add(counts(['b', 'a'], 1))
    expect(bytesOf(totals)).toEqual({ a: 36, c: 0 })
    expect(totals.rules()[0]).toMatchObject({ rule: { name: 'renamed' }, sums: { packets: 6 } })
    expect(totals.others()).toBeUndefined()
  })

  it('are summed beyond the bound; a rule that has its own keeps it', () => {
    const totals = new RuleTotals(2)
    totals.watch([rule('a'), rule('b')])
    totals.watch([rule('new'), rule('a'), rule('b'), rule('newer')])
    totals.add(counts(['a', 'new', 'newer', 'b'], 1))
    expect(bytesOf(totals)).toEqual({ a: 3, b: 3 })
    expect(totals.others()).toEqual({ bytes: 6, packets: 4 })
    totals.watch([rule('a'), rule('new')])
    totals.add(counts(['a', 'new'], 1))
    expect(bytesOf(totals)).toEqual({ a: 6, new: 3 })
    expect(totals.others()).toEqual({ bytes: 6, packets: 4 })
  })
})
