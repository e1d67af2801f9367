// From datagrams to questions by rule: two rules that overlap, noted with the flows by the collector, stored, and asked for.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testTime } from '../app/testing/test-context.ts'
import { Collector } from '../collect/collector.ts'
import { parseWords } from '../collect/address-words.ts'
import { createFlowBatch } from '../contract/flow-batch.ts'
import { Enricher } from '../enrich/enricher.ts'
import { joinTables } from '../enrich/enrich-tables.ts'
import { tableOf, watchedRule } from '../enrich/testing/watched-rules.ts'
import { Spool } from '../store/spool.ts'
import { maxRecordsPerDatagram } from '../wire/record-writer.ts'
import { netflow9 } from '../wire/testing/datagram-writer.ts'
import { startTestFlowStore, type TestFlowStore } from './testing/test-flow-store.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'

const whole = { ...watchedRule(1, ['203.0.113.0/24']), id: 'a1b2c3d4e5f60718293a4b5c6d7e8f90' }
const part = { ...watchedRule(2, ['203.0.113.128/25', '198.51.100.7']), id: '0f1e2d3c4b5a69788796a5b4c3d2e1f0' }
const router = '192.0.2.1'
const start = testTime - 1_800_000

/** Destination port, source, destination. */
const flowsSent = [
  [1, '192.0.2.10', '203.0.113.1'],
  [2, '192.0.2.10', '203.0.113.200'],
  [3, '203.0.113.200', '203.0.113.1'],
  [4, '198.51.100.7', '192.0.2.10'],
  [5, '192.0.2.10', '192.0.2.11'],
  [6, '203.0.113.2', '198.51.100.7'],
] as const

let flows: TestFlowStore
let server: TestServer
let directory: string

beforeAll(async () => {
  flows = await startTestFlowStore()
  server = await startTestServer({ flows: flows.store })
  await server.call('POST', `${server.account}/drawbridge/routers`, { address: router })
  directory = await mkdtemp(path.join(tmpdir(), 'drawbridge-spool-'))
  const spool = new Spool({ dir: directory, maxBytes: 1e9 }, { state: { db: server.context.state } })
  const capacity = 1000 + maxRecordsPerDatagram
  const batch = createFlowBatch(capacity)
  const collector = new Collector(
    { sealRows: 1000, sealMs: 1_000_000, templateLifetimeMs: 3_600_000, pendingBytes: 100_000, pendingMs: 30_000 },
    {
      enricher: new Enricher(joinTables({})),
      exchange: () => createFlowBatch(capacity),
      remember: () => undefined,
      forget: () => undefined,
    },
    batch,
  )
  collector.register(server.context.telemetry.registered)
  collector.rules.watch(tableOf([whole, part]), start)
  const datagram = netflow9((d) => {
    d.set(0, (s) =>
      s.template(256, [
        [8, 4],
        [12, 4],
        [11, 2],
        [1, 4],
        [2, 4],
      ]),
    )
    d.set(256, (s) => {
      for (const [port, source, destination] of flowsSent) s.ipv4(source).ipv4(destination).uint(port, 2).uint(100, 4).uint(1, 4)
    })
  })
  collector.handle(datagram, datagram.length, parseWords(router), start)
  await flows.store.insertSegment(await spool.seal({ name: 'run-0-0', run: 'run', batch, routers: { [router]: batch.rows } }))
})

afterAll(async () => {
  await server?.close()
  await flows?.close()
  await rm(directory, { recursive: true, force: true })
})

interface Group {
  readonly dimensions: { readonly destinationPort?: number; readonly ruleIDs?: readonly string[] }
  readonly sum: { readonly packets: number }
}

async function ask(filter: string, dimensions: string): Promise<readonly Group[]> {
  const time = `datetime_geq: "${new Date(start).toISOString()}", datetime_lt: "${new Date(testTime).toISOString()}"`
  const query = `{ viewer { accounts { rows: mnmFlowDataAdaptiveGroups(filter: {${time}, ${filter}}, limit: 100) { dimensions { ${dimensions} } sum { packets } } } } }`
  const response = await fetch(`${server.url}/client/v4/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}` },
    body: JSON.stringify({ query }),
  })
  // The shape of the query above.
  const answer = (await response.json()) as { data: { viewer: { accounts: [{ rows: Group[] }] } }; errors: unknown }
  expect(answer.errors).toBeNull()
  return answer.data.viewer.accounts[0].rows
}

describe('stored flows', () => {
  it('have the ids of the rules of both ends, each once', async () => {
    const found = await ask('destinationPort_gt: 0', 'destinationPort ruleIDs')
    const both = [part.id, whole.id]
    expect(Object.fromEntries(found.map(({ dimensions }) => [dimensions.destinationPort, dimensions.ruleIDs]))).toEqual({
      1: [whole.id],
      2: both,
      3: both,
      4: [part.id],
      5: [],
      6: both,
    })
  })

  it('are one group where they have the same rules', async () => {
    const found = await ask('destinationPort_gt: 0', 'ruleIDs')
    const counts = found.map(({ dimensions, sum }) => [dimensions.ruleIDs?.join(' '), sum.packets])
    expect(Object.fromEntries(counts)).toEqual({ '': 1, [whole.id]: 1, [part.id]: 1, [`${part.id} ${whole.id}`]: 3 })
  })

  it.each([
    [`ruleIDs_has: "${whole.id}"`, [1, 2, 3, 6]],
    [`ruleIDs_has: "${part.id}"`, [2, 3, 4, 6]],
    [`ruleIDs_nothas: "${whole.id}"`, [4, 5]],
    [`ruleIDs_hasany: ["${whole.id}", "${part.id}"]`, [1, 2, 3, 4, 6]],
    [`ruleIDs_hasall: ["${whole.id}", "${part.id}"]`, [2, 3, 6]],
    ['ruleIDs_isempty: true', [5]],
    [`OR: [{ruleIDs_isempty: true}, {ruleIDs_has: "${part.id}"}]`, [2, 3, 4, 5, 6]],
  ])('are found by %s', async (filter, ports) => {
    const found = await ask(filter, 'destinationPort')
    expect(new Set(found.map(({ dimensions }) => dimensions.destinationPort))).toEqual(new Set(ports))
  })
})
