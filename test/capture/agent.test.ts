// The agent's command with the real engine in a namespace, and a server that goes away and comes back.
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { HubScene, testAccount } from '../../src/capture/testing/hub-scene.ts'
import { testJob } from '../../src/capture/testing/scripted-capture.ts'
import type { CaptureJob } from '../../src/contract/capture.ts'
import { parseFilter } from '../../src/filter/parse-filter.ts'
import { Lab, type Namespace } from '../lab/lab.ts'
import { until } from '../lab/poll.ts'
import { needs, repository } from '../requirements.ts'
import { NamespaceRelay } from './namespace-relay.ts'

const skip = needs({ root: true, commands: ['ip', 'nft', 'tcpdump', 'setpriv', 'sysctl'] })
const port = 8080
const udpPort = 9999
/** Bytes of the headers of IPv4 and UDP. */
const headers = 28

describe.skipIf(skip !== undefined)('an agent in a namespace', () => {
  const lab = new Lab()
  const scene = new HubScene()
  let folder: string
  let edge: Namespace
  let relay: NamespaceRelay
  let agent: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'agent-link-'))
    await lab.start()
    await scene.start()
    edge = await lab.namespace('edge')
    relay = new NamespaceRelay(edge, Number(new URL(scene.url).port), join(folder, 'relay.sock'))
    await relay.start(port)
    const { id, token } = await scene.agent('edge')
    agent = id
    const config = join(folder, 'agent.yaml')
    await writeFile(config, JSON.stringify({ server: `http://127.0.0.1:${port}`, token }))
    edge.start(process.execPath, [join(repository, 'dist', 'process', 'main.js'), 'agent', 'run', '--config', config])
    await connected()
  })

  afterAll(async () => {
    await lab.stop()
    relay.stop()
    await scene.stop()
    await rm(folder, { recursive: true, force: true })
  })

  const connected = () => until('the agent', () => scene.hub.agents(testAccount).find((linked) => linked.connected))
  const tables = async () => (await edge.run('nft', 'list', 'tables')).trim()

  async function capture(changes: Partial<CaptureJob>): Promise<string> {
    const job = testJob(randomBytes(16).toString('hex'), { filter: parseFilter(`udp and dst port ${udpPort}`), ...changes })
    await scene.part(job.id, agent)
    scene.hub.links.assign(agent, job)
    await until('the capture', () => (scene.listener.last.get(job.id)?.state === 'capturing' ? true : undefined))
    return job.id
  }

  const ended = (job: string) => until('the result', () => (scene.listener.done(job) === 1 ? scene.listener.last.get(job) : undefined))

  /** Datagrams that hold the numbers from 0 on, to the port and to its neighbour. */
  async function send(count: number): Promise<void> {
    await edge.run(
      process.execPath,
      '-e',
      `const socket = require('node:dgram').createSocket('udp4')
      const send = (number, port) => new Promise((resolve) => { const data = Buffer.alloc(300); data.writeUInt32BE(number); socket.send(data, port, '127.0.0.1', resolve) })
      ;(async () => { for (let number = 0; number < ${count}; number++) { await send(number, ${udpPort}); await send(number, ${udpPort} + 1) } socket.close() })()`,
    )
  }

  const numbersFrom = (index: number) => scene.listener.records.slice(index).map((packet) => packet.readUInt32BE(headers))

  it('captures what matches, up to the limit and the snap length, and leaves no table', async () => {
    const job = await capture({ packet_limit: 60, snap_length: 160 })
    expect(await tables()).toBe(`table inet drawbridge_${job}`)
    await send(100)
    expect(await ended(job)).toMatchObject({ end: 'packets', packets: 60, bytes: 60 * 160, error: null, super_packets: 0 })
    expect(numbersFrom(0)).toEqual(Array.from({ length: 60 }, (_, number) => number))
    expect(scene.listener.records.every((packet) => packet.length === 160)).toBe(true)
    expect(await tables()).toBe('')
  })

  it('ends at its limit while the server is gone, and brings the packets when it is back', async () => {
    const before = scene.listener.records.length
    const job = await capture({ packet_limit: 80 })
    await scene.stopHub()
    await send(100)
    await until('an end without the server', async () => ((await tables()) === '' ? true : undefined))
    await scene.resumeHub()
    expect(await ended(job)).toMatchObject({ end: 'packets', packets: 80, delivery_drops: 0, error: null })
    expect(numbersFrom(before)).toEqual(Array.from({ length: 80 }, (_, number) => number))
  })
})
