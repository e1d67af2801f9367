// npm run bench -- ingest: what it costs to take NetFlow v9 records of 18 fields and store them, by stage and end to
// end, the highest rate without loss, and nfcapd on the same stream in the same run. With --rules N --prefixes M instead:
// what it costs with so many rules beside what it costs without, by stage and end to end at one rate.
import { spawn, execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createSocket } from 'node:dgram'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { setTimeout as sleep } from 'node:timers/promises'
import { measureStages } from './lab/ingest-stages.mjs'
import { compiledForm, makeRules, requestForm } from './lab/rules.mjs'
import { treeUsage } from './lab/process-tree.mjs'
import { simulate, startServer } from './lab/server.mjs'

const { values: options } = parseArgs({
  options: { rules: { type: 'string', default: '0' }, prefixes: { type: 'string', default: '10000' } },
})
const seconds = Number(process.env.BENCH_SECONDS ?? 10)
const rates = [200_000, 300_000, 400_000, 500_000, 600_000, 800_000]

/** Follows the memory of a process tree while something runs. */
async function withPeak(pid, work) {
  let peak = 0
  const timer = setInterval(() => (peak = Math.max(peak, treeUsage(pid).rssBytes)), 200)
  try {
    return [await work(), () => peak]
  } finally {
    clearInterval(timer)
  }
}

/** Rules that one request can make. */
const rulesAtOnce = 100

async function runServer(rate, rules = []) {
  const server = await startServer({ set: ['enrich.reload_seconds=3600'] })
  try {
    const bulk = `/accounts/${server.account}/mnm/rules/bulk`
    for (let at = 0; at < rules.length; at += rulesAtOnce) await server.api('POST', bulk, requestForm(rules.slice(at, at + rulesAtOnce)))
    const ledger = () => server.api('GET', `/accounts/${server.account}/drawbridge/ledger`)
    // The first second of a process is spent compiling: it is not what a server does all day.
    const warmUp = await simulate(server.port, { records: 200_000, rate: 100_000 })
    await untilStored(ledger, warmUp.records)
    const before = treeUsage(server.pid)
    const [sent, peak] = await withPeak(server.pid, () => simulate(server.port, { records: rate * seconds, rate, seed: 2 }))
    const sentAt = Date.now()
    const report = await untilStored(ledger, warmUp.records + sent.records)
    const lag = (Date.now() - sentAt) / 1000
    // Merges go on for a while after the last insert; they belong to the cost.
    await sleep(4000)
    const cpu = treeUsage(server.pid).cpuSeconds - before.cpuSeconds
    const stored = report.totals.records_stored - warmUp.records
    const drops = report.listeners.reduce((sum, listener) => sum + (listener.kernel_drops ?? 0), 0)
    return {
      rate,
      sent: sent.records,
      achieved: Math.round(sent.records / sent.seconds),
      stored,
      drops,
      cpuPerMillion: cpu / (stored / 1e6),
      lag,
      rssMiB: Math.round(peak() / 2 ** 20),
    }
  } finally {
    await server.stop()
  }
}

/** Waits until the store has everything, or until nothing comes any more. */
async function untilStored(ledger, records) {
  let last = -1
  let same = 0
  for (;;) {
    const report = await ledger()
    if (report.totals.records_stored >= records) return report
    same = report.totals.records_stored === last ? same + 1 : 0
    if (same > 40) return report
    last = report.totals.records_stored
    await sleep(250)
  }
}

async function freePort() {
  const socket = createSocket('udp4')
  await new Promise((resolve) => socket.bind(0, '127.0.0.1', resolve))
  const { port } = socket.address()
  await new Promise((resolve) => socket.close(resolve))
  return port
}

