// A whole collector under test: routers, templates, waiting sets, sampling, enrichment and the ledger, in made-up time.
// The first byte of an input says who sends it and how much time has passed; from `controlByte` on it is no datagram
// but something that the program around the collector does.
import { Collector } from '../dist/collect/collector.js'
import { ledgerTerms } from '../dist/contract/collector-status.js'
import { clearFlowBatch, createFlowBatch } from '../dist/contract/flow-batch.js'
import { joinTables } from '../dist/enrich/enrich-tables.js'
import { Enricher } from '../dist/enrich/enricher.js'
import { parseWords } from '../dist/collect/address-words.js'
import { maxRecordsPerDatagram } from '../dist/wire/record-writer.js'
import { Trace } from './trace.mjs'

export const controlByte = 0xf0

const addresses = ['192.0.2.1', '192.0.2.2', '2001:db8::1', '192.0.2.99']
const words = addresses.map((address) => parseWords(address))
const routers = addresses
  .slice(0, 3)
  .map((address, i) => ({ account: i, address, samplingOverride: i === 1 ? 100 : null, accountSampling: 1 }))
const timeSteps = [0, 1, 1000, 31_000]
const config = { sealRows: 3000, sealMs: 5000, templateLifetimeMs: 120_000, pendingBytes: 20_000, pendingMs: 60_000 }
const enricher = new Enricher(joinTables({}))

export class CollectorSide {
  trace = new Trace()
  #spare = createFlowBatch(config.sealRows + maxRecordsPerDatagram)
  #first = createFlowBatch(config.sealRows + maxRecordsPerDatagram)
  #collector
  #now = 0
  #sealedRows = 0
  #datagrams = 0
  #memories = []

  get batch() {
    return this.#collector.batch
  }

  /** Rows since the sequence began, those of sealed batches included. */
  get rows() {
    return this.#sealedRows + this.#collector.batch.rows
  }

  begin() {
    this.trace.sum = 0
    this.#now = 1_700_000_000_000
    this.#sealedRows = 0
    this.#datagrams = 0
    this.#memories.length = 0
    if (this.#collector !== undefined && this.#collector.batch !== this.#first) this.#spare = this.#first
    this.#first = this.#collector?.batch ?? this.#first
    clearFlowBatch(this.#first)
    this.#collector = new Collector(
      config,
      {
        enricher,
        exchange: (full) => this.#exchange(full),
        remember: (memory) => this.#remember(memory),
        forget: (_exporter, _protocol, _domain, id) => this.trace.add(id),
        beforePendingDecoded: () => this.trace.add(1),
      },
      this.#first,
    )
    this.#collector.register(routers)
  }

  #exchange(full) {
    this.#sealedRows += full.rows
    for (const column of Object.values(full.columns)) for (let i = 0; i < Math.min(column.length, full.rows); i++) this.trace.add(column[i])
    clearFlowBatch(full)
    const empty = this.#spare
    this.#spare = full
    return empty
  }

  #remember(memory) {
    this.trace.text(memory.kind)
    if (this.#memories.length < 16) this.#memories.push(memory)
  }

  decode(bytes, length) {
    if (length === 0) return
    const first = bytes[0]
    this.#now += timeSteps[(first >> 2) & 3]
    if (first >= controlByte) this.#control(first)
    else {
      this.#datagrams++
      this.#collector.handle(bytes.subarray(1), length - 1, words[first & 3], this.#now)
    }
    this.#traceLedger()
  }

  #control(code) {
    if (code < 0xf4) this.#collector.tick(this.#now)
    else if (code < 0xf8) this.#collector.register(routers.filter((_, i) => ((code >> i) & 1) === 1))
    else if (code < 0xfc) this.#collector.register(routers)
    else for (const memory of this.#memories.splice(0)) this.#collector.recall(memory, this.#now)
  }

  #traceLedger() {
    const { ledger } = this.#collector
    for (const term of ledgerTerms) this.trace.add(ledger[term])
    this.trace.add(this.#collector.waiting.count)
  }

  /** @returns what does not balance, undefined when all does */
  imbalance() {
    const { ledger, faults } = this.#collector
    const setsWaiting = this.#collector.waiting.count
    const datagrams = ledger.datagrams_decoded + ledger.datagrams_undecodable + ledger.datagrams_unregistered
    if (ledger.datagrams_received !== this.#datagrams || datagrams !== this.#datagrams)
      return `datagrams: ${this.#datagrams} given, ${ledger.datagrams_received} received, ${datagrams} accounted for`
    const sets = setsWaiting + ledger.sets_pending_decoded + ledger.sets_pending_evicted + ledger.sets_pending_expired
    if (ledger.sets_pended !== sets) return `sets: ${ledger.sets_pended} pended, ${sets} waiting, decoded or dropped`
    if (ledger.records_decoded !== this.rows) return `records: ${ledger.records_decoded} decoded, ${this.rows} in batches`
    const counted = Object.values(faults).reduce((sum, count) => sum + count, 0)
    if (counted !== ledger.malformed_sets + ledger.datagrams_undecodable)
      return `faults: ${counted} by code, ${ledger.malformed_sets} sets and ${ledger.datagrams_undecodable} datagrams`
    return this.#routerImbalance()
  }

  #routerImbalance() {
    let waiting = 0
    for (const exporter of this.#collector.table.exporters()) {
      waiting += exporter.setsWaiting
      if (exporter.setsWaiting < 0) return `router ${exporter.address}: ${exporter.setsWaiting} sets waiting`
      const { ledger } = exporter
      if (ledger.datagrams_received !== ledger.datagrams_decoded + ledger.datagrams_undecodable)
        return `router ${exporter.address}: datagrams`
      const sets = exporter.setsWaiting + ledger.sets_pending_decoded + ledger.sets_pending_evicted + ledger.sets_pending_expired
      if (ledger.sets_pended !== sets)
        return `router ${exporter.address}: ${ledger.sets_pended} sets pended, ${sets} waiting, decoded or dropped`
    }
    return waiting === this.#collector.waiting.count ? undefined : `${waiting} sets wait by router, ${this.#collector.waiting.count} in all`
  }
}
