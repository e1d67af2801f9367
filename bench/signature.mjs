// npm run bench -- signature [--packets N]: from an attack capture and a baseline of a million packets each to a signature:
// seconds of each phase, packets a second, and the peak of memory, in a process of its own.
import { fork } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { frameStart } from '../dist/sim/exporters/packet.js'
import { Random } from '../dist/sim/random.js'
import { Traffic } from '../dist/sim/traffic.js'
import { pcapHeader } from '../dist/wire/pcap-writer.js'
import { linkType } from '../dist/wire/packet-tables.js'
import { openFeed } from '../dist/signature/files.js'
import { deriveSignature } from '../dist/signature/derive.js'
import { defaultSignatureAsk } from '../dist/contract/signature.js'

const { values: options } = parseArgs({ options: { packets: { type: 'string', default: '1000000' }, derive: { type: 'string' } } })
const packets = Number(options.packets)
const ethernetBytes = 14
const recordHeaderBytes = 16
/** As tools that capture headers and the beginning of the payload cut them. */
const snapLength = 256
/** Different frames of everyday traffic; each is written again and again with other times and identifications. */
const frames = 50_000

/** Everyday traffic of the simulator, with payload, TTL and windows that vary. */
function everydayFrames(seed) {
  const traffic = new Traffic({ seed })
  const random = new Random(seed)
  return Array.from({ length: frames }, () => {
    const flow = traffic.next()
    const bytes = Uint8Array.from(frameStart(flow, snapLength))
    const is4 = flow.source.length === 4
    const transport = ethernetBytes + (is4 ? 20 : 40)
    bytes[ethernetBytes + (is4 ? 8 : 7)] = random.integer(40, 240)
    for (let at = transport + (flow.protocol === 6 ? 20 : 8); at < bytes.length; at++) bytes[at] = random.integer(0, 255)
    if (flow.protocol === 6) bytes.set([random.integer(0, 255), random.integer(0, 255)], transport + 14)
    return { bytes, length: Math.round(flow.bytes / flow.packets) + ethernetBytes }
  })
}

const simAttack = { bytes: 0, packets: 1, sourceAs: 0, destinationAs: 0, sourceMask: 16, destinationMask: 24, age: 0, duration: 0, tos: 0 }

/** Three vectors: DNS amplification, a SYN flood with one window, and UDP with six constant bytes. */
function attackFrame(random) {
  const source = Uint8Array.of(random.integer(1, 220), random.integer(0, 255), random.integer(0, 255), random.integer(1, 254))
  const flow = { ...simAttack, source, destination: Uint8Array.of(203, 0, 113, 10), inInterface: 1, outInterface: 10, nextHop: source }
  const kind = random.integer(0, 9)
  const make = (fields, length) => {
    const bytes = Uint8Array.from(frameStart({ ...flow, ...fields, bytes: length }, snapLength))
    bytes[ethernetBytes + 8] = random.integer(40, 240)
    return { bytes, length: length + ethernetBytes, transport: ethernetBytes + 20 }
  }
  if (kind < 5) {
    const { bytes, length, transport } = make(
      { protocol: 17, tcpFlags: 0, sourcePort: 53, destinationPort: random.integer(1024, 65_535) },
      random.integer(1200, 1500),
    )
    bytes.set([random.integer(0, 255), random.integer(0, 255), 0x81, 0x80, 0, 1, 0, 18], transport + 8)
    return { bytes, length }
  }
  if (kind < 8) {
    const { bytes, length, transport } = make(
      { protocol: 6, tcpFlags: 2, sourcePort: random.integer(1024, 65_535), destinationPort: 443 },
      40,
    )
    bytes.set([2, 0], transport + 14)
    return { bytes, length }
  }
  const ports = { sourcePort: random.integer(1024, 65_535), destinationPort: random.integer(1024, 65_535) }
  const { bytes, length, transport } = make({ protocol: 17, tcpFlags: 0, ...ports }, random.integer(100, 900))
  for (let at = transport + 8; at < bytes.length; at++) bytes[at] = random.integer(0, 255)
  bytes.set([0xde, 0xad, 0xbe, 0xef, 0xca, 0xfe], transport + 20)
  return { bytes, length }
}

function writeCapture(file, count, frameOf) {
  const out = openSync(file, 'w')
  writeSync(out, pcapHeader({ linkType: linkType.ethernet, snapLength, nanoseconds: false }))
  const batch = Buffer.alloc(4 * 1024 * 1024)
  let at = 0
  for (let index = 0; index < count; index++) {
    const { bytes, length } = frameOf(index)
    if (at + recordHeaderBytes + bytes.length > batch.length) {
      writeSync(out, batch, 0, at)
      at = 0
    }
    batch.writeUInt32LE(1_700_000_000 + Math.floor(index / 50_000), at)
    batch.writeUInt32LE((index % 50_000) * 20, at + 4)
    batch.writeUInt32LE(bytes.length, at + 8)
    batch.writeUInt32LE(length, at + 12)
    batch.set(bytes, at + recordHeaderBytes)
    at += recordHeaderBytes + bytes.length
  }
  writeSync(out, batch, 0, at)
  closeSync(out)
}

/** In the child: derives, and sends what it took. */
async function derive(folder) {
  const feeds = { attack: await openFeed(path.join(folder, 'attack.pcap')), baseline: await openFeed(path.join(folder, 'baseline.pcap')) }
  const began = performance.now()
  const phases = new Map()
  let [phase, since] = ['', began]
  const report = await deriveSignature(feeds, defaultSignatureAsk, {
    progress(progress) {
      if (progress.phase === phase) return
      const now = performance.now()
      phases.set(phase, now - since)
      ;[phase, since] = [progress.phase, now]
    },
  })
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
  process.send({
    seconds: (performance.now() - began) / 1000,
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    phases: [...phases].filter(([name]) => name !== ''),
    peakMb: maxRSS / 1024,
    filter: report.filter,
    held: report.held.share,
    wrong: report.false.share,
  })
  process.disconnect()
}

async function measure() {
  const folder = mkdtempSync(path.join(tmpdir(), 'drawbridge-bench-'))
  try {
    const random = new Random(2)
    const [clean, others] = [everydayFrames(1), everydayFrames(2)]
    writeCapture(path.join(folder, 'baseline.pcap'), packets, (index) => clean[(index * 7) % frames])
    // One packet in ten of the attack capture is somebody's ordinary one.
    writeCapture(path.join(folder, 'attack.pcap'), packets, (index) => (random.chance(0.1) ? others[index % frames] : attackFrame(random)))
    const bytes = ['attack', 'baseline'].reduce((sum, name) => sum + statSync(path.join(folder, `${name}.pcap`)).size, 0)
    const child = fork(fileURLToPath(import.meta.url), ['--derive', folder])
    const told = await new Promise((resolve, reject) => {
      child.once('message', resolve)
      child.once('exit', (code) => reject(new Error(`the deriving process ended with ${code}`)))
    })
    console.table(told.phases.map(([phase, ms]) => ({ phase, seconds: (ms / 1000).toFixed(1) })))
    console.log(
      `${2 * packets} packets, ${Math.round(bytes / 1e6)} MB: ${told.seconds.toFixed(1)} s (${told.cpuSeconds.toFixed(1)} s of processor), ` +
        `${Math.round((2 * packets) / told.seconds)} packets/s, peak ${Math.round(told.peakMb)} MB`,
    )
    console.log(`${told.filter}\nheld ${told.held}, false ${told.wrong}; load average ${loadavg()[0].toFixed(1)}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

await (options.derive === undefined ? measure() : derive(options.derive))