async function runNfcapd(rate, compress) {
  const dir = mkdtempSync(path.join(tmpdir(), 'nfcapd-bench-'))
  const port = await freePort()
  const child = spawn(
    'nfcapd',
    ['-w', dir, '-p', String(port), '-b', '127.0.0.1', '-B', String(64 * 2 ** 20), '-t', '3600', ...(compress ? ['-y'] : [])],
    { stdio: 'ignore' },
  )
  try {
    await sleep(1000)
    const before = treeUsage(child.pid)
    const sent = await simulate(port, { records: rate * seconds, rate, seed: 2 })
    await sleep(1500)
    const cpu = treeUsage(child.pid).cpuSeconds - before.cpuSeconds
    const rssMiB = Math.round(treeUsage(child.pid).rssBytes / 2 ** 20)
    child.kill('SIGTERM')
    await new Promise((resolve) => child.once('exit', resolve))
    const stats = execFileSync('nfdump', ['-R', dir, '-I'], { encoding: 'utf8' })
    const stored = Number(/^Flows: (\d+)/m.exec(stats)?.[1] ?? 0)
    return {
      name: compress ? 'nfcapd, lz4' : 'nfcapd, flat file',
      rate,
      sent: sent.records,
      stored,
      cpuPerMillion: cpu / (stored / 1e6),
      rssMiB,
    }
  } finally {
    child.kill('SIGKILL')
    rmSync(dir, { recursive: true, force: true })
  }
}

function print(rows) {
  console.table(
    rows.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([key, value]) => [key, typeof value === 'number' ? Math.round(value * 1000) / 1000 : value]),
      ),
    ),
  )
}

const stagesTitle = 'Stages, CPU-seconds per million NetFlow v9 records of 18 fields:'

async function compareRules(count, prefixes) {
  const rules = makeRules(count, prefixes)
  const variants = [
    { name: 'without rules', rules: [] },
    { name: `${count} rules, ${prefixes} prefixes`, rules },
  ]
  console.log(stagesTitle)
  const stages = await measureStages(variants.map(({ name, rules }) => ({ name, rules: compiledForm(rules) })))
  const totals = variants.map(({ name }) => [name, stages.reduce((sum, row) => sum + row[name], 0)])
  print([...stages, { stage: 'all', ...Object.fromEntries(totals) }])
  console.log(`\nEnd to end, ${seconds} s, generator on the same machine:`)
  const runs = []
  for (const { name, rules } of variants) runs.push({ name, ...(await runServer(rates[0], rules)) })
  print(runs)
  console.log(`\nRules cost ${(runs[1].cpuPerMillion - runs[0].cpuPerMillion).toFixed(3)} CPU-seconds per million records`)
}

async function findLimit() {
  console.log(stagesTitle)
  print(await measureStages())

  console.log(`\nEnd to end, ${seconds} s at each rate, generator on the same machine:`)
  const runs = []
  for (const rate of rates) {
    const run = await runServer(rate)
    runs.push(run)
    print([run])
    // Beyond the first loss, or where the generator itself no longer keeps up, a higher rate says nothing new.
    if (run.stored < run.sent || run.achieved < rate * 0.8) break
  }
  const lossless = runs.filter((run) => run.stored === run.sent)
  const best = lossless.toSorted((a, b) => a.achieved - b.achieved).at(-1)

  console.log('\nnfcapd on the same stream:')
  const peers = []
  try {
    for (const compress of [false, true]) peers.push(await runNfcapd(200_000, compress))
    print(peers)
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
    console.log('nfcapd is not installed (Debian: apt-get install nfdump): skipped')
  }

  console.log(`\nHighest rate without loss: ${best === undefined ? 'none' : `${best.achieved} records/s`}`)
  const reference = lossless[0]
  if (reference !== undefined) {
    for (const peer of peers)
      console.log(
        `CPU per record against ${peer.name} at ${reference.rate}/s: ${(reference.cpuPerMillion / peer.cpuPerMillion).toFixed(2)} times`,
      )
  }
}

const ruleCount = Number(options.rules)
if (ruleCount > 0) await compareRules(ruleCount, Number(options.prefixes))
else await findLimit()
