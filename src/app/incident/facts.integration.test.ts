// Who took part in an incident, from flows in a real store.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestFlowStore, type TestFlowStore } from '../../api/testing/test-flow-store.ts'
import { noFacts, type DetectedIncident } from '../../contract/incident.ts'
import { testRule } from '../../detect/testing/rules.ts'
import { StoreQueryError, StoreUnavailableError } from '../../store/errors.ts'
import { openTestContext, testTime, type TestContext } from '../testing/test-context.ts'
import { IncidentFactsCollector, type FactsDependencies } from './facts.ts'

const now = testTime / 1000
/** The incident began 100 s ago. */
const began = now - 100

let store: TestFlowStore
let context: TestContext

beforeAll(async () => {
  store = await startTestFlowStore()
  context = await openTestContext()
  // Each second 100 packets of 1000 bytes of DNS from 20 hosts of AS 13335, 10 of TCP SYN from one, sampled 1 in 10; before
  // and elsewhere much more.
  const flow = (seconds: string, columns: Record<string, string | number>) =>
    store.store.command(
      `INSERT INTO flows (time_received, account, router, sampling_rate, ${Object.keys(columns).join(', ')})
       SELECT ${seconds}, 1, toIPv6('::ffff:192.0.2.1'), 10, ${Object.values(columns).join(', ')} FROM numbers(2000)`,
    )
  const dns = { src_addr: `toIPv6(concat('::ffff:198.51.100.', toString(number % 20)))`, src_as: 13335, src_country: "'US'", src_port: 53 }
  const inside = `${began} + intDiv(number, 20)`
  const udp = { protocol: 17 }
  await flow(inside, { ...dns, ...udp, packets: 1, bytes: 1000, dst_addr: `toIPv6('::ffff:203.0.113.7')`, dst_port: '1000 + number % 7' })
  const syn = {
    src_addr: `toIPv6('2001:db8::1')`,
    src_as: 64500,
    src_port: 40000,
    protocol: 6,
    tcp_flags: 2,
    bytes: 100,
    packets: 1,
    dst_port: 443,
  }
  await flow(inside, { ...syn, dst_addr: `toIPv6('::ffff:203.0.113.8')` })
  await flow(`${began} - 1 - intDiv(number, 20)`, { ...dns, ...udp, packets: 1000, bytes: 1e6, dst_addr: `toIPv6('::ffff:203.0.113.7')` })
  await flow(inside, { ...dns, packets: 1000, bytes: 1e6, dst_addr: `toIPv6('::ffff:203.0.114.7')` })
})
afterAll(async () => {
  await store?.close()
  await context?.close()
})

const time = (second: number) => new Date(second * 1000).toISOString()

function incident(set: Partial<DetectedIncident> = {}): DetectedIncident {
  const known = { id: 'ef'.repeat(16), account: 1, started_at: time(began), ended_at: null, metric: 'bits', targets: ['203.0.113.0/24'] }
  // Facts need no more of it.
  return { ...known, rule: testRule(), ...set } as DetectedIncident
}

function collectorOf(flows: FactsDependencies['flows']) {
  const warnings: unknown[] = []
  const { state, clock, asName } = context
  return {
    collector: new IncidentFactsCollector({ flows, state, clock, asName, log: { warn: (entry: unknown) => void warnings.push(entry) } }),
    warnings,
  }
}

describe('facts of an incident', () => {
  it('tell the busiest of each list with their shares', async () => {
    const { collector } = collectorOf(store.store)
    const facts = await collector.collect(incident())
    // 20 packets a second of each kind, times 10.
    const dns = { bits_per_second: 1_600_000, packets_per_second: 200, share: expect.closeTo(10 / 11, 9) }
    const syn = { bits_per_second: 160_000, packets_per_second: 200, share: expect.closeTo(1 / 11, 9) }
    expect(facts.as_of).toBe(time(now - 1))
    expect(facts.sources).toHaveLength(10)
    // The one that sent SYNs sent more than any of the others.
    expect(facts.sources[0]).toEqual({ value: '2001:db8::1', name: '', ...syn })
    expect(facts.sources[1]).toEqual({
      value: '198.51.100.0',
      name: '',
      bits_per_second: 80_000,
      packets_per_second: 10,
      share: expect.closeTo(1 / 22, 9),
    })
    expect(facts.source_asns).toEqual([
      { value: '13335', name: 'CLOUDFLARENET', ...dns },
      { value: '64500', name: '', ...syn },
    ])
    expect(facts.source_countries).toMatchObject([{ value: 'US', ...dns }, { value: '' }])
    expect(facts.source_ports).toMatchObject([{ value: '53', ...dns }, { value: '40000' }])
    expect(facts.destinations).toMatchObject([
      { value: '203.0.113.7', ...dns },
      { value: '203.0.113.8', ...syn },
    ])
    expect(facts.destination_ports).toHaveLength(8)
    expect(facts.protocols).toMatchObject([
      { value: '17', name: 'UDP' },
      { value: '6', name: 'TCP' },
    ])
    expect(facts.tcp_flags).toEqual([{ value: 'SYN', name: '', ...syn }])
    expect(facts.routers).toMatchObject([{ value: '192.0.2.1', share: 1 }])
  })

  it('are sorted by what broke the limit', async () => {
    const facts = await collectorOf(store.store).collector.collect(incident({ metric: 'packets' }))
    expect(facts.sources[0]).toMatchObject({ value: '2001:db8::1', share: 0.5 })
    expect(facts.protocols.map(({ share }) => share)).toEqual([0.5, 0.5])
  })

  it('are those of the targets where the rule tells them', async () => {
    const rule = testRule({ type: 'advanced_ddos' })
    const facts = await collectorOf(store.store).collector.collect(incident({ rule, targets: ['203.0.113.8/32'] }))
    expect(facts.destinations).toMatchObject([{ value: '203.0.113.8', share: 1 }])
  })

  it('are those of the last ten minutes of one that has ended', async () => {
    const ended = incident({ started_at: time(began - 10_000), ended_at: time(began - 60) })
    // 60 s of late records after its end count too.
    expect((await collectorOf(store.store).collector.collect(ended)).as_of).toBe(time(began - 1))
  })

  it('are empty while there are no flows', async () => {
    const { collector, warnings } = collectorOf(store.store)
    expect(await collector.collect(incident({ account: 2 }))).toEqual(noFacts)
    expect([warnings, collector.counters()]).toEqual([[], { collected: 1, shortened: 0, failed: 0 }])
  })

  it('are empty, counted and told when the store does not answer', async () => {
    const { collector, warnings } = collectorOf({ ready: false, query: () => Promise.reject(new StoreUnavailableError('it is down')) })
    expect(await collector.collect(incident())).toEqual(noFacts)
    expect(warnings).toHaveLength(1)
    expect(collector.counters()).toEqual({ collected: 0, shortened: 0, failed: 1 })
  })

  it('are those of the last minute when ten cannot be read in time', async () => {
    const asked: unknown[] = []
    const { collector } = collectorOf({
      ready: true,
      query: async (sql, options) => {
        asked.push(options?.timeoutSeconds)
        if (asked.length === 1) throw new StoreQueryError(159, 'timeout')
        return store.store.query(sql, options)
      },
    })
    const facts = await collector.collect(incident({ started_at: time(began - 5000) }))
    // 60 s of the 100.
    expect(facts.routers).toMatchObject([{ bits_per_second: 1_760_000, packets_per_second: 400 }])
    expect([asked, collector.counters()]).toEqual([[2, 1], { collected: 1, shortened: 1, failed: 0 }])
  })
})
