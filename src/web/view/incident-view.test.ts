// Incidents in words, their way to the overview, and what charts and the alerts page make of their data.
import { describe, expect, it } from 'vitest'
import type { IncidentTalker } from '../../contract/incident.ts'
import { destinationNames, readMail, silencedNow, webhookHost } from './alert-policy.ts'
import { backtestLines, firingSeconds } from './backtest-view.ts'
import { joinMarks } from './chart-marks.ts'
import { conditionFilter } from './filter.ts'
import { readIncidentSearch } from './incident-search.ts'
import { hexRows } from './hex.ts'
import { incidentSeconds, overviewOf, shortHeadline, talkerCondition, talkerLabel, targetName } from './incident-view.ts'
import { scaleWith } from './limit-scale.ts'

const start = Date.parse('2026-07-01T12:00:00Z')
const rule = 'a'.repeat(32)
const incident = {
  started_at: '2026-07-01T12:00:00.000Z',
  ended_at: null,
  rule_id: rule,
  targets: ['203.0.113.7/32'],
  metric: 'packets',
} as const

function talker(value: string, name = ''): IncidentTalker {
  return { value, name, bits_per_second: 1, packets_per_second: 1, share: 0.5 }
}

describe('an incident', () => {
  it('is named by its vectors and their targets, or by its own sentence', () => {
    const vector = (title: string, target: string) => ({
      vector: title,
      title,
      target,
      bits_per_second: 1,
      packets_per_second: 1,
      share: 1,
      samples: 9,
    })
    const dns = vector('DNS amplification', '203.0.113.7/32')
    expect(shortHeadline({ vectors: [dns], targets: [], headline: '' })).toBe('DNS amplification on 203.0.113.7')
    const carpet = [dns, vector('UDP flood', '203.0.113.0/24')]
    expect(shortHeadline({ vectors: carpet, targets: [], headline: '' })).toBe('DNS amplification, UDP flood on 203.0.113.7 and 1 more')
    expect(shortHeadline({ vectors: [], targets: [], headline: 'web: 2 Gb/s' })).toBe('web: 2 Gb/s')
    expect(['2001:db8::1/128', '203.0.113.0/24', '2001:db8::/32'].map(targetName)).toEqual([
      '2001:db8::1',
      '203.0.113.0/24',
      '2001:db8::/32',
    ])
  })

  it('lasts until its end, or until now', () => {
    expect(incidentSeconds(incident, start + 12_000)).toBe(12)
    expect(incidentSeconds({ ...incident, ended_at: '2026-07-01T12:05:00Z' }, start + 1e9)).toBe(300)
    expect(incidentSeconds(incident, start - 5000)).toBe(0)
  })

  it('leads to its flows: to one host by address, to prefixes by its rule, from before its start', () => {
    const view = overviewOf(incident, start + 600_000)
    expect(view.time).toEqual({ kind: 'fixed', from: start - 120_000, to: start + 600_000 })
    expect(view.metric).toBe('packets')
    expect(conditionFilter(view.conditions)).toEqual({ destinationAddress_in: ['203.0.113.7'] })
    const wide = overviewOf({ ...incident, targets: ['203.0.113.0/24'], ended_at: '2026-07-01T12:05:00Z' }, start + 9e6)
    expect(wide.time).toMatchObject({ to: start + 420_000 })
    expect(conditionFilter(wide.conditions)).toEqual({ ruleIDs_hasany: [rule] })
    expect(conditionFilter([{ dimension: 'ruleIDs', value: rule, exclude: true }])).toEqual({ AND: [{ ruleIDs_nothas: rule }] })
  })

  it('leads from a row of a list to the flows of that row', () => {
    const source = talkerCondition('sources', talker('198.51.100.1'))
    expect(source).toEqual({ dimension: 'sourceAddress', value: '198.51.100.1', exclude: false })
    expect(talkerCondition('tcp_flags', talker('SYN'))).toBeUndefined()
    const other = talkerCondition('destinations', talker('203.0.113.9'))
    const conditions = other === undefined ? [] : [other]
    expect(conditionFilter(overviewOf(incident, start, conditions).conditions)).toEqual({ destinationAddress_in: ['203.0.113.9'] })
  })

  it('names those who took part', () => {
    expect(talkerLabel('source_asns', talker('13335', 'Cloudflare, Inc.'), {})).toEqual({ value: 'AS13335', name: 'Cloudflare, Inc.' })
    expect(talkerLabel('source_countries', talker('JP'), {})).toEqual({ value: 'Japan', name: 'JP' })
    expect(talkerLabel('source_ports', talker('53'), {})).toEqual({ value: '53', name: 'dns' })
    expect(talkerLabel('routers', talker('192.0.2.1'), { '192.0.2.1': 'edge' })).toEqual({ value: 'edge', name: '192.0.2.1' })
    expect(talkerLabel('tcp_flags', talker('SYN'), {})).toEqual({ value: 'SYN', name: '' })
  })

  it('shows packets byte by byte', () => {
    expect(hexRows('00112233445566778899aabbccddeeff0102')).toBe('0000  00 11 22 33 44 55 66 77 88 99 aa bb cc dd ee ff\n0010  01 02')
  })

  it('is searched by what makes sense in the address', () => {
    expect(readIncidentSearch({ state: 'open', rule, page: '3' })).toEqual({ state: 'open', rule, page: '3' })
    expect(readIncidentSearch({ state: 'x', rule: 'x', page: '1' })).toEqual({})
    expect(readIncidentSearch({ page: '-1' })).toEqual({})
  })
})

