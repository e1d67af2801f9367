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
import { compileRuleTable } from '../../dist/enrich/rule-table.js'
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

/**
 * @param variants names and rules of what is compared, an empty list of rules for none
 * @returns rows for a table: stage and CPU-seconds per million records of each variant, best of the rounds
 */
export async function measureStages(variants = [{ name: 'cpuPerMillion', rules: [] }]) {
  const enrich = new EnrichSource(configSchema.parse({}).enrich, { log, clock })
  await enrich.start()
  const plan = planBlast({
    protocol: 'netflow9',
    records,
    seed: 1,
    now: Date.now(),
    exporter: { domain: 1, sampling: 1, bootedAt: Date.now() - 1e6, agent: Buffer.of(127, 0, 0, 1) },
  })
  const receivers = variants.map(({ rules }) => new Receiver(plan, enrich.tables(), rules))
  // In turns, so that what else the machine does meets all of them.
  for (let round = 0; round < rounds; round++) for (const receiver of receivers) receiver.receive()
  const rows = new Map()
  const add = (stage, name, value) => rows.set(stage, { ...(rows.get(stage) ?? { stage }), [name]: value })
  for (const [index, { name }] of variants.entries()) {
    const { best, batch } = receivers[index]
    add('decode + sampling + enrich + count', name, best)
    for (const { stage, cpuPerMillion } of await measureStorage(batch)) add(stage, name, cpuPerMillion)
  }
  await enrich.stop()
  return [...rows.values()]
}

/** A collector that is fed the same million records again and again. */
class Receiver {
  #plan
  #collector
  best = Infinity

  constructor(plan, tables, rules) {
    this.#plan = plan
    this.#collector = new Collector(
      { sealRows: 1e9, sealMs: 1e12, templateLifetimeMs: 1e12, pendingBytes: 0, pendingMs: 1 },
      { enricher: new Enricher(tables), exchange: (full) => full, remember() {}, forget() {} },
      createFlowBatch(records + 2 * maxRecordsPerDatagram),
    )
    this.#collector.register([{ account: 1, address: '127.0.0.1', samplingOverride: null, accountSampling: 1 }])
    this.#collector.rules.watch(compileRuleTable(rules), Date.now())
    for (const datagram of plan.announcements) this.#feed(datagram)
  }

  get batch() {
    return this.#collector.batch
  }

  #feed({ offset, length }) {
    this.#collector.handle(this.#plan.memory.subarray(offset, offset + length), length, loopback, Date.now())
  }

  receive() {
    const { cycle, fullDatagrams } = this.#plan
    clearFlowBatch(this.batch)
    const before = process.cpuUsage()
    for (let i = 0; i < fullDatagrams; i++) {
      this.#feed(cycle[i % cycle.length])
      // What a thread does between datagrams: after each second it tells the sums of the rules.
      if (i % 100 === 0) this.#collector.rules.take(Date.now())
    }
    this.best = Math.min(this.best, cpuSince(before) / (this.batch.rows / 1e6))
  }
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
