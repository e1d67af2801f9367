import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { until } from '../../../test/lab/poll.ts'
import { systemClock } from '../../base/clock.ts'
import { openSecretBox } from '../../base/secret-box.ts'
import { configSchema } from '../../contract/config.ts'
import { openState, type State } from '../../store/state.ts'
import { AgentHub } from '../hub/agent-hub.ts'
import { insertAgent } from '../hub/enrolments.ts'
import { sceneAgent, type SceneAgent } from '../testing/agent-scene.ts'
import { bytesOf, captureRequest } from '../testing/capture-lab.ts'
import { silent } from '../testing/hub-scene.ts'
import { CaptureJobs } from './capture-jobs.ts'

let folder = ''
let state: State
let port = 0
let ids = 0
const edges: SceneAgent[] = []
let server: CaptureServer | undefined

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'capture-hub-'))
  state = await openState(path.join(folder, 'state.sqlite'))
  await state.db
    .insertInto('account')
    .values({ id: 'a'.repeat(32), name: 'a', created_at: '' })
    .execute()
  server = await startServer()
  for (const name of ['edge1', 'edge2']) {
    const { id, token } = await insertAgent(state.db, { account: 1, name, colo: 'ord01', facts: null }, Date.now())
    await server.hub.changed(id)
    edges.push(sceneAgent(id, { server: `http://127.0.0.1:${port}`, token }))
  }
})
afterEach(async () => {
  for (const { agent } of edges.splice(0)) await agent.stop()
  await server?.stop()
  await state.close()
  await rm(folder, { recursive: true })
})

interface CaptureServer {
  readonly hub: AgentHub
  readonly jobs: CaptureJobs
  stop(): Promise<void>
}

/** In the order of the real one: who listens is there before the first agent can come. */
async function startServer(): Promise<CaptureServer> {
  const hub = new AgentHub({}, { state: state.db, clock: systemClock, log: silent })
  const jobs = new CaptureJobs(
    { captures: configSchema.parse({}).captures, data: folder },
    {
      state: state.db,
      clock: systemClock,
      log: silent,
      links: hub.links,
      samples: { search: () => Promise.reject(new Error('nobody asks for samples')) },
      keepSamples: () => undefined,
      secrets: openSecretBox(path.join(folder, 'test.key')),
      newId: () => (++ids).toString(16).padStart(32, '0'),
    },
  )
  await jobs.start()
  await hub.start()
  const http = createServer().on('upgrade', (request, socket, head) => hub.upgrade(request, socket, head))
  http.listen(port, '127.0.0.1')
  await once(http, 'listening')
  // A server that listens on TCP has an address of this form.
  port = (http.address() as AddressInfo).port
  const stop = async () => {
    await hub.stop()
    http.closeAllConnections()
    await new Promise((resolve) => http.close(resolve))
    await jobs.stop()
  }
  return { hub, jobs, stop }
}

const allConnected = ({ hub }: CaptureServer) =>
  until('all agents', () => (hub.agents(1).every(({ connected }) => connected) ? true : undefined))

/** Numbers that scripted captures have put into the first bytes of packets. */
function numbersIn(file: Buffer): number[] {
  const recordBytes = 16 + 60
  return Array.from({ length: (file.length - 24) / recordBytes }, (_, index) => file.readUInt32BE(24 + index * recordBytes + 16))
}

describe('captures over real connections', () => {
  it('go on while the server is away, and end with every packet once', async () => {
    for (const { agent } of edges) await agent.start()
    const before = server
    if (!before) throw new Error('the server runs')
    await allConnected(before)
    const { capturing } = before.jobs
    const { id } = await capturing.start(captureRequest({ packet_limit: null }), true)
    const captures = await until('both captures', () => {
      const begun = edges.flatMap((edge) => edge.captures)
      return begun.length === 2 && begun.every((capture) => capture.progress().state === 'capturing') ? begun : undefined
    })
    captures[0]?.packets(1, 500)
    await until('packets on disk', async () => ((await capturing.get(1, id)).packets > 0 ? true : undefined))
    captures[1]?.packets(1001, 1500)
    await before.stop()
    // Nobody is there to take them.
    captures[0]?.packets(501, 1000)
    server = await startServer()
    await allConnected(server)
    const after = server.jobs.capturing
    await after.stop(1, id)
    const capture = await until('the end', async () => {
      const now = await after.get(1, id)
      return now.ended_at === null ? undefined : now
    })
    expect(capture).toMatchObject({ status: 'success', packets: 1500, error_message: null, agents: [{ state: 'done' }, { state: 'done' }] })
    const { body } = await after.download(1, id, 'pcap')
    const numbers = numbersIn(await bytesOf(body)).toSorted((a, b) => a - b)
    expect(numbers).toEqual(Array.from({ length: 1500 }, (_, index) => index + 1))
  })
})
