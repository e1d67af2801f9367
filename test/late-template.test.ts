// Flows whose template comes seconds after them: they wait, are counted as waiting, and are then stored one and all.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { LedgerView, RouterStatus } from '../src/contract/collector-status.ts'
import { createExporter } from '../src/sim/exporters/create-exporter.ts'
import type { SimFlow } from '../src/sim/flow.ts'
import { pcap } from '../src/wire/testing/capture-writer.ts'
import { ethernet, ipv4, udp } from '../src/wire/testing/packets.ts'
import type { DrawbridgeServer } from './lab/drawbridge-server.ts'
import { flowGroups, storedSums } from './lab/flow-sums.ts'
import type { Namespace } from './lab/lab.ts'
import { startLoneServer, type LoneServer } from './lab/lone-server.ts'
import { until } from './lab/poll.ts'
import { needs, repository } from './requirements.ts'

const skip = needs({ root: true, commands: ['ip'], paths: ['node_modules/chdb'] })

/** Where a replay inside the namespace comes from. */
const router = '127.0.0.1'
const collectorPort = 2055
const sampling = 100
/** Enough for several datagrams of some 25 records. */
const flowCount = 200
/**
 * How long the data waits. Real exporters repeat templates after minutes; sets are kept for `collect.pending_seconds`, so
 * that a few seconds show the same as many.
 */
const waitMs = 4000

const udpProtocol = 17
const ipv4Type = 0x0800

/** IPv4 flows of different sizes: a flow that is missing or twice there shows in the sums. */
function flows(): SimFlow[] {
  return Array.from({ length: flowCount }, (_, index) => ({
    source: Uint8Array.of(192, 0, 2, index),
    destination: Uint8Array.of(198, 51, 100, 7),
    sourcePort: 40_000 + index,
    destinationPort: 443,
    protocol: 6,
    tcpFlags: 0x1b,
    tos: 0,
    inInterface: 1,
    outInterface: 2,
    bytes: 1000 + index * 7,
    packets: 1 + (index % 9),
    sourceAs: 0,
    destinationAs: 0,
    sourceMask: 24,
    destinationMask: 24,
    nextHop: Uint8Array.of(192, 0, 2, 254),
    age: 500,
    duration: 2000,
  }))
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

describe.skipIf(skip !== undefined)('a template that comes after its data', () => {
  let lone: LoneServer
  let namespace: Namespace
  let server: DrawbridgeServer
  let folder = ''

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'drawbridge-late-'))
    lone = await startLoneServer(router)
    ;({ namespace, server } = lone)
  })
  afterAll(async () => {
    await lone.stop()
    await rm(folder, { recursive: true, force: true })
  })

  /** Sends datagrams to the server by the command that a person would use. */
  async function send(datagrams: readonly Uint8Array[]): Promise<void> {
    const path = join(folder, 'datagrams.pcap')
    const packets = datagrams.map((payload) => ethernet(ipv4Type, ipv4(udpProtocol, udp(50_000, collectorPort, payload))))
    await writeFile(path, pcap(packets.map((packet) => ({ seconds: 0, fraction: 0, packet }))))
    await namespace.run(join(repository, 'bin', 'drawbridge'), 'replay', path, '--to', `127.0.0.1:${collectorPort}`)
  }

  /** The ledger of the router, when it satisfies `isThere`; the server's own agrees in what waits. */
  async function ledgerWhen(what: string, isThere: (ledger: LedgerView) => boolean): Promise<LedgerView> {
    return await until(what, async () => {
      const routers = await server.api<RouterStatus[]>('GET', '/accounts/{account}/drawbridge/routers')
      const ledger = routers.find(({ address }) => address === router)?.ledger
      const { totals } = await server.ledger()
      return ledger !== undefined && isThere(ledger) && totals.sets_waiting === ledger.sets_waiting ? ledger : undefined
    })
  }

  it.each([
    { protocol: 'netflow9', domain: 1 },
    { protocol: 'ipfix', domain: 7 },
  ] as const)('finds every record waiting, by $protocol', async ({ protocol, domain }) => {
    const now = Date.now()
    const exporter = createExporter(protocol, { domain, sampling, bootedAt: now - 3_600_000, agent: Uint8Array.of(127, 0, 0, 1) })
    const sent = flows()
    const data = exporter.encode(sent, now)
    expect(data.length).toBeGreaterThan(3)
    const before = await ledgerWhen('an idle server', (ledger) => ledger.sets_waiting === 0 && ledger.records_in_flight === 0)

    await send(data)
    const waiting = await ledgerWhen('waiting sets', (ledger) => ledger.sets_waiting === data.length)
    expect(waiting.sets_pended - before.sets_pended).toBe(data.length)
    expect(waiting.records_decoded).toBe(before.records_decoded)
    const since = Date.now()
    await until('the time to pass', () => (Date.now() - since >= waitMs ? true : undefined))
    const still = await ledgerWhen('sets that still wait', (ledger) => ledger.sets_waiting === data.length)
    expect(still.records_decoded).toBe(before.records_decoded)

    await send(exporter.announce(Date.now()))
    const after = await ledgerWhen('no waiting set', (ledger) => ledger.sets_waiting === 0 && ledger.records_in_flight === 0)
    expect(after.sets_pending_decoded - before.sets_pending_decoded).toBe(data.length)
    expect(after.records_stored - before.records_stored).toBe(flowCount)
    expect(after).toMatchObject({ sets_pending_expired: 0, sets_pending_evicted: 0, malformed_sets: 0, datagrams_undecodable: 0 })

    // The sampler came with the template: it holds for what waited, too.
    const packets = sum(sent.map((flow) => flow.packets)) * sampling
    const bytes = sum(sent.map((flow) => flow.bytes)) * sampling
    const filter = { exportProtocol: protocol }
    expect(await storedSums(server, filter, packets)).toEqual({ packets, bytes })
    const groups = await flowGroups(server, ['samplingRate', 'samplingSource'], filter)
    expect(groups.map(({ dimensions }) => dimensions)).toEqual([{ samplingRate: sampling, samplingSource: 'options' }])
  })
})
