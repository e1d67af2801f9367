import { once } from 'node:events'
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { until } from '../../../test/lab/poll.ts'
import { agentCloseCodes, agentProtocolVersion, maxAgentMessage } from '../../contract/agent-protocol.ts'
import { noCaptureProgress } from '../../contract/capture.ts'
import type { AgentHubConfig } from './agent-hub.ts'
import { HubScene, someFacts, testAccount } from '../testing/hub-scene.ts'
import { packetFrame, RawAgent } from '../testing/raw-agent.ts'
import { testJob } from '../testing/scripted-capture.ts'

const newId = () => randomBytes(16).toString('hex')

let scene: HubScene
const sockets: WebSocket[] = []

beforeAll(async () => {
  scene = new HubScene()
  await scene.start()
})

afterAll(() => scene.stop())

/** Agents, counters and what the listener has heard begin anew. */
async function newHub(config: Partial<AgentHubConfig> = {}): Promise<void> {
  for (const socket of sockets.splice(0)) socket.terminate()
  await scene.stopHub()
  await scene.state.deleteFrom('agent').execute()
  await scene.startHub(config)
}

beforeEach(() => newHub())

/** Who has said hello, and has a job. */
async function busyAgent(): Promise<{ raw: RawAgent; id: string; token: string; job: string }> {
  const { id, token } = await scene.agent('edge')
  const raw = await rawAgent(token).hello()
  const job = newId()
  await scene.part(job, id)
  scene.hub.links.assign(id, testJob(job))
  await raw.heard('job')
  return { raw, id, token, job }
}

/** Ends with the test. */
function rawAgent(token: string): RawAgent {
  const raw = new RawAgent(scene.url, token)
  sockets.push(raw.socket)
  return raw
}

const linked = (id: string) => scene.hub.agents(testAccount).find((agent) => agent.id === id)

describe('connections', () => {
  it('closes those without a valid token with a code that says so', async () => {
    const codes = [rawAgent('nonsense'), rawAgent('A'.repeat(43)), rawAgent('')].map(({ closed }) => closed)
    expect(await Promise.all(codes)).toEqual(Array(3).fill(agentCloseCodes.unauthorized))
    expect(scene.hub.counters().unauthorized).toBe(3)
    expect(scene.hub.connected).toBe(0)
  })

  it('ask who has a token for its clock before it says hello', async () => {
    await newHub({ helloMs: 100 })
    const { token } = await scene.agent('edge')
    const raw = rawAgent(token)
    await raw.heard('clock')
    expect(await raw.closed).toBe(agentCloseCodes.protocol)
    expect(scene.hub.counters().violations.no_hello).toBe(1)
    expect(scene.listener.log).toEqual([])
  })

  it('refuse another version of the protocol', async () => {
    const { token } = await scene.agent('edge')
    const raw = rawAgent(token)
    await once(raw.socket, 'open')
    raw.say({ type: 'hello', protocol: agentProtocolVersion + 1, facts: someFacts, running: [] })
    expect(await raw.closed).toBe(agentCloseCodes.wrongVersion)
  })

  it('let a second one of the same agent replace the first', async () => {
    const { raw, token, id } = await busyAgent()
    await rawAgent(token).hello()
    expect(await raw.closed).toBe(agentCloseCodes.replaced)
    expect(linked(id)?.connected).toBe(true)
    expect(scene.listener.log).toEqual(['connected edge', 'disconnected edge', 'connected edge'])
    expect(scene.hub.connected).toBe(1)
  })

  it('end when the agent says nothing any more', async () => {
    await newHub({ heartbeatMs: 50, silentMs: 300 })
    const { raw, id } = await busyAgent()
    // Neither reads nor answers: as a cable that was pulled.
    raw.socket.pause()
    await until('the end', () => (linked(id)?.connected === false ? true : undefined))
    expect(scene.hub.counters().silent).toBe(1)
  })

  it('end when the agent is removed', async () => {
    const { raw, id } = await busyAgent()
    await scene.state.deleteFrom('agent').execute()
    await scene.hub.changed(id)
    expect(await raw.closed).toBe(agentCloseCodes.removed)
    expect(scene.hub.agents(testAccount)).toEqual([])
    expect(scene.listener.log).toEqual(['connected edge', 'disconnected edge'])
  })

  it('write down what the agent tells of its host and when it was seen, also when the hub stops at once', async () => {
    const { raw, id } = await busyAgent()
    const facts = { ...someFacts, kernel: '9.9.9' }
    raw.say({ type: 'facts', facts })
    await until('the facts', () => (linked(id)?.facts?.kernel === '9.9.9' ? true : undefined))
    await scene.hub.changed(id)
    await scene.hub.stop()
    const row = await scene.state.selectFrom('agent').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    expect(row.last_seen_at).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
    expect(JSON.parse(row.facts ?? '')).toEqual(facts)
    expect(scene.hub.counters().unsaved).toBe(0)
  })

  it('are bounded in number', async () => {
    await newHub({ maxConnections: 2 })
    const agents = [await scene.agent('a'), await scene.agent('b'), await scene.agent('c')]
    const results = await Promise.all(agents.map(({ token }) => outcome(rawAgent(token).socket)))
    expect(results.filter((result) => result === 'open')).toHaveLength(2)
    expect(scene.hub.counters().tooMany).toBe(1)
  })
})

