// A router that samples 1 in 100 and tells nobody: its flows are held against its interface counters, the factor is set by
// one request, and what was stored before counts right from then on, in every table.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CounterReconciliation } from '../app/reconciliation/counter-reconciliation.ts'
import { testTime } from '../app/testing/test-context.ts'
import { Collector } from '../collect/collector.ts'
import { parseWords } from '../collect/address-words.ts'
import { createFlowBatch, type FlowBatch } from '../contract/flow-batch.ts'
import type { RouterStatus } from '../contract/collector-status.ts'
import type { InterfaceStatus } from '../contract/exporter-health.ts'
import { Enricher } from '../enrich/enricher.ts'
import { joinTables } from '../enrich/enrich-tables.ts'
import { Spool } from '../store/spool.ts'
import { maxRecordsPerDatagram } from '../wire/record-writer.ts'
import { join, u32 } from '../wire/testing/bytes.ts'
import { netflow9 } from '../wire/testing/datagram-writer.ts'
import { part, sflowDatagram } from '../wire/testing/sflow.ts'
import { startTestFlowStore, type TestFlowStore } from './testing/test-flow-store.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'

/** Tells no factor; the true one is 100. */
const untold = '192.0.2.1'
/** Tells in each record that it samples 1 in 50. */
const telling = '192.0.2.2'

/*
 * Each ten seconds 10 000 packets of 1000 bytes come in by interface 1 and go out by 2, and half as many the other way.
 * On the wire each has 18 bytes more: 10 000 × 1018 × 8 ÷ 10 s = 8.144 Mbit/s. Of every 100 packets one is exported:
 * 100 a record. The ratio of flow to counter bits is 1000 ÷ 1018 ÷ 100.
 */
const packets = { forth: 10_000, back: 5000 }
const packetBytes = 1000
const frameBytes = 1018
const sampled = 100
const seconds = 600
const stepSeconds = 10
const steps = seconds / stepSeconds
/** Flows of ten minutes until a minute before the clock stands: 11:49 to 11:59. */
const start = testTime - (seconds + 60) * 1000
const exportedBytes = (steps * (packets.forth + packets.back) * packetBytes) / sampled

const fields = [
  [8, 4],
  [12, 4],
  [10, 4],
  [14, 4],
  [1, 4],
  [2, 4],
] as const

let flows: TestFlowStore
let server: TestServer
let reconciliation: CounterReconciliation
let directory: string

/** Octets of 64 bits in two words. */
const u64 = (value: number) => u32(Math.floor(value / 2 ** 32), value % 2 ** 32)

function interfaceCounters(ifIndex: number, input: number, output: number): Uint8Array {
  const nothing = u32(0, 0, 0, 0, 0, 0)
  return part(1, join(u32(ifIndex, 6, 0, 1_000_000_000, 1, 3), u64(input), nothing, u64(output), nothing))
}

function flowRecords(rate: number | null, step: number): Uint8Array {
  const template = rate === null ? fields : [...fields, [34, 4] as const]
  return netflow9(
    (d) => {
      d.set(0, (s) => s.template(256, template))
      d.set(256, (s) => {
        for (const [input, output, count] of [
          [1, 2, packets.forth / sampled],
          [2, 1, packets.back / sampled],
        ] as const) {
          s.ipv4('198.51.100.1').ipv4('203.0.113.1').uint(input, 4).uint(output, 4)
          s.uint(count * packetBytes, 4).uint(count, 4)
          if (rate !== null) s.uint(rate, 4)
        }
      })
    },
    { sequence: step },
  )
}

/** Counters begin near the end of 32 bits and of 64 bits, so that they wrap on the way. */
function counterDatagram(step: number): Uint8Array {
  const forth = step * packets.forth * frameBytes
  const back = step * packets.back * frameBytes
  const wrapped = (value: number, range: number) => value % range
  const one = interfaceCounters(1, wrapped(2 ** 32 - 50_000_000 + forth, 2 ** 32), 1e12 + back)
  const two = interfaceCounters(2, back, forth)
  return sflowDatagram([part(2, join(u32(step, 1, 2), one, two))])
}

