// The form that announces: what people type, what is wrong with it, what the API gets, and whose fault a refusal is.
import { describe, expect, it } from 'vitest'
import { refusals, type Advertisement, type FlowSpec } from '../../contract/advertisement.ts'
import {
  announceAgain,
  announceFieldsOf,
  announceProblems,
  durationChoices,
  emptyAnnounce,
  readProtocols,
  readRanges,
  refusedField,
  type AnnounceForm,
} from './announce-form.ts'

const form = (change: Partial<AnnounceForm>): AnnounceForm => ({ ...emptyAnnounce, prefix: '203.0.113.0/24', why: 'flood', ...change })

const earlier = (flowspec: FlowSpec | null): Advertisement => ({
  id: 'a'.repeat(32),
  route: { purpose: flowspec === null ? 'blackhole' : 'flowspec', prefix: '203.0.113.7/32', flowspec },
  driver: 'webhook',
  owned_prefix_id: 'b'.repeat(32),
  state: 'withdrawn',
  dry_run: false,
  created_at: '2026-11-22T10:00:00.000Z',
  state_since: '2026-11-22T11:00:00.000Z',
  announced_at: '2026-11-22T10:00:00.000Z',
  already: false,
  until: '2026-11-22T12:00:00.000Z',
  retry_at: null,
  detail: '',
  causes: [],
})

describe('what is typed', () => {
  it('may be protocols by name and number', () => {
    expect(readProtocols('udp, TCP 47')).toEqual([17, 6, 47])
    expect(readProtocols('')).toEqual([])
    expect(['qotd', '256', '-1', '1.5'].map(readProtocols)).toEqual([undefined, undefined, undefined, undefined])
  })

  it('may be numbers and ranges', () => {
    expect(readRanges('53, 1024-65535')).toEqual([
      [53, 53],
      [1024, 65_535],
    ])
    expect(readRanges('  ')).toEqual([])
    expect(['53-', '65536', '20-10', 'dns', '1-70000'].map(readRanges)).toEqual(Array.from({ length: 5 }, () => undefined))
  })
})

describe('the form', () => {
  it('tells what is missing, and of a FlowSpec rule what makes no sense', () => {
    expect(Object.keys(announceProblems(emptyAnnounce))).toEqual(['prefix', 'why'])
    expect(announceProblems(form({ sourcePorts: '53-' }))).toEqual({})
    const wrong = form({ purpose: 'flowspec', sourcePorts: '53-', protocols: 'x', lengths: '9-1', action: 'rate' })
    expect(Object.keys(announceProblems(wrong))).toEqual(['protocols', 'sourcePorts', 'lengths', 'rate'])
    expect(Object.keys(announceProblems(form({ purpose: 'flowspec', action: 'redirect', target: '65000' })))).toEqual(['target'])
  })

  it('becomes a request without what was left empty', () => {
    expect(announceFieldsOf(form({ prefix: ' 203.0.113.0/24 ', driver: 'bgp', dryRun: true }))).toEqual({
      prefix: '203.0.113.0/24',
      purpose: 'divert',
      driver: 'bgp',
      why: 'flood',
      minutes: 60,
      dry_run: true,
    })
    expect(announceFieldsOf(form({ minutes: 240 }), 0.5).minutes).toBe(30)
  })

  it('becomes a FlowSpec rule, with rates in bytes', () => {
    const { flowspec } = announceFieldsOf(
      form({ purpose: 'flowspec', protocols: 'tcp', destinationPorts: '80,443', flags: 'syn', action: 'rate', rate: '100M' }),
    )
    expect(flowspec).toEqual({
      match: {
        destination: '203.0.113.0/24',
        protocol: [6],
        destination_port: [
          [80, 80],
          [443, 443],
        ],
        tcp_flags: { set: 2, unset: 16 },
      },
      action: { kind: 'rate', bytes_per_second: 12_500_000 },
    })
  })

  it('announces again exactly what was announced before, with what it has no fields for', () => {
    const rules: readonly FlowSpec[] = [
      {
        match: { destination: '203.0.113.7/32', source: '198.51.100.0/24', source_port: [[53, 53]], fragment: ['is'] },
        action: { kind: 'discard' },
      },
      {
        match: { destination: '203.0.113.7/32', protocol: [1], icmp_type: [8], dscp: [10], packet_length: [[512, 1500]] },
        action: { kind: 'rate', bytes_per_second: 125_001 },
      },
      {
        match: { destination: '203.0.113.7/32', tcp_flags: { set: 3, unset: 16 }, fragment: ['first', 'last'] },
        action: { kind: 'redirect', route_target: '65000:100' },
      },
      { match: { destination: '203.0.113.7/32', tcp_flags: { set: 16, unset: 0 } }, action: { kind: 'discard' } },
    ]
    for (const rule of rules) expect(announceFieldsOf(announceAgain(earlier(rule))).flowspec).toEqual(rule)
    const { purpose, driver, prefix } = announceFieldsOf(announceAgain(earlier(null)))
    expect([purpose, driver, prefix]).toEqual(['blackhole', 'webhook', '203.0.113.7/32'])
  })

  it('offers no longer time than the server allows', () => {
    expect(durationChoices(24)).toEqual([15, 30, 60, 120, 240, 480, 1440])
    expect(durationChoices(0.2)).toEqual([12])
  })
})

describe('a refusal', () => {
  const told = (name: string) => refusedField('/prefix', `203.0.113.0/24 cannot be announced: no [${name}]`)

  it('stands beside the field that can mend it, without its name for programs', () => {
    expect(told('not_owned')).toEqual({ field: 'prefix', message: '203.0.113.0/24 cannot be announced: no' })
    expect(told('lifetime').field).toBe('minutes')
    expect(told('purpose').field).toBe('purpose')
    for (const name of ['stopped', 'cap', 'flowspec_cap', 'flowspec']) expect(told(name).field).toBeUndefined()
  })

  it('is known for each that the guard has', () => {
    for (const name of Object.keys(refusals)) expect(told(name).message).not.toContain('[')
  })

  it('of bad input stands beside the field of its pointer', () => {
    expect(refusedField('/why', 'must not be empty').field).toBe('why')
    expect(refusedField('/flowspec/match/source_port/0', 'must be a range')).toEqual({ field: 'sourcePorts', message: 'must be a range' })
    expect(refusedField('', 'no [such] thing')).toEqual({ field: undefined, message: 'no [such] thing' })
  })
})
