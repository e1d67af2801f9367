// What is told first, who is named as a source, and what was done about an attack.
import { describe, expect, it } from 'vitest'
import type { Advertisement } from '../../contract/advertisement.ts'
import { noFacts, type IncidentSummary, type IncidentTalker } from '../../contract/incident.ts'
import { responseTo, sourcesOf, worriesOf } from './worries.ts'

// Only what is looked at; the rest of an incident is of no matter here.
const incident = (id: string, bits_per_second: number, limit: number) =>
  ({ id, metric: 'bits', bits_per_second, packets_per_second: 1e9, limit }) as IncidentSummary

const talker = (value: string, share: number): IncidentTalker => ({ value, name: '', bits_per_second: 0, packets_per_second: 0, share })

describe('worries', () => {
  it('begin with the attack that is furthest beyond its limit, then what is wrong with collection, without notices', () => {
    const findings = [
      { severity: 'error', kind: 'store-down', segments: 1 },
      { severity: 'notice', kind: 'unregistered', senders: 1 },
    ] as const
    const worries = worriesOf([incident('large', 9e9, 8e9), incident('far', 2e9, 1e9)], findings)
    expect(worries.map((worry) => (worry.kind === 'attack' ? worry.incident.id : worry.finding.kind))).toEqual([
      'far',
      'large',
      'store-down',
    ])
  })
})

describe('the sources of an attack', () => {
  it('are the two greatest networks, addresses where no network stands out, nobody where none does', () => {
    const networks = [talker('0', 0.5), talker('3320', 0.3), talker('7922', 0.2), talker('3215', 0.15)]
    const addresses = [talker('192.0.2.1', 0.4), talker('192.0.2.2', 0.01)]
    const named = (facts: object) => {
      const { list, talkers } = sourcesOf({ facts: { ...noFacts, ...facts } })
      return [list, ...talkers.map(({ value }) => value)]
    }
    expect(named({ source_asns: networks, sources: addresses })).toEqual(['source_asns', '3320', '7922'])
    expect(named({ source_asns: [talker('3320', 0.05)], sources: addresses })).toEqual(['sources', '192.0.2.1'])
    expect(named({})).toEqual(['sources'])
  })
})

describe('what was done', () => {
  const cause = (incident_id: string | null, released_at: string | null = null) => ({ incident_id, released_at })
  const advertisement = (id: string, state: Advertisement['state'], causes: object[], dry_run = false) =>
    ({ id, state, causes, dry_run }) as unknown as Advertisement
  const names = (list: readonly Advertisement[]) => list.map(({ id }) => id)

  it('is what the incident holds, by how far it came', () => {
    const done = responseTo('i', [
      advertisement('up', 'announced', [cause('i')]),
      advertisement('other', 'announced', [cause('j'), cause(null)]),
      advertisement('let go', 'announced', [cause('i', '2026-01-01T00:00:00Z'), cause('j')]),
      advertisement('dry', 'announced', [cause('i')], true),
      advertisement('asks', 'pending', [cause('i')]),
      advertisement('late', 'delayed', [cause('i')]),
      advertisement('broken', 'failed', [cause('i')]),
    ])
    expect(names(done.announced)).toEqual(['up'])
    expect(names(done.recorded)).toEqual(['dry'])
    expect(names(done.waiting)).toEqual(['asks'])
    expect(names(done.stuck)).toEqual(['late', 'broken'])
  })
})
