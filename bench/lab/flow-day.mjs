// A day of flows, the same in both stores: as segments for ours, as NetFlow v5 for nfcapd, which writes a file each slot.
import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { clearFlowBatch, columnIndex, createFlowBatch } from '../../dist/contract/flow-batch.js'
import { exportProtocol, samplingSource, direction } from '../../dist/contract/flow-columns.js'
import { Random } from '../../dist/sim/random.js'
import { EmbeddedFlowStore } from '../../dist/store/embedded-flow-store.js'
import { encodeNative } from '../../dist/store/native-encoder.js'

/** nfcapd's own default: a file each five minutes. */
export const slotSeconds = 300
export const slots = 288

export const embedded = fileURLToPath(new URL('../../dist/store/embedded-main.js', import.meta.url))
/** `::ffff:0:0/96` as the third word of an address, read little-endian. */
const mappedWord = 0xffff0000
const recordBytes = 48
const headerBytes = 24
const recordsPerDatagram = 30
/** Datagrams between looks at the receiver: some 2.3 kB each in the kernel, which gives a socket 208 kB where nobody raised that. */
const unsent = 64

/** What each server of the own networks offers, by its place: a port and a protocol. */
const services = [
  [443, 6],
  [443, 17],
  [80, 6],
  [53, 17],
  [22, 6],
  [25, 6],
  [3306, 6],
  [123, 17],
]

/** Flows of a slot as plain numbers; addresses are IPv4 in network order read as one big-endian word. */
export function slotArrays(rows) {
  const words = () => new Uint32Array(rows)
  const halves = () => new Uint16Array(rows)
  return {
    second: words(), src: words(), dst: words(), packets: words(), bytes: words(),
    srcPort: halves(), dstPort: halves(), srcAs: halves(), dstAs: halves(), input: halves(), output: halves(),
    protocol: new Uint8Array(rows), flags: new Uint8Array(rows), tos: new Uint8Array(rows), inbound: new Uint8Array(rows),
  } // prettier-ignore
}

/**
 * Few clients make most of the traffic (the square of a uniform number), 4096 own hosts answer; one slot in 24 has a SYN
 * flood from everywhere to one of them in a third of its flows.
 */
export function fillSlot(flows, slot, random) {
  const rows = flows.src.length
  const flood = slot % 24 === 7
  const below = (bound) => random.integer(0, bound - 1)
  for (let row = 0; row < rows; row++) {
    flows.second[row] = Math.floor((row * slotSeconds) / rows)
    const host = Math.floor(4096 * (below(65_536) / 65_536) ** 2)
    const own = (203 << 24) | (0 << 16) | host
    const [port, protocol] = services[host % services.length]
    const attack = flood && row % 3 === 0
    const rank = attack ? below(2 ** 32) : Math.floor(400_000 * (below(1 << 20) / (1 << 20)) ** 2)
    // Clients are spread over the space of addresses by a multiplication; their AS is a function of the address.
    const client = attack ? rank : Math.imul(rank + 1, 0x9e3779b1) >>> 0
    const inbound = attack || row % 2 === 0
    const high = 1024 + below(64_000)
    const packets = attack ? 1 : 1 + Math.floor(200 * (below(65_536) / 65_536) ** 4)
    flows.inbound[row] = inbound ? 1 : 0
    flows.src[row] = (inbound ? client : attack ? client : own) >>> 0
    flows.dst[row] = attack ? (203 << 24) | 7 : (inbound ? own : client) >>> 0
    flows.srcPort[row] = inbound ? high : port
    flows.dstPort[row] = attack ? 443 : inbound ? port : high
    flows.protocol[row] = attack ? 6 : protocol
    flows.flags[row] = attack ? 2 : protocol === 6 ? 27 : 0
    flows.tos[row] = host % 16 === 0 ? 184 : 0
    const as = 1 + ((client >>> 16) % 3000)
    flows.srcAs[row] = inbound ? as : 64_500
    flows.dstAs[row] = inbound ? 64_500 : as
    flows.input[row] = inbound ? 1 + (as % 4) : 10
    flows.output[row] = inbound ? 10 : 1 + (as % 4)
    flows.packets[row] = packets
    flows.bytes[row] = attack ? 60 : packets * (64 + below(1400))
  }
}

const written = [
  'time_received', 'flow_start', 'flow_end', 'account', 'router', 'export_protocol', 'src_addr', 'dst_addr', 'src_port', 'dst_port',
  'protocol', 'tcp_flags', 'tos', 'ethertype', 'in_if', 'out_if', 'src_as', 'dst_as', 'direction', 'bytes', 'packets', 'sampling_rate',
  'sampling_source',
] // prettier-ignore

