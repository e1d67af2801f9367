// A stream of flows with known sums over UDP: all of it stored once, also when the store or the server is killed meanwhile.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import type { DrawbridgeServer } from './lab/drawbridge-server.ts'
import { flowSums } from './lab/flow-sums.ts'
import { repository, needs } from './requirements.ts'
import type { Namespace } from './lab/lab.ts'
import { startLoneServer, type LoneServer } from './lab/lone-server.ts'
import { until } from './lab/poll.ts'

const skip = needs({ root: true, commands: ['ip'], paths: ['node_modules/chdb'] })

/** The simulator's router; its traffic stays on the loopback interface of the namespace. */
const router = '127.0.0.2'
const records = Number(process.env['DRAWBRIDGE_TEST_RECORDS'] ?? 240_000)
/** Slow enough that a busy two-core machine loses nothing, and long enough (4 s) to be interrupted in the middle. */
const rate = Number(process.env['DRAWBRIDGE_TEST_RATE'] ?? 60_000)

interface Sums {
  readonly records: number
  readonly packets: number
  readonly bytes: number
}

describe.skipIf(skip !== undefined)('a stream of flows', () => {
  let lone: LoneServer
  let namespace: Namespace
  let server: DrawbridgeServer

  beforeEach(async () => {
    lone = await startLoneServer(router)
    ;({ namespace, server } = lone)
  })
  afterEach(async () => {
    await lone.stop()
  })

  async function send(): Promise<Sums> {
    const flags = ['--to', '127.0.0.1:2055', '--from', router, '--records', String(records), '--rate', String(rate), '--json']
    return JSON.parse(await namespace.run(`${repository}/bin/drawbridge`, 'simulate', ...flags)) as Sums
  }

  /** Waits until the collectors have decoded so many records in this run. */
  async function decoded(count: number): Promise<void> {
    await until(`${count} records decoded`, async () => ((await server.ledger()).totals.records_decoded >= count ? true : undefined))
  }

  /** Sums of one of the three tables. */
  async function tableSums(table: string, flows: string): Promise<Sums> {
    const [row] = await server.sql<Sums>(`SELECT ${flows} AS records, sum(packets) AS packets, sum(bytes) AS bytes FROM ${table}`)
    if (row === undefined) throw new Error(`${table} answers no sums`)
    return row
  }

  /** The sums of the flows, after making sure that those by minute and by hour are the same. */
  async function storedSums(): Promise<Sums> {
    const flows = await tableSums('flows', 'count()')
    expect(await tableSums('flows_1m', 'sum(flows)')).toEqual(flows)
    expect(await tableSums('flows_1h', 'sum(flows)')).toEqual(flows)
    return flows
  }

  async function allStored(): Promise<void> {
    await until('an empty spool', async () => {
      const { totals, store } = await server.ledger()
      return store.ready && store.segments_waiting === 0 && totals.records_in_flight === 0 ? true : undefined
    })
  }

  it('is stored completely and once', async () => {
    const sent = await send()
    await decoded(records)
    await allStored()
    expect(await storedSums()).toEqual({ records, packets: sent.packets, bytes: sent.bytes })
    expect(await flowSums(server, {})).toEqual({ packets: sent.packets, bytes: sent.bytes })
    const { totals } = await server.ledger()
    expect(totals).toMatchObject({
      records_decoded: records,
      records_stored: records,
      records_in_flight: 0,
      records_dropped_spool_full: 0,
      datagrams_undecodable: 0,
      datagrams_unregistered: 0,
      sets_pended: 0,
      sets_waiting: 0,
      sequence_lost: 0,
      sequence_reordered: 0,
      malformed_sets: 0,
    })
    expect(totals.datagrams_decoded).toBe(totals.datagrams_received)
  })

  it('is stored completely and once when the store is killed', async () => {
    const sending = send()
    for (const part of [0.25, 0.5, 0.75]) {
      await decoded(records * part)
      const children = await server.children()
      expect(children.length).toBeGreaterThan(0)
      for (const pid of children) process.kill(pid, 'SIGKILL')
    }
    const sent = await sending
    await decoded(records)
    await allStored()
    expect(await storedSums()).toEqual({ records, packets: sent.packets, bytes: sent.bytes })
  })

  it('loses no sealed flow when the server is killed, and says what it lost', async () => {
    const sending = send()
    await decoded(records / 2)
    await server.kill()
    await sending
    await server.run()
    await allStored()
    const { runs } = await server.ledger()
    const killed = runs.find((run) => !run.clean)
    if (killed === undefined) throw new Error(`no killed run among ${JSON.stringify(runs)}`)
    expect(killed.records_decoded).toBe(killed.records_sealed + killed.records_lost)
    const stored = await storedSums()
    expect(stored.records).toBe(killed.records_sealed)
    expect(stored.records).toBeGreaterThan(0)
  })
})
