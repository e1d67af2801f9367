// How rules stand, and how their list is searched and ordered.
import { describe, expect, it } from 'vitest'
import type { RuleStatus } from '../../contract/rule.ts'
import type { WireRule } from '../api/rule-queries.ts'
import { listRules, readRuleSearch, withStatus } from './rule-list.ts'
import { limitText, loadOf, ownMetric, stateText } from './rule-state.ts'

const now = Date.parse('2026-07-01T12:00:00Z')

function rule(id: string, change: Partial<WireRule> = {}): WireRule {
  return { id, name: id, type: 'threshold', prefixes: ['203.0.113.0/24'], bandwidth_threshold: 1e9, duration: '1m', ...change }
}

function status(id: string, change: Partial<RuleStatus> = {}): RuleStatus {
  const rates = { bits_per_second: 5e8, packets_per_second: 90_000 }
  const nothing = { since: null, incident: null, learned: null, zscore: null, expected: null }
  return { id, name: id, type: 'threshold', state: 'quiet', ...rates, ...nothing, ...change }
}

describe('the load of a rule', () => {
  it('is that of the limit that is closer to being broken', () => {
    expect(loadOf(rule('a'), status('a'))).toEqual({ share: 0.5, label: '500 Mb/s of 1 Gb/s', limit: '1 Gb/s' })
    expect(loadOf(rule('a', { packet_threshold: 100_000 }), status('a'))?.label).toBe('90 kpps of 100 kpps')
  })

  it('is the z-score against its cut-off, once it is known', () => {
    const zscore = rule('z', { type: 'zscore', zscore_sensitivity: 'high' })
    expect(loadOf(zscore, status('z', { zscore: 1.5 }))).toMatchObject({ share: 0.5, label: 'z 1.5 of 3' })
    expect(loadOf(zscore, status('z', { zscore: -2 }))?.share).toBe(0)
    expect(loadOf(zscore, status('z'))).toBeUndefined()
  })

  it('is unknown without a status and without a limit', () => {
    expect(loadOf(rule('a'), undefined)).toBeUndefined()
    expect(loadOf(rule('d', { type: 'advanced_ddos' }), status('d'))).toBeUndefined()
  })
})

describe('the state of a rule', () => {
  const since = new Date(now - 12_000).toISOString()

  it('says how long it has been beyond its limit, and how long it must be', () => {
    expect(stateText(rule('a'), status('a', { state: 'breach', since }), now)).toEqual({
      tone: 'warning',
      label: 'Above its limit',
      detail: 'since 12 s of 60 s',
    })
    expect(stateText(rule('a', { type: 'zscore' }), status('a', { state: 'breach', since }), now).detail).toBe('since 12 s')
    expect(stateText(rule('a'), status('a', { state: 'firing', since }), now)).toMatchObject({ tone: 'error', detail: 'since 12 s' })
  })

  it('says how much is learnt, and what is off although the collectors have not told', () => {
    expect(stateText(rule('a'), status('a', { state: 'learning', learned: 0.42 }), now).label).toBe('Learning, 42%')
    expect(stateText(rule('a', { drawbridge: { enabled: false } }), undefined, now).label).toBe('Off')
  })

  it('comes with when it fires, in words', () => {
    expect(limitText(rule('a', { packet_threshold: 2000 }))).toBe('above 1 Gb/s or 2 kpps for 60 s')
    expect(limitText(rule('a', { bandwidth_threshold: null }))).toBe('never: no limit is set')
    expect(limitText(rule('a', { type: 'zscore', zscore_target: 'packets' }))).toBe('Medium sensitivity, by packets')
    expect(ownMetric({ name: '', type: 'threshold', prefixes: [], packet_threshold: 5 })).toBe('packets')
    expect(ownMetric(rule('a', { packet_threshold: 5 }))).toBe('bits')
  })
})

describe('the list of rules', () => {
  const rules = [
    rule('quiet'),
    rule('off', { drawbridge: { enabled: false } }),
    rule('firing', { prefixes: ['198.51.100.0/24'] }),
    rule('attacks', { type: 'advanced_ddos' }),
  ]
  const statuses = [
    status('quiet', { bits_per_second: 9e8 }),
    status('off', { state: 'off' }),
    status('firing', { state: 'firing', bits_per_second: 5e9 }),
  ]
  const listed = withStatus(rules, statuses)
  const names = (search: Parameters<typeof listRules>[1]) => listRules(listed, search).map((entry) => entry.rule.name)

  it('begins with the most urgent; those of which nothing is known come last', () => {
    expect(names({})).toEqual(['firing', 'quiet', 'off', 'attacks'])
    expect(names({ sort: 'name' })).toEqual(['attacks', 'firing', 'off', 'quiet'])
    expect(names({ sort: 'load' })).toEqual(['firing', 'quiet', 'off', 'attacks'])
    expect(names({ sort: 'kind' })).toEqual(['firing', 'off', 'quiet', 'attacks'])
  })

  it('is searched by name and prefix, and filtered by kind and state', () => {
    expect(names({ q: '198.51' })).toEqual(['firing'])
    expect(names({ q: 'QUI' })).toEqual(['quiet'])
    expect(names({ kind: 'advanced_ddos' })).toEqual(['attacks'])
    expect(names({ state: 'off' })).toEqual(['off'])
    expect(names({ state: 'breach' })).toEqual([])
  })

  it('takes from the address only what makes sense', () => {
    expect(readRuleSearch({ q: 'web', kind: 'zscore', state: 'firing', sort: 'load' })).toEqual({
      q: 'web',
      kind: 'zscore',
      state: 'firing',
      sort: 'load',
    })
    expect(readRuleSearch({ q: ['x'], kind: 'none', state: 7, sort: 'state' })).toEqual({})
  })
})
