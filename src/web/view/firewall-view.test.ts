// Rules of the firewall in words: what they do together, what one would drop, until when.
import { describe, expect, it } from 'vitest'
import type { FirewallAgent, FirewallRule } from '../../contract/firewall.ts'
import { agentsText, byUrgency, mayUndo, ruleTone, untilText, verdictText, wouldDrop } from './firewall-view.ts'

const agent = (fields: Partial<FirewallAgent>) =>
  ({ state: 'active', packets_per_second: 0, dropped_packets_per_second: 0, ...fields }) as FirewallAgent
const rule = (fields: Partial<FirewallRule>) =>
  ({ state: 'counting', action: { kind: 'count' }, agents: [], changes: [], created_at: '2026-11-22T08:00:00Z', ...fields }) as FirewallRule
const dropping = rule({ state: 'enforcing', agents: [agent({ packets_per_second: 900, dropped_packets_per_second: 900 })] })

describe('rules in words', () => {
  it('tell what they do together', () => {
    expect(verdictText([])).toBe('No rule is on the edges.')
    expect(verdictText([rule({}), rule({})])).toBe('2 rules count, nothing is dropped.')
    expect(verdictText([rule({}), dropping])).toBe('1 rule drops 900 pps now. 1 more counts only.')
  })

  it('tell what would be dropped, by agent where it is a limit', () => {
    const agents = [agent({ packets_per_second: 900 }), agent({ packets_per_second: 80 }), agent({ packets_per_second: null })]
    expect(wouldDrop(agents, { kind: 'drop' })).toBe(980)
    expect(wouldDrop(agents, { kind: 'limit', packets_per_second: 100 })).toBe(800)
    expect(wouldDrop(agents, { kind: 'count' })).toBe(0)
    expect(wouldDrop([agent({ packets_per_second: null })], { kind: 'drop' })).toBeUndefined()
  })

  it('tell until when, and since when it is calm', () => {
    const now = Date.parse('2026-11-22T08:00:00Z')
    expect(untilText({ until: '2026-11-22T08:20:00Z', calm_since: null }, now)).toEqual(['withdrawn in 20 min'])
    expect(untilText({ until: '2026-11-22T08:20:00Z', calm_since: '2026-11-22T07:59:30Z' }, now)).toEqual([
      'withdrawn in 20 min',
      'calm for 30 s',
    ])
    expect(untilText({ until: '2026-11-22T07:59:00Z', calm_since: null }, now)).toEqual(['withdrawn any moment'])
  })

  it('warn of agents where a rule is not in force', () => {
    expect(ruleTone(dropping)).toBe('success')
    const failed = rule({ state: 'enforcing', agents: [agent({}), agent({ state: 'failed' })] })
    expect(ruleTone(failed)).toBe('warning')
    expect(agentsText(failed)).toBe('in force on 1 of 2 agents')
    expect(agentsText(rule({}))).toBe('on no agent')
  })

  it('come with what drops first', () => {
    const newer = rule({ created_at: '2026-11-22T09:00:00Z' })
    expect([rule({}), newer, dropping].toSorted(byUrgency)).toEqual([dropping, newer, rule({})])
  })

  it('can be undone when they did something else before', () => {
    const change = { action: { kind: 'count' } } as FirewallRule['changes'][number]
    expect(mayUndo(rule({ changes: [change] }))).toBe(false)
    expect(mayUndo(rule({ state: 'enforcing', action: { kind: 'drop' }, changes: [change] }))).toBe(true)
  })
})
