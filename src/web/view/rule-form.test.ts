// The form of a rule: what people type, what is wrong with it, and what the API gets.
import { describe, expect, it } from 'vitest'
import { defaultRuleExtension } from '../../contract/rule.ts'
import type { RuleFields } from '../api/rule-queries.ts'
import { busiestNetworks, networkOf } from './networks.ts'
import { readPrefixes, withPrefix } from './prefix-list.ts'
import { exactRate, readRate } from './rate-input.ts'
import { changeOf, emptyForm, fieldAt, fieldsOf, formOf, problemsOf, type RuleForm } from './rule-form.ts'

describe('prefixes as typed', () => {
  it('are IPv4 and IPv6, with and without a length, in their order and spelling', () => {
    const typed = '203.0.113.0/24\n 198.51.100.7 \n\n2001:DB8:40::/48, 2001:db8::1'
    expect(readPrefixes(typed)).toEqual({
      prefixes: ['203.0.113.0/24', '198.51.100.7', '2001:DB8:40::/48', '2001:db8::1'],
      wrong: [],
    })
  })

  it('are told by line when they are none', () => {
    const typed = [
      '203.0.113.300',
      '203.0.113.0/33',
      '0.0.0.0/0',
      '2001:db8::/129',
      'fe80::1%eth0',
      '1.2.3',
      'host/24',
      '10.0.0.0/8x',
    ].join('\n')
    expect(readPrefixes(typed).wrong.map(({ line, problem }) => `${line} ${problem}`)).toEqual([
      '1 address',
      '2 length',
      '3 everything',
      '4 length',
      '5 address',
      '6 address',
      '7 address',
      '8 length',
    ])
  })

  it('stand there once, however they are spelled', () => {
    const { prefixes, wrong } = readPrefixes('2001:db8::/32\n2001:0db8:0::/32\n10.0.0.1\n10.0.0.1/32\n10.0.0.0/8')
    expect(prefixes).toEqual(['2001:db8::/32', '10.0.0.1', '10.0.0.0/8'])
    expect(wrong.map(({ line, problem }) => [line, problem])).toEqual([
      [2, 'twice'],
      [4, 'twice'],
    ])
  })

  it('are added once', () => {
    expect(withPrefix('', '10.0.0.0/8')).toBe('10.0.0.0/8')
    expect(withPrefix('10.0.0.0/8\n', '192.0.2.0/24')).toBe('10.0.0.0/8\n192.0.2.0/24')
    expect(withPrefix('10.0.0.0/8', '10.0.0.0/8')).toBe('10.0.0.0/8')
  })
})

describe('networks to suggest', () => {
  it('hold the addresses that get most', () => {
    expect(['203.0.113.7', '2001:db8:40:1::feed', '2001:db8::1', '2001:db8:0:2:3:4:5:6', 'x'].map(networkOf)).toEqual([
      '203.0.113.0/24',
      '2001:db8:40::/48',
      '2001:db8::/48',
      '2001:db8::/48',
      undefined,
    ])
    const rows = [
      { key: '192.0.2.1', bits: 5, packets: 1 },
      { key: '203.0.113.7', bits: 3, packets: 1 },
      { key: '203.0.113.8', bits: 3, packets: 1 },
    ]
    expect(busiestNetworks(rows)).toEqual(['203.0.113.0/24', '192.0.2.0/24'])
  })
})

describe('rates as typed', () => {
  it('have SI prefixes and units, or none', () => {
    const typed = ['1G', '250 Mb/s', '1.5 gbps', '500k', '500 kpps', '1000000', '10 000', '2 bit/s']
    expect(typed.map(readRate)).toEqual([1e9, 25e7, 15e8, 5e5, 5e5, 1e6, 1e4, 2])
  })

  it('are nothing, or wrong', () => {
    expect(readRate(' ')).toBeNull()
    expect(['0', '-1', '1,5G', 'G', '1 GiB', '1e9', '99999999T'].map(readRate)).toEqual(Array.from({ length: 7 }))
  })

  it('are written without rounding, and read back as they were', () => {
    const rates = [1e9, 15e8, 1_234_567_890, 250_000, 999, 1, 1_234_000]
    expect(rates.map((rate) => exactRate(rate, 'bits'))).toEqual([
      '1 Gb/s',
      '1.5 Gb/s',
      '1234567890 b/s',
      '250 kb/s',
      '999 b/s',
      '1 b/s',
      '1.234 Mb/s',
    ])
    for (const rate of rates) expect(readRate(exactRate(rate, 'packets'))).toBe(rate)
  })
})

