// npm run bench -- capture-start [--runs N] [--edges N]: how soon after the request each agent has its first packet. Three real
// agents in namespaces with nftables and tcpdump, then simulated ones in this process over the real protocol. Needs root.
import { loadavg } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { setTimeout as sleep } from 'node:timers/promises'
import { runnerImport } from 'vite'
import { root } from '../bin/prepare.mjs'
import { startServer } from './lab/server.mjs'

const { values: options } = parseArgs({ options: { runs: { type: 'string', default: '20' }, edges: { type: 'string', default: '100' } } })
const runs = Number(options.runs)
const edges = Number(options.edges)

/** Packets a second that each edge sees: the first one comes half a millisecond after capturing begins, in the mean. */
const rate = 1000
/** Longer than it takes all agents to begin. */
const listenSeconds = 3
const packet = {
  source: '198.51.100.10',
  destination: '203.0.113.7',
  protocol: 'udp',
  sourcePort: 53,
  destinationPort: 4000,
  tcpFlags: 0,
  length: 200,
}

/** Nearest rank. */
function percentile(sorted, share) {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]
}

function row(name, agents, values) {
  const sorted = values.toSorted((one, other) => one - other)
  const [p50, p99] = [percentile(sorted, 0.5), percentile(sorted, 0.99)]
  return { 'request – first packet, ms': name, agents, samples: sorted.length, min: sorted[0], p50, p99, max: sorted.at(-1) }
}

/**
 * @param api calls the server below its account
 * @param body what is captured
 * @returns ms from the request to the first packet of each agent, of all runs, and of the slowest agent of each run
 */
async function measure(api, body) {
  const [each, slowest] = [[], []]
  for (let run = 0; run < runs; run++) {
    const asked = Date.now()
    const { id } = await api('POST', '/drawbridge/captures', { type: 'simple', system: 'magic-transit', packet_limit: 1_000_000, ...body })
    const { agents } = await over(api, id)
    const times = agents.filter((agent) => agent.first_packet_at !== null).map((agent) => Date.parse(agent.first_packet_at) - asked)
    if (times.length < agents.length) console.log(`${agents.length - times.length} agents saw no packet in run ${run + 1}`)
    each.push(...times)
    slowest.push(Math.max(...times))
  }
  return { each, slowest }
}

async function over(api, id) {
  for (;;) {
    const capture = await api('GET', `/drawbridge/captures/${id}`)
    if (capture.status === 'success' || capture.status === 'failed') return capture
    await sleep(200)
  }
}

/** The lab of the tests is TypeScript. */
async function realAgents() {
  const { module } = await runnerImport(path.join(root, 'test/capture/edge-lab.ts'), { configFile: false })
  const lab = new module.EdgeLab()
  await lab.start()
  try {
    await lab.stream('attacker', packet, rate)
    const api = (method, where, body) => lab.server.api(method, `/accounts/{account}${where}`, body)
    const filter = `src ${packet.source}`
    return await measure(api, { filter, time_limit: listenSeconds, drawbridge: { sampling: 1 } })
  } finally {
    await lab.stop()
  }
}

async function simulatedAgents() {
  const { SimulatedEdges } = await import('../dist/sim/edges.js')
  const server = await startServer({ scopes: ['admin'] })
  const api = (method, where, body) => server.api(method, `/accounts/${server.account}${where}`, body)
  try {
    return await measureSimulated(server, SimulatedEdges, api)
  } finally {
    await server.stop()
  }
}

async function measureSimulated(server, SimulatedEdges, api) {
  const enrolled = await enrol(server, api)
  const log = { debug() {}, info() {}, warn() {}, error: console.error }
  const simulated = new SimulatedEdges({ server: server.url, edges: enrolled, packetsPerSecond: rate }, { log })
  await simulated.start()
  try {
    while (simulated.connected < edges) await sleep(100)
    return await measure(api, { time_limit: listenSeconds, drawbridge: { sampling: 100 } })
  } finally {
    await simulated.stop()
  }
}

/** Into the server's own database: it takes few codes a minute from one address. */
async function enrol({ data }, api) {
  const { openState } = await import('../dist/store/state.js')
  const { insertAgent } = await import('../dist/capture/hub/enrolments.js')
  const state = await openState(path.join(data, 'state.sqlite'))
  const { number: account } = await state.db.selectFrom('account').select('number').executeTakeFirstOrThrow()
  const enrolled = []
  for (let number = 1; number <= edges; number++) {
    const name = `edge${number}`
    const { id, token } = await insertAgent(state.db, { account, colo: `sim${number}`, name, facts: null }, Date.now())
    enrolled.push({ id, name, token })
  }
  await state.close()
  // A change makes the server look at the row.
  for (const { id, name } of enrolled) await api('PATCH', `/drawbridge/agents/${id}`, { name })
  return enrolled
}

const real = await realAgents()
const simulated = await simulatedAgents()
console.table([
  row('real agents, each', 3, real.each),
  row('real agents, the slowest of a run', 3, real.slowest),
  row('simulated agents, each', edges, simulated.each),
  row('simulated agents, the slowest of a run', edges, simulated.slowest),
])
console.log(`load average ${loadavg()[0].toFixed(1)}`)
