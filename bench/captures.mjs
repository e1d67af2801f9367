// npm run bench -- captures [--packets N] [--runs N]: how many packets a second are captured without loss, by nftables and by
// an interface, beside tcpdump alone on the same traffic, what that costs, and how soon a capture sees its first packet.
// Needs root. The sender's processor also does the kernel's work for the receiver: on two cores it is the limit.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { runnerImport } from 'vite'
import { root } from '../bin/prepare.mjs'
import { treeUsage } from './lab/process-tree.mjs'

const { values: options } = parseArgs({
  options: { packets: { type: 'string', default: '400000' }, runs: { type: 'string', default: '20' } },
})
const packets = Number(options.packets)
const runs = Number(options.runs)
const rates = [50_000, 100_000, 150_000, 200_000, 300_000, Infinity]
const latencyRate = 2000

const edgeAddress = '10.77.0.1'
const device = 'e0'
const filter = { kind: 'port', side: 'destination', spans: [[9, 9]] }
const headerBytes = 28
const sizes = [
  { name: '160 of 400 bytes', length: 400, snap: 160 },
  { name: 'all of 1000 bytes', length: 1000, snap: 65_535 },
]

const { Lab } = await load('test/lab/lab.ts')
const { NamespaceChild } = await load('test/lab/namespace-child.ts')
const lab = new Lab()
const folder = mkdtempSync(path.join(tmpdir(), 'drawbridge-bench-'))

/** The lab of the tests is TypeScript. */
async function load(file) {
  const { module } = await runnerImport(path.join(root, file), { configFile: false })
  return module
}

function job(wanted) {
  return {
    id: randomBytes(16).toString('hex'),
    filter,
    engine: 'nflog',
    hook: 'prerouting',
    interface: null,
    sampling: 1,
    snap_length: 160,
    link: 'raw',
    mask_payload: false,
    time_limit: 600,
    packet_limit: null,
    byte_limit: null,
    delivery: { kind: 'stream' },
    ...wanted,
  }
}

/** By our engine, in a process of its own, which writes packet records. */
function byEngine(engine) {
  return async (edge, { snap }, send) => {
    const child = new NamespaceChild(edge, path.join(root, 'bench/lab/capture-process.mjs'))
    const link = engine === 'interface' ? 'ethernet' : 'raw'
    const wanted = job({ engine, interface: engine === 'interface' ? device : null, snap_length: snap, link })
    const { result } = await child.ask({ method: 'start', args: { job: wanted } })
    if (result.error !== null) throw new Error(result.error)
    const { sent, cpuSeconds } = await measured(child.process.pid, send)
    const ended = await child.ask({ method: 'stop' })
    child.disconnect()
    return { ...sent, cpuSeconds, captured: ended.result.packets }
  }
}

/** By tcpdump into a file, as people do it; `prepare` adds rules and says where it listens. */
function byTcpdump(prepare) {
  return async (edge, size, send) => {
    const where = await prepare(edge, size)
    const tcpdump = edge.start('tcpdump', ['-n', '-Z', 'root', '-w', path.join(folder, 'out.pcap'), ...where])
    await tcpdump.waitFor(/listening on/)
    const { sent, cpuSeconds } = await measured(tcpdump.child.pid, send)
    await tcpdump.stop('SIGTERM')
    await edge.run('nft', 'flush', 'ruleset')
    return { ...sent, cpuSeconds, captured: Number(/(\d+) packets? captured/.exec(tcpdump.output)?.[1]) }
  }
}

/** What processes use from before the packets are sent until the kernel has handed over the last. */
async function measured(pid, send) {
  const before = treeUsage(pid).cpuSeconds
  const sent = await send()
  await sleep(1500)
  return { sent, cpuSeconds: treeUsage(pid).cpuSeconds - before }
}

async function logByHand(edge, { snap }) {
  await edge.run('nft', 'add table inet hand; add chain inet hand c { type filter hook prerouting priority -450; }')
  await edge.run('nft', `add rule inet hand c udp dport 9 log group 7 snaplen ${Math.min(snap, 65_531)}`)
  return ['-i', 'nflog:7']
}

async function listenOnDevice(_, { snap }) {
  return ['-i', device, '-s', String(Math.min(snap + 14, 262_144)), 'udp dst port 9']
}

const ways = [
  { name: 'ours, nftables', capture: byEngine('nflog') },
  { name: 'nft + tcpdump -i nflog -w', capture: byTcpdump(logByHand) },
  { name: 'ours, interface', capture: byEngine('interface') },
  { name: 'tcpdump -i e0 -w', capture: byTcpdump(listenOnDevice) },
]

/** One row: the greatest rate of which no packet is missing, and what captures cost at a rate that all of them take. */
async function ladder({ edge, sender }, way, size) {
  let best = 0
  let cost = ''
  let missing = 'none'
  for (const rate of rates) {
    const plan = { address: edgeAddress, bytes: size.length - headerBytes, rate: rate === Infinity ? 1e9 : rate, packets }
    const { sent, seconds, captured, cpuSeconds } = await way.capture(edge, size, () => sender.ask(plan))
    const reached = Math.round(sent / seconds)
    if (rate === rates[0]) cost = ((cpuSeconds / sent) * 1e6).toFixed(2)
    if (captured !== sent) {
      missing = `${(((sent - captured) / sent) * 100).toFixed(1)} % at ${reached}/s`
      break
    }
    best = Math.max(best, reached)
  }
  return { packets: size.name, way: way.name, 'without loss, 1/s': best, 'then missing': missing, 'CPU-s per million': cost }
}

/** From the request, with traffic that is there already. */
async function latency({ edge, sender }) {
  const child = new NamespaceChild(edge, path.join(root, 'bench/lab/capture-process.mjs'))
  const times = []
  const traffic = sender.ask({ address: edgeAddress, bytes: 100, rate: latencyRate, packets: latencyRate * runs })
  for (let run = 0; run < runs; run++) {
    const { result } = await child.ask({ method: 'start', args: { job: { ...job({}), waits: true } } })
    times.push(result)
    await child.ask({ method: 'stop' })
  }
  child.disconnect()
  await traffic
  const row = (name, values) => {
    const sorted = values.toSorted((one, other) => one - other).map(Math.round)
    return { 'from the request, ms': name, runs, min: sorted[0], p50: sorted[Math.floor(runs / 2)], max: sorted.at(-1) }
  }
  return [
    row(
      'until packets are seen',
      times.map(({ ready }) => ready),
    ),
    row(
      'until the first packet is here',
      times.map(({ first }) => first),
    ),
  ]
}

async function build() {
  const [source, edge] = [await lab.namespace('send'), await lab.namespace('edge')]
  await lab.link(
    { namespace: source, device: 's0', address: '10.77.0.2/24', mac: '02:00:00:00:00:02' },
    { namespace: edge, device, address: `${edgeAddress}/24`, mac: '02:00:00:00:00:01' },
  )
  // Nobody listens to the packets, and refusals would cost more than they do.
  await edge.run('sysctl', '-qw', 'net.ipv4.icmp_ratelimit=100000')
  return { edge, sender: new NamespaceChild(source, path.join(root, 'bench/lab/packet-blaster.mjs')) }
}

await lab.start()
try {
  const scene = await build()
  console.table(await latency(scene))
  const rows = []
  for (const size of sizes) for (const way of ways) rows.push(await ladder(scene, way, size))
  console.table(rows)
  console.log(`${packets} packets each; load average ${loadavg()[0].toFixed(1)}`)
  scene.sender.disconnect()
} finally {
  await lab.stop()
  rmSync(folder, { recursive: true, force: true })
}
