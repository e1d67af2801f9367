// npm run bench -- exporters [routers] [templates]: what ten thousand routers with a hundred templates each cost a
// collector thread: time to take them in, memory, the steps that walk over all of them, and what happens beyond the limit.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Collector } from '../dist/collect/collector.js'
import { formatWords } from '../dist/collect/address-words.js'
import { Telemetry } from '../dist/collect/collector-telemetry.js'
import { StatusReporter } from '../dist/collect/worker-status.js'
import { createFlowBatch } from '../dist/contract/flow-batch.js'
import { joinTables } from '../dist/enrich/enrich-tables.js'
import { Enricher } from '../dist/enrich/enricher.js'
import { maxRecordsPerDatagram } from '../dist/wire/record-writer.js'

const routerCount = Number(process.argv[2] ?? 10_000)
const templateCount = Number(process.argv[3] ?? 100)
const config = { sealRows: 1000, sealMs: 1000, templateLifetimeMs: 86_400_000, pendingBytes: 128 * 2 ** 20, pendingMs: 1_800_000 }
const start = 1_700_000_000_000
/** A usual record of 18 fields. Templates differ in the order of these, and in two elements without a column. */
const usual = [8, 12, 15, 10, 14, 2, 1, 22, 21, 7, 11, 6, 4, 5, 16, 17]
const lengths = { 7: 2, 11: 2, 6: 1, 4: 1, 5: 1 }

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc')

function memory() {
  // What finalizers set free is collected by the next.
  for (let i = 0; i < 3; i++) collectGarbage()
  const { heapUsed, external, rss } = process.memoryUsage()
  return { live: heapUsed + external, rss }
}

function addressOf(router) {
  return [0, 0, 0xffff0000, (0x0a000000 + router) >>> 0]
}

/** Fields of a template, by its number: sixteen known ones, begun elsewhere, and two that tell it from all others. */
function fieldsOf(number) {
  const turn = number % usual.length
  const known = [...usual.slice(turn), ...usual.slice(0, turn)]
  return [
    ...known.map((element) => [element, lengths[element] ?? 4]),
    [1000 + (number % 10_000), 4],
    [12_000 + Math.floor(number / 10_000), 4],
  ]
}

/** A v9 datagram of the templates with the ids 256 and up; `first` is the number of the first of them. */
function templates(first, count) {
  const words = []
  for (let i = 0; i < count; i++) {
    const fields = fieldsOf(first + i)
    words.push(256 + i, fields.length, ...fields.flat())
  }
  return datagram(0, words)
}

/** A v9 datagram of one set; sequence, time and domain are 0. */
function datagram(id, words) {
  const bytes = Buffer.alloc(24 + words.length * 2)
  bytes.writeUInt16BE(9, 0)
  bytes.writeUInt16BE(id, 20)
  bytes.writeUInt16BE(4 + words.length * 2, 22)
  for (const [i, word] of words.entries()) bytes.writeUInt16BE(word, 24 + i * 2)
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
}

function newCollector() {
  const capacity = config.sealRows + maxRecordsPerDatagram
  const collector = new Collector(
    config,
    {
      enricher: new Enricher(joinTables({})),
      exchange: () => createFlowBatch(capacity),
      remember: () => {},
      forget: () => {},
      beforePendingDecoded: () => {},
    },
    createFlowBatch(capacity),
  )
  const routers = Array.from({ length: routerCount }, (_, router) => addressOf(router))
  collector.register(routers.map((words) => ({ account: 1, address: formatWords(words), samplingOverride: null, accountSampling: 1 })))
  return collector
}

/** Milliseconds of processor time: the machine may have other things to do. */
function timed(step) {
  const begun = process.cpuUsage()
  step()
  const { user, system } = process.cpuUsage(begun)
  return (user + system) / 1000
}

const mib = (bytes) => `${(bytes / 2 ** 20).toFixed(0)} MiB`

/** Datagrams of fifty templates each fit into what networks carry when fragmented, and keep the bench short. */
const perDatagram = 50

/** Changes the ids of the templates in a datagram, which start at 256, to `first` and up. */
function renumber(bytes, first) {
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const length = 4 + 18 * 4
  for (let i = 0; 24 + i * length < bytes.length; i++) view.setUint16(24 + i * length, first + i)
  return bytes
}

/** What the report of each second costs: making it and passing it on, and what the main thread does with it. */
function reporting(collector) {
  let now = start
  const telemetry = new Telemetry({ now: () => now, receiveBufferAsked: 0, routers: () => [] })
  const reporter = new StatusReporter(0, collector)
  const report = () => {
    let message
    now += 1000
    const thread = timed(() => (message = structuredClone(reporter.next([]))))
    return { thread, main: timed(() => telemetry.noteStatus(message)) }
  }
  // The least of some: the first ones are spent on compiling.
  const least = (prepare) => {
    const all = Array.from({ length: 10 }, () => {
      prepare()
      return report()
    })
    const { thread, main } = all.reduce((best, one) => (one.thread + one.main < best.thread + best.main ? one : best))
    return `${thread.toFixed(1)} + ${main.toFixed(1)} ms`
  }
  const change = () => {
    for (const exporter of collector.table.exporters()) exporter.ledger.datagrams_received++
  }
  return { all: least(change), none: least(() => {}) }
}