function outcome(socket: WebSocket): Promise<string> {
  return new Promise((resolve) => {
    socket.on('open', () => resolve('open'))
    socket.on('error', (error) => resolve(error.message))
  })
}

describe('packets', () => {
  it('are told as kept in order, however the listener takes its time', async () => {
    const { raw, job } = await busyAgent()
    const waiting = new Map<number, () => void>()
    scene.listener.keep = (frame) => new Promise((resolve) => waiting.set(frame, resolve))
    for (const frame of [1, 2, 3, 4]) raw.socket.send(packetFrame(job, frame, frame))
    await until('all frames', () => (waiting.size === 4 ? true : undefined))
    for (const frame of [3, 2]) waiting.get(frame)?.()
    expect(raw.kept()).toEqual([])
    waiting.get(1)?.()
    await until('three frames', () => (raw.kept().at(-1) === 3 ? true : undefined))
    waiting.get(4)?.()
    await until('the fourth frame', () => (raw.kept().at(-1) === 4 ? true : undefined))
    expect(raw.kept()).toEqual([...raw.kept()].sort((a, b) => a - b))
  })

  it('that cannot be kept come again by another connection', async () => {
    const { raw, job, token } = await busyAgent()
    scene.listener.keep = async () => {
      throw new Error('the disk is full')
    }
    raw.socket.send(packetFrame(job, 1, 7))
    expect(await raw.closed).toBe(1013)
    expect(scene.hub.counters().unkeptFrames).toBe(1)
    scene.listener.keep = async () => undefined
    const again = await rawAgent(token).hello([job])
    again.socket.send(packetFrame(job, 1, 7))
    await again.heard('kept')
    expect(scene.listener.packetsOf(job)).toEqual([7])
  })

  it('are not read faster than they are kept', async () => {
    await newHub({ intakeBytes: 1_000_000 })
    const { raw, job } = await busyAgent()
    const waiting: (() => void)[] = []
    scene.listener.keep = () => new Promise((resolve) => waiting.push(resolve))
    const numbers = Array.from({ length: 1000 }, (_, index) => index)
    const frames = 400
    for (let frame = 1; frame <= frames; frame++) raw.socket.send(packetFrame(job, frame, ...numbers))
    await until('a full intake', () => (scene.hub.intakeBytes >= 1_000_000 ? true : undefined))
    let most = 0
    await until('everything', () => {
      most = Math.max(most, scene.hub.intakeBytes)
      for (const goOn of waiting.splice(0)) goOn()
      return raw.kept().at(-1) === frames ? true : undefined
    })
    // What the socket had read when it was paused comes on top: a chunk of 64 KiB and what was being put together.
    expect(most).toBeLessThan(1_300_000)
    expect(scene.listener.packetsOf(job)).toHaveLength(frames * numbers.length)
    expect(scene.hub.intakeBytes).toBe(0)
  })

  it('of a job that was just forgotten are passed over', async () => {
    const { raw, id, job } = await busyAgent()
    scene.hub.links.forget(id, job)
    await raw.heard('forget')
    raw.socket.send(packetFrame(job, 1, 1))
    raw.say({ type: 'progress', job, progress: someProgress })
    await until('both messages', () => (scene.hub.counters().lateMessages === 2 ? true : undefined))
    expect([linked(id)?.connected, scene.listener.packetsOf(job), scene.listener.last.size]).toEqual([true, [], 0])
  })

  it('of jobs that are another agent’s are refused, also after a hello that claims them', async () => {
    const { job } = await busyAgent()
    const { id, token } = await scene.agent('liar')
    const liar = await rawAgent(token).hello([job])
    await liar.heard('forget')
    expect(scene.listener.running.at(-1)).toEqual([])
    liar.socket.send(packetFrame(job, 1, 666))
    expect(await liar.closed).toBe(agentCloseCodes.protocol)
    expect([scene.listener.packetsOf(job), linked(id)?.connected]).toEqual([[], false])
  })
})