const swapped = (word) => ((word >>> 24) | ((word >>> 8) & 0xff00) | ((word << 8) & 0xff0000) | (word << 24)) >>> 0

/** @param routers so many routers, 127.0.0.1 and those above it, have sent the flows in turn */
export function intoBatch(batch, flows, began, routers = 1) {
  const { columns } = batch
  for (const name of written) batch.present[columnIndex[name]] = 1
  const rows = flows.src.length
  for (let row = 0; row < rows; row++) {
    const at = row * 4
    const second = began + flows.second[row]
    const milliseconds = BigInt(second) * 1000n
    columns.time_received[row] = second
    columns.flow_start[row * 2] = columns.flow_end[row * 2] = Number(milliseconds & 0xffffffffn)
    columns.flow_start[row * 2 + 1] = columns.flow_end[row * 2 + 1] = Number(milliseconds >> 32n)
    columns.account[row] = 1
    columns.router[at + 2] = columns.src_addr[at + 2] = columns.dst_addr[at + 2] = mappedWord
    columns.router[at + 3] = 0x0000007f | ((1 + (row % routers)) << 24)
    columns.src_addr[at + 3] = swapped(flows.src[row])
    columns.dst_addr[at + 3] = swapped(flows.dst[row])
    columns.src_port[row] = flows.srcPort[row]
    columns.dst_port[row] = flows.dstPort[row]
    columns.protocol[row] = flows.protocol[row]
    columns.tcp_flags[row] = flows.flags[row]
    columns.tos[row] = flows.tos[row]
    columns.ethertype[row] = 0x0800
    columns.in_if[row] = flows.input[row]
    columns.out_if[row] = flows.output[row]
    columns.src_as[row] = flows.srcAs[row]
    columns.dst_as[row] = flows.dstAs[row]
    columns.direction[row] = flows.inbound[row] === 1 ? direction.inbound : direction.outbound
    columns.bytes[row * 2] = flows.bytes[row]
    columns.packets[row * 2] = flows.packets[row]
    columns.sampling_rate[row] = 1
    columns.sampling_source[row] = samplingSource.account
    columns.export_protocol[row] = exportProtocol.netflow5
  }
  batch.rows = rows
}

/** The datagram of 30 records from `first` on; times are the second of the first record, as a router that exports at once. */
function datagram(flows, first, count, { began, sequence }) {
  const bytes = Buffer.alloc(headerBytes + count * recordBytes)
  const second = began + flows.second[first]
  bytes.writeUInt16BE(5, 0)
  bytes.writeUInt16BE(count, 2)
  // The router has been up for an hour: times of records are milliseconds of its life.
  bytes.writeUInt32BE(3_600_000, 4)
  bytes.writeUInt32BE(second, 8)
  bytes.writeUInt32BE(sequence >>> 0, 16)
  for (let index = 0; index < count; index++) {
    const row = first + index
    const at = headerBytes + index * recordBytes
    const uptime = 3_600_000 + (flows.second[row] - flows.second[first]) * 1000
    bytes.writeUInt32BE(flows.src[row], at)
    bytes.writeUInt32BE(flows.dst[row], at + 4)
    bytes.writeUInt16BE(flows.input[row], at + 12)
    bytes.writeUInt16BE(flows.output[row], at + 14)
    bytes.writeUInt32BE(flows.packets[row], at + 16)
    bytes.writeUInt32BE(flows.bytes[row], at + 20)
    bytes.writeUInt32BE(uptime, at + 24)
    bytes.writeUInt32BE(uptime, at + 28)
    bytes.writeUInt16BE(flows.srcPort[row], at + 32)
    bytes.writeUInt16BE(flows.dstPort[row], at + 34)
    bytes[at + 37] = flows.flags[row]
    bytes[at + 38] = flows.protocol[row]
    bytes[at + 39] = flows.tos[row]
    bytes.writeUInt16BE(flows.srcAs[row], at + 40)
    bytes.writeUInt16BE(flows.dstAs[row], at + 42)
  }
  return bytes
}

/** A UDP port that nobody has at the moment. */
export async function freePort() {
  const socket = createSocket('udp4')
  await new Promise((resolve) => socket.bind(0, '127.0.0.1', resolve))
  const { port } = socket.address()
  await new Promise((resolve) => socket.close(resolve))
  return port
}

