// npm run bench -- questions [--flows N] [--folder DIR] [--runs N] [--parts A,B]: a day of 100 million flows in the embedded store and
// in nfcapd's files. How long the dashboard's own questions take, and twenty typical ones beside nfdump on the same flows;
// then what five open dashboards cost the storing of new flows. A folder that is named is kept, and used again.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { makeDay, nameOf, slotSeconds } from './lab/flow-day.mjs'
import { treeUsage } from './lab/process-tree.mjs'
import { simulate, startServer } from './lab/server.mjs'
import { dashboardQuestions, typicalQuestions } from './lab/typical-questions.mjs'

const { values: options } = parseArgs({
  options: {
    flows: { type: 'string', default: '100000000' },
    folder: { type: 'string' },
    runs: { type: 'string', default: '5' },
    parts: { type: 'string', default: 'dashboard,typical,ingest' },
  },
})
const runs = Number(options.runs)
const folder = options.folder ?? mkdtempSync(path.join(tmpdir(), 'drawbridge-questions-'))
const say = (line) => process.stderr.write(`\r${line}\u001b[K`)

const quantile = (values, share) => [...values].sort((a, b) => a - b)[Math.max(0, Math.ceil(values.length * share) - 1)]
const seconds = (value) => (value === undefined ? '' : value.toFixed(value < 1 ? 3 : 2))

async function timed(work) {
  const began = performance.now()
  const result = await work()
  return { result, seconds: (performance.now() - began) / 1000 }
}

/** New data is merged and rolled up for a while; questions are timed when that is over. */
async function untilQuiet(pid) {
  for (let quiet = 0; quiet < 5;) {
    const before = treeUsage(pid).cpuSeconds
    await sleep(2000)
    quiet = treeUsage(pid).cpuSeconds - before < 0.2 ? quiet + 1 : 0
    say(`waiting until merges and rollups are done${'.'.repeat(quiet)}`)
  }
}