const threshold: RuleForm = { ...emptyForm, name: ' web ', prefixes: '203.0.113.0/24', bandwidth: '1G', duration: '5m' }

describe('a form', () => {
  it('becomes a rule without what is not set', () => {
    expect(fieldsOf(threshold)).toEqual({
      name: 'web',
      type: 'threshold',
      prefixes: ['203.0.113.0/24'],
      automatic_advertisement: false,
      bandwidth_threshold: 1e9,
      duration: '5m',
    })
    const zscore: RuleForm = { ...threshold, type: 'zscore', seasonal: true, floorBits: '50M' }
    expect(fieldsOf(zscore)).toMatchObject({
      zscore_target: 'bits',
      zscore_sensitivity: 'medium',
      drawbridge: { seasonal: true, floor_bits: 5e7 },
    })
    expect(fieldsOf(zscore)).not.toHaveProperty('bandwidth_threshold')
    expect(fieldsOf({ ...threshold, type: 'advanced_ddos', match: 'subnet', calm: '90' })).toMatchObject({
      prefix_match: 'subnet',
      drawbridge: { calm_seconds: 90 },
    })
  })

  it('unsets by null what was emptied, and leaves fields of other kinds alone', () => {
    const change = changeOf({ ...threshold, bandwidth: '', packets: '100k' })
    expect(change).toMatchObject({ bandwidth_threshold: null, packet_threshold: 1e5 })
    expect(change).not.toHaveProperty('zscore_target')
    expect(change).not.toHaveProperty('type')
    expect(change.drawbridge).toEqual(defaultRuleExtension)
  })

  it('shows a rule as it is, so that saving without a change changes nothing', () => {
    const rules: RuleFields[] = [
      fieldsOf(threshold),
      { ...fieldsOf({ ...threshold, type: 'zscore' }), drawbridge: { enabled: false, floor_packets: 1234 } },
      fieldsOf({ ...threshold, type: 'advanced_ddos', match: 'exact' }),
      fieldsOf({ ...threshold, type: 'advanced_ddos', advertise: true, purpose: 'blackhole', approval: true, hold: '', signal: 'edge' }),
      { ...fieldsOf(threshold), drawbridge: { advertise_purpose: 'blackhole', advertise_dry_run: true, withdraw_hold_seconds: 1234 } },
    ]
    for (const rule of rules) expect(fieldsOf(formOf(rule))).toEqual(rule)
  })

  it('says what is wrong, for the kind that is chosen', () => {
    expect(problemsOf(threshold)).toEqual({})
    expect(Object.keys(problemsOf(emptyForm)).sort()).toEqual(['bandwidth', 'name', 'prefixes'])
    expect(Object.keys(problemsOf({ ...threshold, bandwidth: 'much', packets: '-1', calm: '0' })).sort()).toEqual([
      'bandwidth',
      'calm',
      'packets',
    ])
    expect(problemsOf({ ...threshold, type: 'advanced_ddos', bandwidth: 'much' })).toEqual({})
    expect(problemsOf({ ...threshold, prefixes: '203.0.113.0/24\n1.2.3.4.5' }).prefixes).toContain('Line 2: 1.2.3.4.5')
  })

  it('finds the field that the API names', () => {
    expect(['/prefixes/3', '/drawbridge/floor_bits', '/name', '/bandwidth_threshold', '', '/nothing'].map(fieldAt)).toEqual([
      'prefixes',
      'floorBits',
      'name',
      'bandwidth',
      undefined,
      undefined,
    ])
  })
})