const someProgress = { ...noCaptureProgress, state: 'capturing', packets: 1, bytes: 1 }

const someRule = {
  id: 'f'.repeat(32),
  state: 'active',
  action: { kind: 'drop' },
  error: null,
  packets: 3,
  bytes: 300,
  dropped_packets: 2,
  dropped_bytes: 200,
} as const
const manyRules = Array.from({ length: 201 }, (_, index) => ({ ...someRule, id: index.toString(16).padStart(32, '0') }))
const someFirewall = { sequence: 7, rules: [someRule], seen_packets: 10, spared_packets: 1 } as const

describe('firewall rules', () => {
  const protect = { prefixes: ['192.0.2.0/24'], local_ports: [22] }
  const filter = { kind: 'address', side: 'source', prefixes: ['203.0.113.7/32'] } as const
  const order = { id: newId(), filter, action: { kind: 'drop' }, interface: null, remaining_ms: 1000 } as const

  it('reach the agent, and its answer those who asked', async () => {
    const { raw, id } = await busyAgent()
    const orders = { sequence: 7, protect, rules: [order] }
    expect(scene.hub.links.filter(id, orders)).toBe(true)
    await raw.heard('firewall')
    expect(raw.received.at(-1)).toEqual({ type: 'firewall', ...orders })
    raw.say({ type: 'firewall_state', firewall: someFirewall })
    expect(await until('the answer', () => scene.firewall.of(id).at(-1))).toEqual(someFirewall)
    raw.socket.close()
    await until('the end', () => (scene.firewall.log.at(-1) === 'disconnected edge' ? true : undefined))
    expect(scene.firewall.log.slice(-2)).toEqual(['connected edge', 'disconnected edge'])
    expect(scene.hub.links.filter(id, orders)).toBe(false)
  })

  it('that are longer than a message may be are not sent, and the connection stays', async () => {
    const { raw, id } = await busyAgent()
    const prefixes = Array.from({ length: 256 }, (_, index) => `203.0.113.${index}/32`)
    const long = { ...order, filter: { kind: 'any', of: Array.from({ length: 50 }, () => ({ ...filter, prefixes })) } } as const
    expect(scene.hub.links.filter(id, { sequence: 8, protect, rules: Array.from({ length: 200 }, () => long) })).toBe(false)
    expect(scene.hub.links.filter(id, { sequence: 9, protect, rules: [] })).toBe(true)
    await raw.heard('firewall')
    expect(raw.received.at(-1)).toMatchObject({ sequence: 9 })
  })
})

