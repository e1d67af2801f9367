// Which limits are drawn: those that are about what is seen, the nearest, and no line that flattens the traffic.
import { describe, expect, it } from 'vitest'
import type { RuleStatus } from '../../contract/rule.ts'
import type { RuleFields } from '../api/rule-queries.ts'
import type { FlowCondition } from './filter.ts'
import type { ListedRule } from './rule-list.ts'
import { drawnLimits, limitsFor } from './traffic-limits.ts'

function listed(name: string, fields: Partial<RuleFields>, status: Partial<RuleStatus> = {}): ListedRule {
  const quiet: RuleStatus = {
    id: name,
    name,
    type: 'threshold',
    state: 'quiet',
    bits_per_second: 0,
    packets_per_second: 0,
    since: null,
    incident: null,
    learned: null,
    zscore: null,
    expected: null,
  }
  return { rule: { id: name, name, type: 'threshold', prefixes: ['203.0.113.0/24'], ...fields }, status: { ...quiet, ...status } }
}

const web = listed('web', { bandwidth_threshold: 10e9 }, { bits_per_second: 4e9 })
const dns = listed('dns', { bandwidth_threshold: 1e9, prefixes: ['198.51.100.0/24', '2001:db8::/32'] }, { bits_per_second: 0.9e9 })
const fired = listed('fired', { bandwidth_threshold: 90e9, packet_threshold: 5e6 }, { state: 'firing', bits_per_second: 1e9 })
const off = listed('off', { bandwidth_threshold: 1e6, drawbridge: { enabled: false } })
const learnt = listed('learnt', { type: 'zscore' })
const all = [web, dns, fired, off, learnt]
const is = (dimension: FlowCondition['dimension'], value: string): FlowCondition => ({ dimension, value, exclude: false })
const names = (conditions: readonly FlowCondition[], metric: 'bits' | 'packets' = 'bits') => {
  const { scope, limits } = limitsFor(all, conditions, metric)
  return [scope, ...limits.map(({ name }) => name)]
}

describe('limits of rules beside traffic', () => {
  it('are those of the unit, beyond first, then the nearest; never of what is off or has none', () => {
    expect(names([])).toEqual(['part', 'fired', 'dns', 'web'])
    expect(names([], 'packets')).toEqual(['part', 'fired'])
  })

  it('follow the filters where a rule counts what they leave', () => {
    expect(names([is('ruleIDs', 'web')])).toEqual(['same', 'web'])
    expect(names([is('destinationAddress', '203.0.113.7')])).toEqual(['wider', 'fired', 'web'])
    expect(names([is('destinationAddress', '2001:db8::7')])).toEqual(['wider', 'dns'])
  })

  it('are not drawn where no rule counts what is left', () => {
    expect(names([is('protocol', '17')])).toEqual(['none'])
    expect(names([is('destinationAddress', '203.0.113.7'), is('protocol', '17')])).toEqual(['none'])
    expect(names([{ ...is('ruleIDs', 'web'), exclude: true }])).toEqual(['none'])
    expect(names([is('destinationAddress', 'nonsense')])).toEqual(['none'])
  })

  it('are left out where they would flatten the traffic, but for one that is broken', () => {
    const { limits } = limitsFor(all, [], 'bits')
    const { drawn, far } = drawnLimits(limits, [[[0, 2e9]]])
    expect([drawn.map(({ name }) => name), far]).toEqual([['fired', 'dns'], 1])
    expect(drawnLimits(limits, [[]])).toMatchObject({ drawn: [{ name: 'fired' }], far: 2 })
  })

  it('are three at the most', () => {
    const many = Array.from({ length: 9 }, (_, index) => listed(`r${index}`, { bandwidth_threshold: 1e9 + index }))
    expect(drawnLimits(limitsFor(many, [], 'bits').limits, [[[0, 1e9]]]).drawn.map(({ name }) => name)).toEqual(['r0', 'r1', 'r2'])
  })
})
