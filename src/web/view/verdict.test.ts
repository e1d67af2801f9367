// What the first page calls healthy and what it does not.
import { describe, expect, it } from 'vitest'
import { ledgerTerms, type LedgerView, type RouterStatus } from '../../contract/collector-status.ts'
import { findingsOf, growth, withReading, type LedgerReport, type Observation } from './verdict.ts'

const now = Date.parse('2026-07-01T12:00:00Z')
const zero = Object.fromEntries(ledgerTerms.map((term) => [term, 0]))
// All terms of the ledger and the three that the server adds.
const totals = { ...zero, records_stored: 0, records_in_flight: 0, sets_waiting: 0 } as LedgerView

function router(address: string, silentSeconds: number | null, loss: number | null = 0): RouterStatus {
  return {
    address,
    name: '',
    sampling_override: null,
    last_seen: silentSeconds === null ? null : new Date(now - silentSeconds * 1000).toISOString(),
    protocols: ['netflow9'],
    flows_per_second: 1,
    bits_per_second: 1,
    packets_per_second: 1,
    loss,
    sampling_rate: 1,
    sampling_source: 'options',
    clock_skew: 0,
    templates: 1,
    silent: silentSeconds !== null && silentSeconds > 120,
    doubtful_interfaces: 0,
    counter_check: null,
    ledger: totals,
  }
}

function ledger(change: Partial<LedgerReport> = {}): LedgerReport {
  const listener = { address: '[::]:2055', receive_buffer: 67_108_864, receive_buffer_asked: 67_108_864, kernel_drops: 0 }
  return { totals, listeners: [listener], runs: [], store: { ready: true, segments_waiting: 0 }, ...change }
}

function kinds(change: Partial<Observation>): string[] {
  const observation = { routers: [router('192.0.2.1', 1)], unregistered: [], ledger: ledger(), recentDrops: 0, now, ...change }
  return findingsOf(observation).map((finding) => `${finding.severity} ${finding.kind}`)
}

describe('the verdict', () => {
  it('is healthy when routers report and nothing is lost', () => {
    expect(kinds({})).toEqual([])
  })

  it('names the gravest first: no store, silence, loss, then notes', () => {
    const routers = [router('192.0.2.1', 1, 0.02), router('192.0.2.2', 600), router('192.0.2.3', null)]
    const report = ledger({ store: { ready: false, segments_waiting: 4 }, totals: { ...totals, sets_waiting: 3 } })
    expect(kinds({ routers, ledger: report })).toEqual([
      'error store-down',
      'warning router-silent',
      'warning router-loss',
      'notice waiting-templates',
      'notice router-never',
    ])
  })

  it('is grave when every router is silent', () => {
    expect(kinds({ routers: [router('192.0.2.1', 500), router('192.0.2.2', 121)] })).toEqual(['error router-silent', 'error router-silent'])
  })

  it('leaves alone what is within the usual: a router that sends seldom, one datagram in a thousand', () => {
    expect(kinds({ routers: [router('192.0.2.1', 119, 0.001), router('192.0.2.2', 5, null)] })).toEqual([])
  })

  it('tells of drops in the kernel, small buffers and a full spool', () => {
    const small = { address: '[::]:2055', receive_buffer: 1, receive_buffer_asked: 2, kernel_drops: 9 }
    const report = ledger({ listeners: [small], totals: { ...totals, records_dropped_spool_full: 5 } })
    expect(kinds({ ledger: report, recentDrops: 9 })).toEqual(['error spool-full', 'warning kernel-drops', 'notice small-buffer'])
  })
})

describe('growth of a counter', () => {
  it('counts what was added within the span, and begins anew with the counter', () => {
    let readings = withReading([], { at: 0, count: 100 }, 10)
    expect(growth(readings)).toBe(0)
    readings = withReading(readings, { at: 5, count: 104 }, 10)
    readings = withReading(readings, { at: 12, count: 105 }, 10)
    expect(growth(readings)).toBe(1)
    expect(growth(withReading(readings, { at: 13, count: 3 }, 10))).toBe(0)
  })
})
