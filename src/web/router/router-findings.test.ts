// The verdict on one router: which cause leads to which finding, and when a rate may be set.
import { describe, expect, it } from 'vitest'
import { ledgerTerms, type LedgerView, type RouterStatus } from '../../contract/collector-status.ts'
import type { CounterCause, CounterComparison, InterfaceStatus, RouterHealth } from '../../contract/exporter-health.ts'
import { byConcern, doubtOf, isDoubtfulInterface } from '../view/counter-verdict.ts'
import { routerFindings } from './router-findings.ts'

const now = Date.parse('2026-07-01T12:00:00Z')
const zero = Object.fromEntries([...ledgerTerms, 'records_stored', 'records_in_flight', 'sets_waiting'].map((term) => [term, 0]))
const router: RouterStatus = {
  address: '192.0.2.1',
  name: 'edge',
  sampling_override: null,
  last_seen: '2026-07-01T11:59:59Z',
  protocols: ['sflow5'],
  flows_per_second: 10,
  bits_per_second: 1e6,
  packets_per_second: 100,
  loss: 0,
  sampling_rate: 1,
  sampling_source: 'account',
  clock_skew: null,
  templates: 0,
  silent: false,
  doubtful_interfaces: 0,
  counter_check: null,
  // Every term of a ledger is there, each 0.
  ledger: zero as unknown as LedgerView,
}
const health: RouterHealth = {
  address: '192.0.2.1',
  silent: false,
  last_seen: router.last_seen,
  loss: 0,
  clock_skew: null,
  sets_waiting: 0,
  templates: [],
  samplers: [],
  drops: [],
  skipped_formats: [],
  vrfs: [],
  applications: [],
  processor: null,
  host: null,
  ethernet: [],
  evicted: { templates: 0, samplers: 0, domains: 0, notes: 0 },
}

function comparison(cause: CounterCause, counter = 1e9): CounterComparison {
  return { counter_bps: counter, flow_bps: 0, ratio: null, cause }
}

function port(if_index: number, cause: CounterCause, change: Partial<InterfaceStatus> = {}): InterfaceStatus {
  const agree = comparison('agree')
  const base = { if_index, name: '', description: '', speed: null, suggested_sampling: null, updated: null }
  return { ...base, in: comparison(cause), out: agree, ...change }
}

function findings(interfaces: readonly InterfaceStatus[], change: Partial<RouterStatus> = {}) {
  return routerFindings({ router: { ...router, ...change }, health, interfaces, now })
}

describe('doubt about an interface', () => {
  it('needs a cause that is not fine, and traffic worth a comparison', () => {
    const doubts = (['agree', 'no_counters', 'no_flows', 'unclear'] as const).map((cause) => doubtOf(comparison(cause)))
    expect(doubts).toEqual([undefined, undefined, 'no_flows', 'unclear'])
    expect(doubtOf(comparison('no_flows', 99_999))).toBeUndefined()
    expect(isDoubtfulInterface(port(1, 'agree', { out: comparison('counted_twice') }))).toBe(true)
  })

  it('puts it before busier ones', () => {
    const busy = port(1, 'agree', { in: comparison('agree', 9e9) })
    const order = [busy, port(2, 'agree'), port(3, 'flows_missing')].sort(byConcern)
    expect(order.map((status) => status.if_index)).toEqual([3, 1, 2])
  })
})

describe('the verdict on a router', () => {
  it('has nothing to say when all agrees', () => {
    expect(findings([port(1, 'agree'), port(2, 'no_counters')])).toEqual([])
  })

  it('offers each suggested rate once, the one for the most traffic first', () => {
    const interfaces = [
      port(1, 'sampling_untold', { suggested_sampling: 100 }),
      port(2, 'sampling_untold', { suggested_sampling: 1000 }),
      port(3, 'sampling_untold', { suggested_sampling: 1000 }),
    ]
    const found = findings(interfaces)
    expect(found.map((finding) => ('rate' in finding ? [finding.kind, finding.rate, finding.interfaces.length] : []))).toEqual([
      ['sampling-untold', 1000, 2],
      ['sampling-untold', 100, 1],
    ])
  })

  it('does not offer what cannot help: the router tells a rate itself, or it was set a moment ago', () => {
    const interfaces = [port(1, 'sampling_untold', { suggested_sampling: 1000 })]
    expect(findings(interfaces, { sampling_source: 'options', sampling_rate: 10 })).toMatchObject([{ kind: 'sampling-told', told: 10 }])
    expect(findings(interfaces, { sampling_source: 'router', sampling_override: 1000 })).toMatchObject([
      { kind: 'sampling-pending', severity: 'notice' },
    ])
    expect(findings(interfaces, { sampling_source: 'router', sampling_override: 50 })).toMatchObject([{ kind: 'sampling-untold' }])
  })

  it('names one finding for each other cause', () => {
    const found = findings([port(1, 'counted_twice'), port(2, 'counted_twice'), port(3, 'flows_missing'), port(4, 'sampling_untold')])
    expect(found.map((finding) => finding.kind === 'counters' && [finding.cause, finding.interfaces.length])).toEqual([
      ['flows_missing', 1],
      ['counted_twice', 2],
      ['unclear', 1],
    ])
  })

  it('puts silence first and minor things last', () => {
    const observed = { ...health, silent: true, clock_skew: -30, sets_waiting: 2 }
    const found = routerFindings({ router, health: observed, interfaces: [port(1, 'unclear')], now })
    expect(found.map((finding) => finding.kind)).toEqual(['silent', 'counters', 'skew', 'sets-waiting'])
  })

  it('knows silence without the health report, and a router that never sent', () => {
    const quiet = { ...router, last_seen: '2026-07-01T11:50:00Z', silent: true }
    expect(routerFindings({ router: quiet, health: undefined, interfaces: undefined, now })).toMatchObject([
      { kind: 'silent', seconds: 600 },
    ])
    expect(findings([], { last_seen: null })).toMatchObject([{ kind: 'never' }])
  })
})
