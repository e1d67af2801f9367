// The stages of ingest one by one, in this process: datagrams to enriched columns, columns to a sealed segment, segment
// to the store.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createFlowBatch, clearFlowBatch } from '../../dist/contract/flow-batch.js'
import { configSchema } from '../../dist/contract/config.js'
import { Collector } from '../../dist/collect/collector.js'
import { EnrichSource } from '../../dist/enrich/enrich-source.js'
import { Enricher } from '../../dist/enrich/enricher.js'
import { FlowStorage } from '../../dist/process/flow-storage.js'
import { openDataFolder } from '../../dist/process/data-folder.js'
import { openState } from '../../dist/store/state.js'
import { planBlast } from '../../dist/sim/blast-plan.js'
import { maxRecordsPerDatagram } from '../../dist/wire/record-writer.js'
import { treeUsage } from './process-tree.mjs'

const records = 1_000_000
const rounds = 4
const log = { info() {}, warn() {}, error: console.error }
const clock = { now: () => Date.now() }
// ::ffff:127.0.0.1 in the words of an `ip` column.
const loopback = [0, 0, 0xffff0000, 0x0100007f]

function cpuSince(before) {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

/** @returns rows for a table: stage and CPU-seconds per million records, best of the rounds */
export async function measureStages() {
  const rows = []
  const enrich = new EnrichSource(configSchema.parse({}).enrich, { log, clock })
  await enrich.start()
  const plan = planBlast({
    protocol: 'netflow9',
    records,
    seed: 1,
    now: Date.now(),
    exporter: { domain: 1, sampling: 1, bootedAt: Date.now() - 1e6, agent: Buffer.of(127, 0, 0, 1) },
  })
  const capacity = records + 2 * maxRecordsPerDatagram
  let batch = createFlowBatch(capacity)
  const collector = new Collector(
    { sealRows: 1e9, sealMs: 1e12, templateLifetimeMs: 1e12, pendingBytes: 0, pendingMs: 1 },
    { enricher: new Enricher(enrich.tables()), exchange: (full) => full, remember() {}, forget() {} },
    batch,
  )
  collector.table.register([{ account: 1, address: '127.0.0.1', samplingOverride: null, accountSampling: 1 }])
  const bytes = plan.memory
  const feed = ({ offset, length }) => collector.handle(bytes.subarray(offset, offset + length), length, loopback, Date.now())
  for (const datagram of plan.announcements) feed(datagram)
  let receive = Infinity
  for (let round = 0; round < rounds; round++) {
    clearFlowBatch(collector.batch)
    const before = process.cpuUsage()
    for (let i = 0; i < plan.fullDatagrams; i++) feed(plan.cycle[i % plan.cycle.length])
    receive = Math.min(receive, cpuSince(before) / (collector.batch.rows / 1e6))
  }
  batch = collector.batch
  rows.push({ stage: 'decode + sampling + enrich + count', cpuPerMillion: receive })
  rows.push(...(await measureStorage(batch)))
  await enrich.stop()
  return rows
}

async function measureStorage(batch) {
  const data = mkdtempSync(path.join(tmpdir(), 'drawbridge-stages-'))
  const folder = openDataFolder(data)
  const state = await openState(folder.state)
  const storage = new FlowStorage({ store: configSchema.parse({}).store, folder, run: 'bench' }, { state, log, clock })
  await storage.start()
  let seal = Infinity
  const before = treeUsage(process.pid)
  let sealing = 0
  for (let round = 0; round < rounds; round++) {
    const start = process.cpuUsage()
    await storage.seal({ name: `bench-0-${String(round).padStart(8, '0')}`, batch, routers: { '127.0.0.1': batch.rows } })
    const used = cpuSince(start)
    sealing += used
    seal = Math.min(seal, used / (batch.rows / 1e6))
    await storage.drain()
  }
  // Merges that the inserts set off.
  await new Promise((resolve) => setTimeout(resolve, 4000))
  const insert = (treeUsage(process.pid).cpuSeconds - before.cpuSeconds - sealing) / ((batch.rows * rounds) / 1e6)
  await storage.stop()
  await state.close()
  rmSync(data, { recursive: true, force: true })
  return [
    { stage: 'seal (Native, fsync)', cpuPerMillion: seal },
    { stage: 'insert with rollups, merges included', cpuPerMillion: insert },
  ]
}