describe('a chart with a limit', () => {
  it('reaches above the line unless that is far away', () => {
    const line = [
      [0, 5],
      [1, 8],
    ] as [number, number][]
    expect(scaleWith([line], undefined)).toEqual({ top: null, shown: false })
    expect(scaleWith([line], 4)).toEqual({ top: null, shown: true })
    const above = scaleWith([line], 100)
    expect(above.shown).toBe(true)
    expect(above.top).toBeGreaterThan(100)
    expect(scaleWith([line], 1000)).toEqual({ top: null, shown: false })
    expect(scaleWith([[]], 1000).shown).toBe(true)
  })

  it('joins marks that would cover each other', () => {
    const marks = [
      { time: 3000, label: 'Fired' },
      { time: 0, label: 'Start' },
      { time: 300_000, label: 'End', calm: true },
    ]
    expect(joinMarks(marks, 600_000)).toEqual([
      { time: 0, label: 'Start, Fired', calm: false },
      { time: 300_000, label: 'End', calm: true },
    ])
    expect(joinMarks(marks, 60_000)).toHaveLength(3)
  })

  it('has a second line only where it says more than the first', () => {
    const result = {
      from: '',
      to: '',
      resolution: 1,
      caveats: [],
      firings: [],
      nearest_miss_seconds: 0,
      series: [{ time: 10, bits: 1, bits_max: 2, packets: 3, packets_max: 4 }],
      series_step: 60,
      bandwidth_threshold: 1,
      packet_threshold: null,
      limit_series: null,
    }
    expect(backtestLines(result, 'packets')).toEqual({ mean: [[10_000, 3]], largest: [[10_000, 4]], limit: undefined })
    expect(backtestLines({ ...result, series_step: 1 }, 'bits').largest).toBeUndefined()
    expect(firingSeconds({ started_at: '2026-07-01T12:00:00Z', ended_at: '2026-07-01T12:01:00Z' })).toBe(60)
    expect(firingSeconds({ started_at: '2026-07-01T12:00:00Z', ended_at: null })).toBeUndefined()
  })
})

describe('a policy', () => {
  const webhook = { id: 'w', name: 'NOC', url: 'https://hooks.slack.com/services/SECRET', type: 'slack' }

  it('names whom it tells; what was deleted is left out', () => {
    const mechanisms = { webhooks: [{ id: 'w' }, { id: 'gone' }], email: [{ id: 'noc@example.net' }], pagerduty: null }
    expect(destinationNames({ mechanisms }, { webhooks: [webhook], pagerduty: [] })).toEqual(['NOC', 'noc@example.net'])
    expect(webhookHost(webhook)).toBe('hooks.slack.com')
  })

  it('takes mail addresses with anything between them', () => {
    expect(readMail('a@x.net, b@x.net\nc@x.net;a@x.net')).toEqual({ addresses: ['a@x.net', 'b@x.net', 'c@x.net'], wrong: undefined })
    expect(readMail('a@x.net nobody').wrong).toBe('nobody')
  })

  it('is silenced from the beginning of a silence to its end', () => {
    const silence = { id: 's', policy_id: 'p', start_time: '2026-07-01T12:00:00Z', end_time: '2026-07-01T13:00:00Z' }
    const at = (minutes: number) => silencedNow('p', [silence], start + minutes * 60_000)
    expect([-1, 0, 59, 60].map(at)).toEqual([false, true, true, false])
    expect(silencedNow('q', [silence], start)).toBe(false)
  })
})