/** Drives the collector with ten minutes of both routers. @returns the sealed batches */
function collect(): { batches: { batch: FlowBatch; routers: Readonly<Record<string, number>> }[]; collector: Collector } {
  const capacity = 1000 + maxRecordsPerDatagram
  const batches: { batch: FlowBatch; routers: Readonly<Record<string, number>> }[] = []
  const collector = new Collector(
    { sealRows: 1000, sealMs: 1_000_000, templateLifetimeMs: 3_600_000, pendingBytes: 100_000, pendingMs: 30_000 },
    {
      enricher: new Enricher(joinTables({})),
      exchange: (batch, routers) => {
        batches.push({ batch, routers })
        return createFlowBatch(capacity)
      },
      remember: (memory) => server.context.telemetry.watch.noteMemory(memory),
      forget: () => undefined,
    },
    createFlowBatch(capacity),
  )
  collector.table.register(server.context.telemetry.registered)
  for (let step = 0; step < steps; step++) {
    const now = start + step * stepSeconds * 1000
    const send = (router: string, bytes: Uint8Array) => collector.handle(bytes, bytes.length, parseWords(router), now)
    send(untold, flowRecords(null, step))
    send(telling, flowRecords(50, step))
    send(untold, counterDatagram(step))
    server.context.telemetry.watch.noteCounters({ kind: 'counters', routers: collector.takeCounters() }, () => true)
  }
  collector.seal()
  return { batches, collector }
}

beforeAll(async () => {
  flows = await startTestFlowStore()
  server = await startTestServer({ flows: flows.store })
  for (const address of [untold, telling]) await server.call('POST', `${server.account}/drawbridge/routers`, { address })
  directory = await mkdtemp(path.join(tmpdir(), 'drawbridge-spool-'))
  const { batches } = collect()
  const spool = new Spool({ dir: directory, maxBytes: 1e9 }, { state: { db: server.context.state } })
  for (const [index, { batch, routers }] of batches.entries())
    await flows.store.insertSegment(await spool.seal({ name: `run-0-${index}`, run: 'run', batch, routers }))
  const { state, telemetry, clock } = server.context
  reconciliation = new CounterReconciliation({ state, telemetry, clock, flows: flows.store, log: { warn: () => undefined } })
})

afterAll(async () => {
  await server?.close()
  await flows?.close()
  await rm(directory, { recursive: true, force: true })
})

async function interfaces(): Promise<readonly InterfaceStatus[]> {
  const { status, body } = await server.call('GET', `${server.account}/drawbridge/routers/${untold}/interfaces`)
  expect(status).toBe(200)
  // The route answers this shape.
  return body.result as readonly InterfaceStatus[]
}

async function doubtfulInterfaces(): Promise<unknown> {
  const { body } = await server.call('GET', `${server.account}/drawbridge/routers`)
  // The route answers RouterStatus[].
  return (body.result as readonly RouterStatus[]).find(({ address }) => address === untold)?.doubtful_interfaces
}

/** Bits of a router over a time that only the named table answers exactly. */
async function bits(router: string, table: 'raw' | 'minute' | 'hour'): Promise<{ bits: number; tier: string }> {
  const time = {
    raw: 'datetime_geq: "2026-01-01T11:00:01Z", datetime_lt: "2026-01-01T12:00:00Z"',
    minute: 'datetime_geq: "2026-01-01T11:01:00Z", datetime_lt: "2026-01-01T12:00:00Z"',
    hour: 'datetime_geq: "2026-01-01T11:00:00Z", datetime_lt: "2026-01-01T12:00:00Z"',
  }[table]
  const query = `{ viewer { accounts { rows: mnmFlowDataAdaptiveGroups(filter: {${time}, routerAddress: "${router}"}, limit: 10) { sum { bits } } } } }`
  const response = await fetch(`${server.url}/client/v4/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}` },
    body: JSON.stringify({ query }),
  })
  // The shape of the query above.
  const answer = (await response.json()) as {
    data: { viewer: { accounts: [{ rows: [{ sum: { bits: number } }] }] } }
    extensions: { drawbridge: { rows: { tier: string } } }
  }
  return { bits: answer.data.viewer.accounts[0].rows[0].sum.bits, tier: answer.extensions.drawbridge.rows.tier }
}

