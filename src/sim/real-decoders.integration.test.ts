// Independent decoders read what the fake exporters send: nfcapd and sfcapd for the sums, tshark for every field's place.
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { needs } from '../../test/requirements.ts'
import { blast } from './blast.ts'
import { ethernet, ipv4, udp } from '../wire/testing/packets.ts'
import { pcap } from '../wire/testing/capture-writer.ts'
import type { SimProtocol } from './exporters/exporter.ts'
import { UdpListener } from './testing/udp-listener.ts'

const run = promisify(execFile)
const deadlineMilliseconds = 20_000
let folder = ''
let child: ChildProcess | undefined

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drawbridge-decoders-'))
})
afterEach(async () => {
  await stop()
  await rm(folder, { recursive: true })
})

async function stop(): Promise<void> {
  if (child?.exitCode === null && child.signalCode === null) {
    child.kill()
    await once(child, 'exit')
  }
  child = undefined
}

/** A UDP port that was free a moment ago: the decoders cannot be asked for theirs. */
async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}

/** Starts a program and waits until its output says that it is ready. */
async function start(command: string, args: readonly string[], ready: RegExp): Promise<void> {
  const started = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  child = started
  let output = ''
  const note = (data: Buffer): void => void (output += data.toString())
  started.stdout.on('data', note)
  started.stderr.on('data', note)
  for (let waited = 0; !ready.test(output); waited += 10) {
    if (waited > deadlineMilliseconds || started.exitCode !== null) throw new Error(`${command} did not start: ${output}`)
    await delay(10)
  }
}

interface Collected {
  flows: number
  packets: number
  bytes: number
  sequenceFailures: number
}

async function collected(): Promise<Collected> {
  const files = (await readdir(folder)).filter((name) => /^[ns]fcapd\.2\d+$/.test(name)).map((name) => join(folder, name))
  const totals: Collected = { flows: 0, packets: 0, bytes: 0, sequenceFailures: 0 }
  for (const file of files) {
    const { stdout } = await run('nfdump', ['-r', file, '-I'])
    const value = (name: string) => Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(stdout)?.[1])
    totals.flows += value('Flows')
    totals.packets += value('Packets')
    totals.bytes += value('Bytes')
    totals.sequenceFailures += value('Sequence failures')
  }
  return totals
}

/** Waits until the daemon has read all that is in its socket's buffer. */
async function drained(port: number): Promise<void> {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0')
  for (let waited = 0; ; waited += 10) {
    const line = (await readFile('/proc/net/udp', 'utf8')).split('\n').find((text) => text.includes(`:${hexPort} 00000000:0000`))
    // Columns: number, local and remote address, state, bytes to send : bytes to read.
    if (line !== undefined && line.trim().split(/\s+/)[4].endsWith(':00000000')) return
    if (waited > deadlineMilliseconds) throw new Error(`the daemon does not read its socket: ${line ?? 'it has none'}`)
    await delay(10)
  }
}

/** Sends to a capture daemon. Resolves with what was sent, sampling applied, and with what the daemon wrote. */
async function capture(daemon: string, protocol: SimProtocol, sampling: number): Promise<{ sent: Collected; written: Collected }> {
  const port = await freePort()
  await start(daemon, ['-p', String(port), '-b', '127.0.0.1', '-w', folder, '-B', '8000000'], /Startup/)
  const target = { address: '127.0.0.1', port, from: undefined }
  const { records, bytes, packets } = await blast({ ...target, protocol, records: 30_011, rate: 60_000, sampling })
  await drained(port)
  await stop()
  const sent = { flows: records, packets: packets * sampling, bytes: bytes * sampling, sequenceFailures: 0 }
  return { sent, written: await collected() }
}

const linux = process.platform === 'linux'

describe.skipIf(!linux || needs({ commands: ['nfcapd', 'sfcapd', 'nfdump'] }))('capture daemons add up', () => {
  it.each([
    // nfcapd multiplies by the rate in v5 headers; that of v9 and IPFIX is looked at below.
    ['nfcapd', 'netflow5', 100],
    ['nfcapd', 'netflow9', 1],
    ['nfcapd', 'ipfix', 1],
    ['sfcapd', 'sflow5', 10],
  ] as const)('%s: %s', async (daemon, protocol, sampling) => {
    const { sent, written } = await capture(daemon, protocol, sampling)
    expect(written).toEqual(sent)
  })
})

describe.skipIf(needs({ commands: ['tshark'] }))('tshark', () => {
  const port = 2055

  /** Datagrams of a blast, as a capture file. */
  async function record(protocol: SimProtocol): Promise<number> {
    const listener = await UdpListener.open()
    const target = { address: '127.0.0.1', port: listener.port, from: undefined }
    const { datagrams } = await blast({ ...target, protocol, records: 500, rate: 20_000, sampling: 100 })
    await listener.until(() => listener.received.length === datagrams)
    listener.close()
    const frames = listener.received.map(({ data }) => ethernet(0x0800, ipv4(17, udp(40_000, port, data))))
    await writeFile(join(folder, 'sent.pcap'), pcap(frames.map((packet, at) => ({ seconds: 1_800_000_000 + at, fraction: 0, packet }))))
    return datagrams
  }

  async function dissect(protocol: SimProtocol, args: readonly string[]): Promise<string[]> {
    const as = `udp.port==${port},${protocol === 'sflow5' ? 'sflow' : 'cflow'}`
    const { stdout } = await run('tshark', ['-r', join(folder, 'sent.pcap'), '-d', as, ...args], { maxBuffer: 64 * 1024 * 1024 })
    return stdout.split('\n').filter((line) => line.trim() !== '')
  }

  it.each([
    ['netflow5', 'cflow.samplerate', '100'],
    ['netflow9', 'cflow.sampling_interval', '100'],
    ['ipfix', 'cflow.sampling_packet_space', '99'],
    ['sflow5', 'sflow.flow_sample.sampling_rate', '100'],
  ] as const)('finds nothing wrong with %s, and the sampling rate in it', async (protocol, field, rate) => {
    const datagrams = await record(protocol)
    expect((await dissect(protocol, [])).length).toBe(datagrams)
    expect(await dissect(protocol, ['-Y', '_ws.malformed || _ws.expert.severity >= "Warning"'])).toEqual([])
    const rates = await dissect(protocol, ['-T', 'fields', '-E', 'aggregator=/s', '-e', field])
    expect(new Set(rates.join(' ').split(' '))).toEqual(new Set([rate]))
  })
})