/** One slot through nfcapd into the file that it would have written at that time. */
async function intoNfcapd(flows, began, folder) {
  const work = path.join(folder, 'work')
  mkdirSync(work, { recursive: true })
  const port = await freePort()
  const options = ['-w', work, '-p', String(port), '-b', '127.0.0.1', '-t', '3600', '-y']
  const child = spawn('nfcapd', options, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, TZ: 'UTC' } })
  let said = ''
  child.stderr.on('data', (chunk) => (said += chunk))
  const ended = once(child, 'exit')
  try {
    while (!/Init IPFIX/.test(said)) await Promise.race([once(child.stderr, 'data'), ended.then(() => Promise.reject(new Error(said)))])
    await send(flows, began, port)
    await untilRead(port, 0)
    child.kill('SIGTERM')
    await ended
  } finally {
    child.kill('SIGKILL')
  }
  const file = readdirSync(work).find((name) => name.startsWith('nfcapd.2'))
  if (file === undefined) throw new Error(`nfcapd has written nothing: ${said}`)
  renameSync(path.join(work, file), path.join(folder, `nfcapd.${nameOf(began)}`))
}

/** `202601010005`: UTC, as the bench runs everything. */
export function nameOf(second) {
  return new Date(second * 1000).toISOString().replaceAll(/\D/g, '').slice(0, 12)
}

async function send(flows, began, port) {
  const socket = createSocket('udp4')
  const rows = flows.src.length
  let pending = []
  for (let first = 0; first < rows; first += recordsPerDatagram) {
    const bytes = datagram(flows, first, Math.min(recordsPerDatagram, rows - first), { began, sequence: first })
    pending.push(new Promise((resolve, reject) => socket.send(bytes, port, '127.0.0.1', (error) => (error ? reject(error) : resolve()))))
    if (pending.length < unsent) continue
    await Promise.all(pending)
    await untilRead(port, 16_384)
    pending = []
  }
  await Promise.all(pending)
  socket.close()
}

/** Until at most so many bytes wait in the receiver's socket. @throws when the kernel dropped some */
async function untilRead(port, most) {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  for (;;) {
    const line = readFileSync('/proc/net/udp', 'latin1')
      .split('\n')
      .map((text) => text.trim().split(/\s+/))
      .find((fields) => fields[1]?.endsWith(local))
    if (line === undefined) throw new Error('nfcapd has closed its socket')
    if (line.at(-1) !== '0') throw new Error(`the kernel dropped ${line.at(-1)} datagrams of nfcapd`)
    if (parseInt(line[4].split(':')[1], 16) <= most) return
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/**
 * Makes a day that ends now.
 * @returns {Promise<{from: number, to: number, rows: number}>} seconds since 1970, whole slots
 */
export async function makeDay(folder, total, say) {
  const data = path.join(folder, 'drawbridge')
  const peer = path.join(folder, 'nfcapd')
  mkdirSync(data, { recursive: true })
  mkdirSync(peer, { recursive: true })
  const to = Math.floor(Date.now() / 1000 / slotSeconds) * slotSeconds
  const from = to - slots * slotSeconds
  const rows = Math.ceil(total / slots)
  const store = new EmbeddedFlowStore({ data, database: 'drawbridge', memoryMib: 4096, httpPort: 0, entry: embedded })
  await store.start()
  const random = new Random(8)
  const flows = slotArrays(rows)
  const batch = createFlowBatch(rows)
  const file = path.join(folder, 'segment.native')
  try {
    for (let slot = 0; slot < slots; slot++) {
      const began = from + slot * slotSeconds
      fillSlot(flows, slot, random)
      intoBatch(batch, flows, began)
      const { chunks, bytes } = encodeNative(batch)
      writeFileSync(file, Buffer.concat(chunks))
      const segment = { name: `bench-0-${slot}`, run: 'bench', path: file, rows, bytes, routers: { '127.0.0.1': rows } }
      // Both at a time: on two cores neither waits for the other.
      await Promise.all([store.insertSegment(segment), intoNfcapd(flows, began, peer)])
      clearFlowBatch(batch)
      say(`${(((slot + 1) * rows) / 1e6).toFixed(1)} of ${((slots * rows) / 1e6).toFixed(0)} million flows`)
    }
  } finally {
    await store.stop()
    rmSync(file, { force: true })
    rmSync(path.join(peer, 'work'), { recursive: true, force: true })
  }
  const day = { from, to, rows: rows * slots }
  writeFileSync(path.join(folder, 'day.json'), JSON.stringify(day))
  return day
}