/** Lets every router announce its templates. @returns processor time in milliseconds */
function fill(collector, numberOf) {
  let ms = 0
  // In groups, so that making datagrams is not timed and does not take the memory of all at once.
  for (let group = 0; group < routerCount; group += 500) {
    const sent = []
    for (let router = group; router < Math.min(group + 500, routerCount); router++)
      for (let at = 0; at < templateCount; at += perDatagram)
        sent.push([addressOf(router), renumber(templates(numberOf(router) + at, Math.min(perDatagram, templateCount - at)), 256 + at)])
    ms += timed(() => {
      for (const [address, bytes] of sent) collector.handle(bytes, bytes.length, address, start)
    })
  }
  return ms
}

function held(collector) {
  let templates = 0
  for (const exporter of collector.table.exporters()) templates += exporter.templateCount()
  return templates
}

function each(ms, count) {
  return `${((ms / count) * 1000).toFixed(2)} µs`
}

function measure(name, numberOf) {
  const before = memory()
  const collector = newCollector()
  const empty = memory()
  const taken = fill(collector, numberOf)
  const after = memory()
  const count = held(collector)
  const repeated = fill(collector, numberOf)
  const tick = timed(() => collector.tick(start + 20_000))
  const status = reporting(collector)
  const { templates: budget, domains, definitions } = collector.table.budgets
  console.log(`\n${routerCount} routers, ${templateCount} templates of 18 fields each, ${name} (times are processor time):`)
  console.table({
    'templates held': count,
    'different definitions': definitions.size,
    domains: domains.used,
    'memory of the routers alone': mib(empty.live - before.live),
    'memory with templates': mib(after.live - before.live),
    'bytes a template': Math.round((after.live - empty.live) / count),
    'resident set': mib(after.rss),
    'taking in a template': each(taken, count),
    'one that is known': each(repeated, count),
    'looking for expired ones': `${tick.toFixed(1)} ms`,
    'telling of all routers, thread and main': status.all,
    'telling of those that changed, none': status.none,
    'pushed out by the limit': budget.evictions,
  })
  return collector
}

/** One router that announces ever new templates in ever new domains when there is no room left. */
function flood(collector) {
  const words = addressOf(0)
  const { templates: budget } = collector.table.budgets
  const before = budget.used
  const datagrams = Math.ceil((budget.limit - budget.used + 100_000) / perDatagram)
  const sent = Array.from({ length: datagrams }, (_, i) => {
    const bytes = renumber(templates(5_000_000 + i * perDatagram, perDatagram), 256 + (i % 40) * perDatagram)
    // Source id: another domain every forty datagrams.
    new DataView(bytes.buffer, bytes.byteOffset).setUint32(16, Math.floor(i / 40) % 200)
    return bytes
  })
  const ms = timed(() => {
    for (const bytes of sent) collector.handle(bytes, bytes.length, words, start + 30_000)
  })
  const others = [...collector.table.exporters()].slice(1).filter((exporter) => exporter.templateCount() !== templateCount).length
  console.log(`\none of the routers announces ${datagrams * perDatagram} more, all different:`)
  console.table({
    'templates before and after': `${before} → ${budget.used}`,
    limit: budget.limit,
    'pushed out by the limit': budget.evictions,
    'other routers that lost any': others,
    'taking in one': each(ms, datagrams * perDatagram),
  })
}

/** Data sets without a template until the buffer is full and beyond: the smallest that exist, each with a key of its own. */
function pending() {
  const count = 400_000
  const sent = Array.from({ length: count / 100 }, (_, i) => {
    const bytes = new Uint8Array(20 + 100 * 8)
    const view = new DataView(bytes.buffer)
    view.setUint16(0, 9)
    view.setUint32(16, i % 200)
    for (let s = 0; s < 100; s++) {
      view.setUint16(20 + s * 8, 256 + ((i * 100 + s) % 60_000))
      view.setUint16(22 + s * 8, 8)
    }
    return bytes
  })
  const collector = newCollector()
  const before = memory()
  const ms = timed(() => {
    for (const [i, bytes] of sent.entries()) collector.handle(bytes, bytes.length, addressOf(i % routerCount), start)
  })
  const after = memory()
  console.log(`\n${count} data sets of 4 bytes that wait for as many templates, ${mib(config.pendingBytes)} allowed:`)
  console.table({
    waiting: collector.waiting.count,
    evicted: collector.ledger.sets_pending_evicted,
    memory: mib(after.live - before.live),
    'bytes a set': Math.round((after.live - before.live) / collector.waiting.count),
    'taking in one': each(ms, count),
  })
}

pending()
flood(measure('the same for all', () => 0))
measure('all different', (router) => router * templateCount)