async function graphql(server, { query, variables }) {
  const response = await fetch(`${server.url}/client/v4/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  })
  const answer = await response.json()
  if (answer.errors !== null) throw new Error(JSON.stringify(answer.errors))
  return answer
}

async function timeDashboard(server, day) {
  const rows = []
  for (const hours of [0.5, 1, 6, 24]) {
    const asked = dashboardQuestions(server.account, { from: day.to - hours * 3600, to: day.to })
    for (const question of asked) {
      const times = []
      for (let run = 0; run <= runs; run++) times.push((await timed(() => graphql(server, question))).seconds)
      // The first fills the caches of the machine, for nfdump as well.
      rows.push({ question: `${question.name}, ${hours} h`, p50: quantile(times.slice(1), 0.5), p95: quantile(times.slice(1), 0.95) })
    }
  }
  return rows
}

function windowOf({ hours, ago = 0 }, day) {
  return { from: day.to - (ago + hours) * 3600, to: day.to - ago * 3600 }
}

async function ask(server, question, day) {
  const { from, to } = windowOf(question, day)
  const time = (value) => new Date(value * 1000).toISOString()
  const { by, filter = '', order = 'bits' } = question
  const body = { by, filter, order, limit: 10, from: time(from), to: time(to) }
  return server.api('POST', `/accounts/${server.account}/drawbridge/flows/query`, body)
}

/** @returns {Promise<string>} what nfdump prints for the question, as CSV */
async function askNfdump(question, day) {
  const { from, to } = windowOf(question, day)
  const files = `${path.join(folder, 'nfcapd', `nfcapd.${nameOf(from)}`)}:nfcapd.${nameOf(to - slotSeconds)}`
  const filter = question.peerFilter ?? question.filter ?? 'any'
  const args = ['-R', files, ...question.nfdump, '-n', '10', '-N', '-o', 'csv', filter]
  const child = spawn('nfdump', args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, TZ: 'UTC' } })
  let text = ''
  child.stdout.on('data', (chunk) => (text += chunk))
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`nfdump ${args.join(' ')} ended with code ${code}`)
  return text
}

/** Bytes or packets of the first row. */
function firstOf(csv, order) {
  const [head = '', first = ''] = csv.trim().split('\n')
  // Statistics call the columns otherwise than aggregated flows do.
  const names = order === 'packets' ? ['ipkt', 'pkt'] : ['ibyt', 'byt']
  const place = head.split(',').findIndex((name) => names.includes(name))
  return Number(first.split(',')[place])
}

async function timeTypical(server, day) {
  const rows = []
  for (const question of typicalQuestions) {
    say(question.name)
    const ours = []
    const peers = []
    let same = true
    let tier = ''
    for (let run = 0; run <= runs; run++) {
      const answer = await timed(() => ask(server, question, day))
      const peer = await timed(() => askNfdump(question, day))
      const [group] = answer.result.groups
      const value = question.order === 'packets' ? group?.packets : (group?.bits ?? 0) / 8
      same &&= value === firstOf(peer.result, question.order)
      tier = answer.result.tier
      if (run > 0) ours.push(answer.seconds)
      if (run > 0) peers.push(peer.seconds)
    }
    rows.push({ question: question.name, tier, p50: quantile(ours, 0.5), p95: quantile(ours, 0.95), nfdump: quantile(peers, 0.5), same })
  }
  return rows
}

/** Five overviews of an hour, each asked again as soon as it is answered or after ten seconds, whatever is later. */
function openDashboards(server, day, count) {
  const closing = new AbortController()
  const times = []
  let refused = 0
  const look = async (question) => {
    try {
      times.push((await timed(() => graphql(server, question))).seconds)
    } catch {
      // Told as a figure: the store turns questions away when too many wait.
      refused++
    }
  }
  const work = Array.from({ length: count }, async () => {
    while (!closing.signal.aborted) {
      const began = performance.now()
      const asked = dashboardQuestions(server.account, { from: day.to - 3600, to: day.to })
      await Promise.all(asked.map(look))
      while (!closing.signal.aborted && performance.now() - began < 10_000) await sleep(100)
    }
  })
  return async () => {
    closing.abort()
    await Promise.all(work)
    return { times, refused }
  }
}

async function timeIngest(server, day, dashboards, seed) {
  const ledger = () => server.api('GET', `/accounts/${server.account}/drawbridge/ledger`)
  const before = (await ledger()).totals.records_stored
  const close = openDashboards(server, day, dashboards)
  const cpu = treeUsage(server.pid).cpuSeconds
  const rate = 100_000
  const { result: sent, seconds: sending } = await timed(() => simulate(server.port, { records: rate * 30, rate, seed }))
  let report = await ledger()
  for (let tries = 0; tries < 240 && report.totals.records_stored < before + sent.records; tries++) {
    await sleep(250)
    report = await ledger()
  }
  const used = treeUsage(server.pid).cpuSeconds - cpu
  const { times, refused } = await close()
  const stored = report.totals.records_stored - before
  return {
    dashboards,
    'flows/s': Math.round(sent.records / sending),
    lost: sent.records - stored,
    'kernel drops': report.listeners.reduce((sum, { kernel_drops: drops }) => sum + (drops ?? 0), 0),
    'CPU s': Number(used.toFixed(1)),
    questions: times.length,
    refused,
    'their p50': seconds(quantile(times, 0.5)),
    'their p95': seconds(quantile(times, 0.95)),
  }
}

function printTimes(rows, ratio) {
  console.table(
    rows.map(({ question, tier, p50, p95, nfdump, same }) => ({
      question,
      ...(ratio ? { tier } : {}),
      'p50 s': seconds(p50),
      'p95 s': seconds(p95),
      ...(ratio ? { 'nfdump p50 s': seconds(nfdump), 'nfdump / ours': Number((nfdump / p50).toFixed(1)), 'same first row': same } : {}),
    })),
  )
}

function summarize(name, rows) {
  const all = rows.map(({ p50 }) => p50)
  console.log(`${name}: p50 of the questions ${seconds(quantile(all, 0.5))} s, p95 ${seconds(quantile(all, 0.95))} s`)
}

const parts = {
  dashboard: async (server, day) => {
    const rows = await timeDashboard(server, day)
    console.log("\nThe dashboard's own questions:")
    printTimes(rows, false)
    summarize('dashboard', rows)
  },
  typical: async (server, day) => {
    const rows = await timeTypical(server, day)
    say('')
    console.log('\nTwenty typical questions, nfdump on the same flows (lz4) in turn:')
    printTimes(rows, true)
    summarize('typical', rows)
  },
  ingest: async (server, day) => {
    console.log('\nStoring 100 000 new flows/s for 30 s, without and with five dashboards over the 100 million:')
    // The first seconds of a process are spent compiling.
    await simulate(server.port, { records: 300_000, rate: 100_000 })
    await untilQuiet(server.pid)
    say('')
    const rows = []
    for (const [turn, count] of [0, 5, 0, 5].entries()) rows.push(await timeIngest(server, day, count, turn + 2))
    console.table(rows)
  },
}

const known = path.join(folder, 'day.json')
const day = existsSync(known) ? JSON.parse(readFileSync(known, 'utf8')) : await makeDay(folder, Number(options.flows), say)
const server = await startServer({ kept: path.join(folder, 'drawbridge'), set: ['enrich.reload_seconds=3600'] })
try {
  await untilQuiet(server.pid)
  say('')
  console.log(`${day.rows} flows of 24 hours, ${runs} runs of each question`)
  for (const part of options.parts.split(',')) await parts[part](server, day)
} finally {
  await server.stop()
  if (options.folder === undefined) rmSync(folder, { recursive: true, force: true })
}
