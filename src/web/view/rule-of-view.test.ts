// A rule from a view: prefixes, name, a limit below the spike, what is left out, and what a hostile address may say.
import { describe, expect, it } from 'vitest'
import type { FlowCondition } from './filter.ts'
import { limitOfView, readNewRuleSearch, ruleOfQuestion, ruleOfView } from './rule-of-view.ts'
import type { Point } from './series.ts'

const is = (dimension: FlowCondition['dimension'], value: string, exclude = false): FlowCondition => ({ dimension, value, exclude })
const line = (...values: readonly number[]): Point[] => values.map((value, index) => [index, value])
const group = (key: string, bits: number) => ({ key, bits, packets: 0 })
const looked = { metric: 'bits', destinations: [], points: line(1e9, 1e9, 1e9) } as const

describe('a rule of a view', () => {
  it('watches the destinations that the filters name, and says which filters it cannot keep', () => {
    const conditions = [is('destinationAddress', '203.0.113.7'), is('destinationAddress', '2001:db8::7'), is('protocol', '17')]
    expect(ruleOfView({ ...looked, conditions })).toEqual({
      unit: 'bits',
      name: 'to-203.0.113.7-32',
      prefixes: '203.0.113.7/32,2001:db8::7/128',
      limit: '2000000000',
      left: 'protocol',
    })
  })

  it('watches the network of the destination that gets most of it, where no filter names one', () => {
    const destinations = [group('198.51.100.9', 3), group('203.0.113.7', 8)]
    expect(ruleOfView({ ...looked, conditions: [], destinations }).prefixes).toBe('203.0.113.0/24')
    expect(ruleOfView({ ...looked, conditions: [], destinations: [...destinations, group('192.0.2.1', 7)] }).prefixes).toBeUndefined()
    const conditions = [is('destinationAddress', '203.0.113.7', true)]
    expect(ruleOfView({ ...looked, conditions })).toMatchObject({ left: 'destinationAddress' })
  })

  it('fires at twice what is usual, which a spike does not raise', () => {
    expect(limitOfView(line(1e9, 1.1e9, 80e9, 1e9, 1.04e9))).toBe(2.1e9)
    expect(limitOfView(line(0, 0, 0, 0, 80e9))).toBe(40e9)
    expect(limitOfView(line(3, 3, 3))).toBe(6)
    expect(limitOfView(line(0, 0))).toBeUndefined()
    expect(limitOfView([])).toBeUndefined()
  })

  it('comes back out of the address, and nothing else does', () => {
    const conditions = [is('destinationAddress', '203.0.113.7'), is('sourceCountry', 'DE')]
    const search = ruleOfView({ ...looked, conditions })
    expect(readNewRuleSearch({ ...search })).toEqual(search)
    expect(readNewRuleSearch({ unit: 'x', name: '', prefixes: '<b>', limit: '-1', left: 'constructor,x', more: 'y' })).toEqual({})
    expect(readNewRuleSearch({ name: 'x'.repeat(257), prefixes: '1'.repeat(5000), limit: 5 })).toEqual({})
  })

  it.each([
    ['dst 203.0.113.7', '203.0.113.7/32', undefined],
    ['destinationAddress = 203.0.113.0/25', '203.0.113.0/25', undefined],
    [
      'proto udp and dst in {203.0.113.7, 2001:db8::/48}',
      '203.0.113.7/32,2001:db8::/48',
      'proto udp and dst in {203.0.113.7, 2001:db8::/48}',
    ],
    // Neither of these is to 203.0.113.7 only: who gets the traffic decides.
    ['dst 203.0.113.7 or src 203.0.113.7', '198.51.100.0/24', 'dst 203.0.113.7 or src 203.0.113.7'],
    ['not dst 203.0.113.7', '198.51.100.0/24', 'not dst 203.0.113.7'],
    ['', '198.51.100.0/24', undefined],
  ])('of the question "%s" watches %s', (filter, prefixes, beside) => {
    const search = ruleOfQuestion({ ...looked, filter, destinations: [group('198.51.100.9', 8)] })
    expect([search.prefixes, search.beside]).toEqual([prefixes, beside])
    expect(readNewRuleSearch({ ...search })).toEqual(search)
  })
})
