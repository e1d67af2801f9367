// npm run bench -- dashboard [--routers N] [--rules N] [--incidents N] [--days N] [--flows N] [--folder DIR] [--runs N] [--json]
// The dashboard over a large installation, in headless Chromium: how long each page takes until it stands, its slowest request,
// the longest time that it was deaf to the user, and how long what people do on it takes until it is to be seen.
// A folder that is named is kept, and used again.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { launchChromium, signInState } from '../test/web/chromium.mjs'
import { interactions, pages } from './lab/dashboard-pages.mjs'
import { configure, writeDays, writeIncidents } from './lab/dashboard-scene.mjs'
import { treeUsage } from './lab/process-tree.mjs'
import { startServer } from './lab/server.mjs'

const { values } = parseArgs({
  options: {
    routers: { type: 'string', default: '50' },
    rules: { type: 'string', default: '1000' },
    incidents: { type: 'string', default: '10000' },
    days: { type: 'string', default: '30' },
    flows: { type: 'string', default: '20000000' },
    folder: { type: 'string' },
    runs: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  },
})
const count = (name) => Number(values[name])
const scale = { routers: count('routers'), rules: count('rules'), incidents: count('incidents'), days: count('days'), rows: count('flows') }
const runs = count('runs')
const folder = values.folder ?? mkdtempSync(path.join(tmpdir(), 'drawbridge-dashboard-'))
const main = fileURLToPath(new URL('../dist/process/main.js', import.meta.url))
const say = (line) => process.stderr.write(`\r${line}\u001b[K`)
const milliseconds = (value) => Math.round(value)
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0
const greatest = (numbers) => Math.max(0, ...numbers)

/** New data is merged for a while; pages are timed when that is over. */
async function untilQuiet(pid) {
  for (let quiet = 0; quiet < 3;) {
    const before = treeUsage(pid).cpuSeconds
    await sleep(2000)
    quiet = treeUsage(pid).cpuSeconds - before < 0.3 ? quiet + 1 : 0
    say(`waiting until merges and rollups are done${'.'.repeat(quiet)}`)
  }
  say('')
}

/** Runs in the page: the long tasks since it began, for which no key and no click is answered. */
function watchTasks() {
  globalThis.longTasks = []
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) globalThis.longTasks.push(entry.duration)
  }).observe({ type: 'longtask', buffered: true })
}

const takeTasks = (page) => page.evaluate(() => globalThis.longTasks.splice(0))

/** Until no request has been on its way for a moment. Polls of the page come in between and are quick. */
async function untilAnswered(requests) {
  while (requests.open > 0) await sleep(10)
}

function watchRequests(page) {
  const requests = { open: 0, times: [], failed: 0 }
  page.on('request', (request) => {
    if (request.url().includes('/client/')) requests.open++
  })
  const over = (request) => {
    if (request.url().includes('/client/')) requests.open--
  }
  page.on('requestfailed', over)
  page.on('requestfinished', (request) => {
    over(request)
    if (request.url().includes('/client/')) requests.times.push({ time: request.timing().responseEnd, url: request.url() })
  })
  page.on('response', (response) => {
    if (response.status() >= 400) requests.failed++
  })
  return requests
}

async function openPage(browser, state) {
  const context = await browser.newContext({ storageState: state, viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  await page.addInitScript(watchTasks)
  return { context, page, requests: watchRequests(page) }
}

/** One visit with an empty cache of answers: the time until what the page is for is to be seen. */
async function visit({ browser, state, url }, { where, ready }) {
  const { context, page, requests } = await openPage(browser, state)
  const began = performance.now()
  await page.goto(url + where)
  await page.locator(ready).first().waitFor()
  const shown = performance.now() - began
  await untilAnswered(requests)
  const tasks = await takeTasks(page)
  await context.close()
  return { shown, tasks, requests }
}

async function timePage(setting, page) {
  const visits = []
  for (let run = 0; run <= runs; run++) visits.push(await visit(setting, page))
  const warm = visits.slice(1)
  const slowest = warm.flatMap(({ requests }) => requests.times).sort((one, other) => other.time - one.time)[0]
  return {
    page: page.name,
    'first ms': milliseconds(visits[0].shown),
    'ms': milliseconds(median(warm.map(({ shown }) => shown))),
    'slowest request ms': milliseconds(median(warm.map(({ requests }) => greatest(requests.times.map(({ time }) => time))))),
    'which': slowest === undefined ? '' : new URL(slowest.url).pathname.replace(/^.*accounts\/[^/]+\//, ''),
    'longest task ms': milliseconds(greatest(warm.flatMap(({ tasks }) => tasks))),
    'refused': warm.reduce((sum, { requests }) => sum + requests.failed, 0),
  } // prettier-ignore
}

async function timeInteraction({ browser, state, url }, { name, where, ready, act }) {
  const { context, page } = await openPage(browser, state)
  await page.goto(url + where)
  await page.locator(ready).first().waitFor()
  const times = []
  const tasks = []
  for (let run = 0; run <= runs; run++) {
    await takeTasks(page)
    const began = performance.now()
    await act(page, run)
    times.push(performance.now() - began)
    tasks.push(...(await takeTasks(page)))
  }
  await context.close()
  return {
    interaction: name,
    ms: milliseconds(median(times.slice(1))),
    'slowest ms': milliseconds(greatest(times)),
    'longest task ms': milliseconds(greatest(tasks)),
  }
}

/** A router that sends 2000 flows a second until it is ended, so that the pages have something new to show all the time. */
function keepSending(port) {
  const rate = 2000
  const args = ['simulate', '--to', `127.0.0.1:${port}`, '--protocol', 'netflow9', '--records', String(rate * 3600), '--rate', String(rate)]
  const child = spawn(process.execPath, [main, ...args], { stdio: 'ignore' })
  return () => child.kill('SIGTERM')
}

const scene = await writeDays(folder, scale, say)
let server = await startServer({ kept: folder, router: '127.0.0.1', scopes: ['admin'] })
try {
  await configure(server, scale, say)
  await server.stop()
  await writeIncidents(folder, scale)
  server = await startServer({ kept: folder, router: '127.0.0.1', scopes: ['admin'] })
  await untilQuiet(server.pid)
  const endTraffic = keepSending(server.port)
  const browser = await launchChromium()
  try {
    const state = await signInState(browser, server.url, server.token)
    const setting = { browser, state, url: server.url }
    const visited = []
    for (const page of await pages(server)) {
      say(page.name)
      visited.push(await timePage(setting, page))
    }
    const acted = []
    for (const interaction of interactions) {
      say(interaction.name)
      acted.push(await timeInteraction(setting, interaction))
    }
    say('')
    if (values.json) console.log(JSON.stringify({ scale: { ...scale, rows: scene.rows }, pages: visited, interactions: acted }))
    else {
      console.log(
        `${scale.routers} routers, ${scale.rules} rules, ${scale.incidents} incidents, ${scene.rows} flows in ${scale.days} days; medians of ${runs}`,
      )
      console.table(visited)
      console.table(acted)
    }
  } finally {
    await browser.close()
    endTraffic()
  }
} finally {
  await server.stop()
  if (values.folder === undefined) rmSync(folder, { recursive: true, force: true })
}