describe('hostile messages', () => {
  const text = (value: string) => (raw: RawAgent) => raw.socket.send(value)
  const binary = (value: Uint8Array) => (raw: RawAgent) => raw.socket.send(value)
  const say = (value: unknown) => (raw: RawAgent) => raw.say(value)

  const cases: readonly [name: string, send: (raw: RawAgent, job: string) => void, violation: string][] = [
    ['a text that is too large', text('x'.repeat(maxAgentMessage + 1)), 'too_large'],
    ['a frame that is too large', binary(new Uint8Array(maxAgentMessage + 1)), 'too_large'],
    [
      'bytes that are no WebSocket',
      (raw) => (raw.socket as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(Buffer.alloc(64, 0xff)),
      'bad_websocket',
    ],
    ['text that is no JSON', text('{'), 'not_json'],
    ['deep JSON', text('['.repeat(500_000) + ']'.repeat(500_000)), 'unknown_message'],
    ['deep JSON within a message', text(`{"type":"progress","job":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_001)}`), 'unknown_message'],
    ['null', text('null'), 'unknown_message'],
    ['an unknown type', say({ type: 'shutdown' }), 'unknown_message'],
    ['a prototype', text('{"__proto__":{"type":"clock"},"constructor":1}'), 'unknown_message'],
    ['counters that are none', say({ type: 'progress', job: newId(), progress: { ...someProgress, packets: -1 } }), 'unknown_message'],
    [
      'firewall rules without counters',
      say({ type: 'firewall_state', firewall: { ...someFirewall, rules: [{ id: newId() }] } }),
      'unknown_message',
    ],
    [
      'more firewall rules than there can be',
      say({ type: 'firewall_state', firewall: { ...someFirewall, rules: manyRules } }),
      'unknown_message',
    ],
    [
      'an error of a firewall rule that does not end',
      say({ type: 'firewall_state', firewall: { ...someFirewall, rules: [{ ...someRule, error: 'x'.repeat(2001) }] } }),
      'unknown_message',
    ],
    ['an id with SQL', say({ type: 'progress', job: "' or 1=1 --", progress: someProgress }), 'unknown_message'],
    [
      'too many interfaces',
      say({ type: 'facts', facts: { ...someFacts, interfaces: Array.from({ length: 2000 }, () => ({})) } }),
      'unknown_message',
    ],
    ['a second hello', say({ type: 'hello', protocol: 1, facts: someFacts, running: [] }), 'second_hello'],
    ['a clock that nobody asked for', say({ type: 'clock', server: 1, agent: 2 }), 'unasked_clock'],
    ['progress of an unknown job', say({ type: 'progress', job: newId(), progress: someProgress }), 'unknown_job'],
    ['an empty binary message', binary(new Uint8Array(0)), 'bad_frame'],
    ['binary rubbish', binary(new Uint8Array(100).fill(0xee)), 'bad_frame'],
    ['packets of an unknown job', binary(packetFrame(newId(), 1, 1)), 'unknown_job'],
    ['frame 0', (raw, job) => raw.socket.send(packetFrame(job, 0, 1)), 'bad_frame'],
    ['a frame that ends within a record', (raw, job) => raw.socket.send(packetFrame(job, 1, 1).subarray(0, -1)), 'bad_records'],
    ['records of rubbish', (raw, job) => raw.socket.send(Buffer.concat([packetFrame(job, 1), Buffer.alloc(60, 0xff)])), 'bad_records'],
    ['a gap between frames', (raw, job) => [1, 3].forEach((frame) => raw.socket.send(packetFrame(job, frame, frame))), 'missing_frame'],
    ['a frame twice', (raw, job) => [1, 1].forEach((frame) => raw.socket.send(packetFrame(job, frame, frame))), 'missing_frame'],
  ]

  it.each(cases)('%s ends the connection of who sent it, and of nobody else', async (_name, send, violation) => {
    const bystander = await scene.agent('bystander')
    const other = await rawAgent(bystander.token).hello()
    const { raw, job, id } = await busyAgent()
    send(raw, job)
    await raw.closed
    await until('the count', () => (scene.hub.counters().violations[violation as 'not_json'] === 1 ? true : undefined))
    expect(linked(id)?.connected).toBe(false)
    expect([linked(bystander.id)?.connected, other.socket.readyState]).toEqual([true, WebSocket.OPEN])
    expect(Object.values(scene.hub.counters().violations).reduce((sum, count) => sum + count)).toBe(1)
  })

  it('of any kind crash nothing', async () => {
    const bystander = await scene.agent('bystander')
    const other = await rawAgent(bystander.token).hello()
    const { token } = await scene.agent('fuzz')
    const job = newId()
    const message = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.uint8Array({ maxLength: 200 }).map((rest) => Buffer.concat([packetFrame(job, 1, 1), rest])),
      fc.json({ maxDepth: 5 }),
      fc
        .record({
          type: fc.constantFrom('hello', 'progress', 'clock', 'facts', 'firewall_state'),
          firewall: fc.oneof(fc.constant(someFirewall), fc.anything()),
          job: fc.oneof(fc.constant(job), fc.anything()),
          server: fc.anything(),
          protocol: fc.integer(),
          facts: fc.oneof(fc.constant(someFacts), fc.anything()),
          running: fc.anything(),
          progress: fc.oneof(fc.constant(someProgress), fc.anything()),
        })
        .map((value) => JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? String(part) : part))),
    )
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.array(message, { minLength: 1, maxLength: 8 }), async (polite, messages) => {
        const raw = rawAgent(token)
        await (polite ? raw.hello() : once(raw.socket, 'open'))
        for (const each of messages) raw.socket.send(each)
        raw.socket.close()
        await raw.closed
        expect(other.socket.readyState).toBe(WebSocket.OPEN)
      }),
      { numRuns: 60 },
    )
    expect(linked(bystander.id)?.connected).toBe(true)
    expect(scene.listener.packetsOf(job)).toEqual([])
  })
})