const tables = ['raw', 'minute', 'hour'] as const
const framing = packetBytes / frameBytes

describe('a router that samples and does not tell', () => {
  it('has flows of about 1/N of its counters, and the cause and N are named', async () => {
    await reconciliation.reconcile()
    const found = await interfaces()
    expect(found.map(({ if_index }) => if_index)).toEqual([1, 2])
    for (const { speed, suggested_sampling, in: input, out: output } of found) {
      expect(speed).toBe(1e9)
      expect(suggested_sampling).toBe(sampled)
      expect([input.cause, output.cause]).toEqual(['sampling_untold', 'sampling_untold'])
      expect(input.ratio).toBeCloseTo(framing / sampled, 4)
      expect(output.ratio).toBeCloseTo(framing / sampled, 4)
    }
    expect(found[0]?.in.counter_bps).toBeCloseTo(8_144_000, 0)
    expect(found[0]?.out.counter_bps).toBeCloseTo(4_072_000, 0)
    expect(await doubtfulInterfaces()).toBe(2)
  })

  it.each(tables)('is stored with a factor of 1 in %s', async (table) => {
    expect(await bits(untold, table)).toEqual({ bits: exportedBytes * 8, tier: table })
  })
})

describe('its counters', () => {
  it('are kept as history, wraps undone', async () => {
    const { rows } = await flows.store.query<Record<string, string | number>>(
      `SELECT toString(router) AS router, if_index, sum(seconds) AS seconds, sum(in_octets) AS input, sum(out_octets) AS output,
       any(speed) AS speed, any(status) AS status FROM interface_counters WHERE account = 1 GROUP BY router, if_index ORDER BY if_index`,
    )
    const forth = String((steps - 1) * packets.forth * frameBytes)
    const back = String((steps - 1) * packets.back * frameBytes)
    const common = { router: `::ffff:${untold}`, seconds: String(seconds - stepSeconds), speed: '1000000000', status: 3 }
    expect(rows).toEqual([
      { ...common, if_index: 1, input: forth, output: back },
      { ...common, if_index: 2, input: back, output: forth },
    ])
  })
})

describe('after one request that sets the factor', () => {
  beforeAll(async () => {
    await server.call('PATCH', `${server.account}/drawbridge/routers/${untold}`, { sampling_override: sampled })
    // This one tells its factor, so what is set for it must change nothing.
    await server.call('PATCH', `${server.account}/drawbridge/routers/${telling}`, { sampling_override: 7 })
  })

  it('flows and counters agree at once', async () => {
    for (const { suggested_sampling, in: input, out: output } of await interfaces()) {
      expect([input.cause, output.cause, suggested_sampling]).toEqual(['agree', 'agree', null])
      expect(input.ratio).toBeCloseTo(framing, 2)
      expect(output.ratio).toBeCloseTo(framing, 2)
    }
    expect(await doubtfulInterfaces()).toBe(0)
  })

  it.each(tables)('what was stored before is scaled in %s', async (table) => {
    expect(await bits(untold, table)).toEqual({ bits: exportedBytes * sampled * 8, tier: table })
  })

  it.each(tables)('what another router told of itself is left alone in %s', async (table) => {
    expect(await bits(telling, table)).toEqual({ bits: exportedBytes * 50 * 8, tier: table })
  })

  it('taking it back brings the stored factor back', async () => {
    await server.call('PATCH', `${server.account}/drawbridge/routers/${untold}`, { sampling_override: null })
    expect(await bits(untold, 'minute')).toEqual({ bits: exportedBytes * 8, tier: 'minute' })
    expect((await interfaces())[0]?.in.cause).toBe('sampling_untold')
  })
})
