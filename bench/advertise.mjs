// npm run bench -- advertise [--runs N]: how soon BIRD has the route when a flood fulfils a rule's duration, with real parts:
// floods through a router in a namespace, sFlow from uacctd, the server, its BGP session. Needs root, uacctd and bird2.
import { loadavg } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { setTimeout as sleep } from 'node:timers/promises'
import { runnerImport } from 'vite'
import { root } from '../bin/prepare.mjs'

const { values: options } = parseArgs({ options: { runs: { type: 'string', default: '100' } } })
/** Each flood has a host and a rule of its own: the part of the owned prefix that is exported by sFlow has 127. */
const runs = Math.min(Number(options.runs), 127)

/** No divisor of a second: floods begin at all times of it. */
const apartMs = 263
const floodMs = 8000
/** Packets a second; of 200 one in ten is sampled, and 20 are hardly ever fewer than 6. */
const rate = 200
const limit = 50
const durationSeconds = 5

/** The lab of the tests is TypeScript. */
const { module } = await runnerImport(path.join(root, 'test/advertising/chain-lab.ts'), { configFile: false })
const lab = new module.ChainLab()

const hosts = Array.from({ length: runs }, (_, index) => `203.0.113.${index + 1}`)

async function makeRules() {
  const rules = hosts.map((host) => ({
    name: `to_${host}`,
    type: 'threshold',
    automatic_advertisement: true,
    prefixes: [`${host}/32`],
    packet_threshold: limit,
    duration: `${durationSeconds}s`,
    // A closed incident costs nothing any more, and its route stays.
    drawbridge: { calm_seconds: 5, withdraw_hold_seconds: null },
  }))
  const most = 100
  for (let at = 0; at < rules.length; at += most)
    await lab.server.api('POST', '/accounts/{account}/mnm/rules/bulk', rules.slice(at, at + most))
}

/** @returns when each flood began, ms since 1970 */
async function flood() {
  const began = []
  const ends = []
  for (const host of hosts) {
    began.push(await lab.flood.set({ [host]: rate }))
    ends.push(sleep(floodMs).then(() => lab.flood.set({ [host]: 0 })))
    await sleep(apartMs)
  }
  await Promise.all(ends)
  return began
}

async function incidentsByPrefix() {
  const found = new Map()
  for (let page = 1; found.size < runs; page++) {
    const list = await lab.server.api('GET', `/accounts/{account}/drawbridge/incidents?per_page=100&page=${page}`)
    if (list.length === 0) return found
    for (const incident of list) found.set(incident.targets[0], incident)
  }
  return found
}

/** Nearest rank. */
function percentile(sorted, share) {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]
}

function row(name, values) {
  const sorted = values.toSorted((one, other) => one - other)
  return {
    'from – to, ms': name,
    runs: sorted.length,
    min: sorted[0],
    p50: percentile(sorted, 0.5),
    p99: percentile(sorted, 0.99),
    max: sorted.at(-1),
  }
}

async function measure() {
  await lab.own(32)
  await makeRules()
  // Rules are judged from the third second of their life on.
  await sleep(3000)
  const began = await flood()
  const changes = await lab.edge.changes()
  const incidents = await incidentsByPrefix()
  const times = hosts.flatMap((host, index) => {
    const incident = incidents.get(`${host}/32`)
    const update = changes.find(({ prefix, kind }) => prefix === `${host}/32` && kind === 'added')?.at
    if (incident === undefined || update === undefined) return []
    const fulfilled = Date.parse(incident.started_at) + durationSeconds * 1000
    return [{ began: began[index], fulfilled, opened: Date.parse(incident.opened_at), update }]
  })
  const others = changes.filter(({ kind }) => kind !== 'added').length
  return { times, others }
}

await lab.start()
try {
  const { times, others } = await measure()
  console.table([
    row(
      'duration fulfilled – incident opened',
      times.map(({ fulfilled, opened }) => opened - fulfilled),
    ),
    row(
      'incident opened – UPDATE in BIRD',
      times.map(({ opened, update }) => update - opened),
    ),
    row(
      'duration fulfilled – UPDATE in BIRD',
      times.map(({ fulfilled, update }) => update - fulfilled),
    ),
    row(
      'first packet – UPDATE in BIRD',
      times.map(({ began, update }) => update - began),
    ),
  ])
  console.log(`${runs - times.length} floods without a route, ${others} withdrawals; load average ${loadavg()[0].toFixed(1)}`)
} finally {
  await lab.stop()
}
