// Tests the alert about an incident: every field that receivers of the original know (contract §5.3), and ours.
import { describe, expect, it } from 'vitest'
import { detectedIncident } from '../app/incident/testing/detected-incident.ts'
import type { AdvertiseStatus } from '../contract/advertisement.ts'
import { noFacts, type IncidentFacts, type IncidentTalker } from '../contract/incident.ts'
import { buildIncidentAlert } from './incident-alert.ts'

const links = { base: 'https://drawbridge.example' }
const id = 'a'.repeat(32)
const talker = (value: string, name = '', share = 0.5): IncidentTalker => ({
  value,
  name,
  bits_per_second: 3.2e9,
  packets_per_second: 400_000.4,
  share,
})
const facts: IncidentFacts = {
  ...noFacts,
  sources: Array.from({ length: 10 }, (_, index) => talker(`192.0.2.${index}`, '', 0.123456)),
  source_asns: [talker('64500', 'EXAMPLE-AS', 0.6)],
  source_countries: [talker('DE')],
  destinations: [talker('203.0.113.7')],
  destination_ports: [talker('53')],
  protocols: [talker('17', 'UDP')],
  as_of: '2026-01-01T11:59:30.000Z',
}

describe('of a threshold rule', () => {
  const incident = detectedIncident({ id })
  const alert = buildIncidentAlert('opened', { incident, facts }, links)

  it('has the fields of the original', () => {
    expect(alert).toMatchObject({
      account: 1,
      type: 'fbm_volumetric_attack',
      phase: 'ALERT_STATE_EVENT_START',
      correlation_id: id,
      at: Date.parse('2026-01-01T11:59:00.000Z'),
      name: 'Magic Network Monitoring: Volumetric Attack',
      link: `https://drawbridge.example/incidents/${id}`,
    })
    expect(alert.data).toMatchObject({
      rule_name: 'my_rule_1',
      rule_threshold: '1000000000',
      rule_duration: '1m',
      packets_per_second: 800_000,
      packets_per_second_string: '800,000 pps',
      bits_per_second: '6.4Gb/s',
      megabits_per_second: 6400,
      start_time: '2026-01-01T11:58:00.000Z',
      auto_advertised: false,
      severity: 'INFO',
    })
    expect(alert.data).not.toHaveProperty('rule_zscore_sensitivity')
  })

  it('has ours beside them', () => {
    expect(alert.data).toMatchObject({
      threshold: '1Gb/s',
      observed: {
        bits_per_second: 6.4e9,
        packets_per_second: 800_000,
        peak_bits_per_second: 7e9,
        peak_packets_per_second: 900_000,
        zscore: null,
      },
      prefixes: ['203.0.113.0/24'],
      source_asns: [{ value: '64500', name: 'EXAMPLE-AS', bits_per_second: 3.2e9, packets_per_second: 400_000, share: 0.6 }],
      source_countries: [{ value: 'DE' }],
      top_destinations: [{ value: '203.0.113.7' }],
      link: alert.link,
    })
    expect(alert.data['top_sources']).toHaveLength(5)
    expect(alert.data['top_sources']).toMatchObject([{ value: '192.0.2.0', share: 0.1235 }, {}, {}, {}, {}])
  })

  it('is readable', () => {
    expect(alert.text).toBe(
      'my_rule_1: 6.4 Gb/s to 203.0.113.0/24, above 1 Gb/s for 1m. The limit is 1Gb/s, the peak so far 7Gb/s and 900,000 pps. ' +
        'Most of it comes from 192.0.2.0 12 %, 192.0.2.1 12 %, 192.0.2.2 12 %, EXAMPLE-AS (AS64500) 60 %. ' +
        `Details: https://drawbridge.example/incidents/${id}`,
    )
  })

  it('is one without facts as well', () => {
    const bare = buildIncidentAlert('opened', { incident, facts: noFacts }, links)
    expect(bare.data).toMatchObject({ top_sources: [], source_asns: [] })
    expect(bare.text).not.toContain('comes from')
  })

  it('ends with the peak and how long it lasted', () => {
    const calm = { state: 'closed', ended_at: '2026-01-01T13:03:00.000Z', bits_per_second: 1000, packets_per_second: 1 } as const
    const end = buildIncidentAlert('closed', { incident: { ...incident, ...calm }, facts }, links)
    expect(end).toMatchObject({ phase: 'ALERT_STATE_EVENT_END', correlation_id: id })
    expect(end.data).toMatchObject({
      bits_per_second: '7Gb/s',
      packets_per_second: 900_000,
      end_time: '2026-01-01T13:03:00.000Z',
      duration: '1h5m',
    })
    expect(end.text).toContain('Rule my_rule_1 is calm again after 1h5m.')
  })

  it('is dated by the newest that is known when it is updated', () => {
    expect(buildIncidentAlert('updated', { incident, facts }, links).at).toBe(Date.parse('2026-01-01T11:59:30.000Z'))
  })

  it('says that something was advertised', () => {
    const told = (status: AdvertiseStatus) => {
      const advertised = [{ prefix: '203.0.113.0/24', status, detail: 'sent to rs1' }]
      return buildIncidentAlert('updated', { incident, facts, advertised }, links).data['auto_advertised']
    }
    expect([told('Advertised'), told('Already Advertised'), told('Delayed'), told('Locked')]).toEqual([true, true, false, false])
  })
})

it('of a zscore rule names the sensitivity', () => {
  const incident = detectedIncident({ id, rule_type: 'zscore', zscore: 7.5 })
  const zscore = { ...incident, rule: { ...incident.rule, type: 'zscore' as const, zscore_sensitivity: 'low' as const } }
  const { data, type } = buildIncidentAlert('opened', { incident: zscore, facts }, links)
  expect(type).toBe('fbm_volumetric_attack')
  expect(data).toMatchObject({ rule_zscore_sensitivity: 'low', observed: { zscore: 7.5 } })
})

it('of an advanced_ddos rule has the fields of the original and the vectors', () => {
  const vector = {
    vector: 'dns_amplification',
    title: 'DNS amplification',
    target: '203.0.113.7/32',
    bits_per_second: 6e9,
    packets_per_second: 7e5,
    share: 0.9,
    samples: 500,
  }
  const incident = detectedIncident({ id, rule_type: 'advanced_ddos', vectors: [vector], targets: ['203.0.113.7/32'] })
  const alert = buildIncidentAlert('opened', { incident, facts }, links)
  expect(alert).toMatchObject({ type: 'fbm_dosd_attack', name: 'Magic Network Monitoring: DDoS Attack' })
  expect(alert.data).toMatchObject({
    target_ip: '203.0.113.7',
    target_port: 53,
    attack_type: 'DNS amplification',
    protocol: 'UDP',
    packets_per_second: 800_000,
    megabits_per_second: 6400,
    max_rate: '7 Gbps',
    rule_name: 'my_rule_1',
    start_time: '2026-01-01T11:58:00.000Z',
    auto_advertised: false,
    advertise_status: [],
    severity: 'CRITICAL',
    vectors: [vector],
  })
  expect(buildIncidentAlert('opened', { incident, facts: noFacts }, links).data).not.toHaveProperty('target_port')
  const advertised = [{ prefix: '203.0.113.0/24', status: 'Advertised', detail: 'sent to rs1' }] as const
  expect(buildIncidentAlert('opened', { incident, facts, advertised }, links).data).toMatchObject({
    auto_advertised: true,
    advertise_status: [{ prefix: '203.0.113.0/24', status: 'Advertised' }],
  })
})
