import { randomBytes } from 'node:crypto'
import { createServer, connect, type Server, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { until } from '../../../test/lab/poll.ts'
import { enrolledAgent, sceneAgent, type SceneAgent } from '../testing/agent-scene.ts'
import { HubScene } from '../testing/hub-scene.ts'
import { testJob } from '../testing/scripted-capture.ts'

const newId = () => randomBytes(16).toString('hex')
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)

let scene: HubScene
const started: SceneAgent[] = []

beforeEach(async () => {
  scene = new HubScene()
  await scene.start()
})

afterEach(async () => {
  await Promise.all(started.splice(0).map(({ agent }) => agent.stop()))
  await scene.stop()
})

async function begin(made: SceneAgent): Promise<SceneAgent> {
  started.push(made)
  await made.agent.start()
  await until('the connection', () => scene.hub.agents(1).find(({ id, connected }) => id === made.id && connected))
  return made
}

/** A capture that runs at the agent. */
async function assigned(made: SceneAgent, job = testJob(newId())) {
  await scene.part(job.id, made.id)
  const before = made.captures.length
  expect(scene.hub.links.assign(made.id, job)).toBe(true)
  return {
    job,
    capture: await until('the capture', () =>
      made.captures[before]?.progress().state === 'capturing' ? made.captures[before] : undefined,
    ),
  }
}

const ended = (job: string) =>
  until('the result', () => (scene.listener.last.get(job)?.state === 'done' ? scene.listener.last.get(job) : undefined))

/** A way to the hub that a test can cut. */
class Cable {
  readonly #server: Server
  readonly #pairs = new Set<Socket>()
  #cutAfter = Infinity
  #passed = 0
  /** Bytes from the agent. */
  constructor(target: number) {
    this.#server = createServer((inner) => {
      const outer = connect(target, '127.0.0.1')
      for (const [one, other] of [
        [inner, outer],
        [outer, inner],
      ] as const) {
        this.#pairs.add(one)
        one.on('error', () => other.destroy())
        one.on('close', () => {
          this.#pairs.delete(one)
          other.destroy()
        })
      }
      outer.on('data', (chunk) => inner.write(chunk))
      inner.on('data', (chunk: Buffer) => this.#pass(chunk, outer))
    })
  }
  /** After so many more bytes from the agent, in the middle of whatever that is. */
  cutAfter(bytes: number): void {
    this.#cutAfter = this.#passed + bytes
  }
  #pass(chunk: Buffer, to: Socket): void {
    const left = this.#cutAfter - this.#passed
    this.#passed += chunk.length
    if (chunk.length < left) return void to.write(chunk)
    this.#cutAfter = Infinity
    to.write(chunk.subarray(0, left), () => this.cut())
  }
  cut(): void {
    for (const socket of this.#pairs) socket.destroy()
  }
  async open(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return (this.#server.address() as AddressInfo).port
  }
  async close(): Promise<void> {
    this.cut()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

describe('an agent with its server', () => {
  it('runs a job and brings its packets, in order, before its result', async () => {
    const edge = await begin(await enrolledAgent(scene, 'edge'))
    const { job, capture } = await assigned(edge)
    capture.packets(1, 5000)
    scene.hub.links.stop(edge.id, job.id)
    const result = await ended(job.id)
    expect(result).toMatchObject({ packets: 5000, end: 'stopped', error: null })
    expect(scene.listener.packetsOf(job.id)).toEqual(numbers(1, 5000))
    await until('an empty outbox', () => (edge.agent.heldBytes === 0 ? true : undefined))
    expect(capture.refused).toBe(0)
  })

  it('measures the clock', async () => {
    const edge = await begin(await enrolledAgent(scene, 'edge'))
    const linked = await until('an offset', () =>
      scene.hub.agents(1).find(({ id, clockErrorMs }) => id === edge.id && clockErrorMs !== null),
    )
    // Both sides read the same clock. Half of the way may have taken all of the time, and a busy host adds to that.
    expect(Math.abs(linked.clockOffsetMs ?? NaN)).toBeLessThanOrEqual((linked.clockErrorMs ?? NaN) + 1000)
  })

  it('brings every packet once and in order over cuts in the middle of frames', async () => {
    const cable = new Cable(Number(new URL(scene.url).port))
    const { id, token } = await scene.agent('edge')
    const edge = sceneAgent(id, { server: `http://127.0.0.1:${await cable.open()}`, token })
    try {
      await begin(edge)
      const { job, capture } = await assigned(edge)
      let next = 1
      for (const bytes of [1, 50_000, 131_072, 200_001, 300_000]) {
        const before = scene.hub.counters().connections
        cable.cutAfter(bytes)
        while (scene.hub.counters().connections === before) {
          capture.packets(next, next + 999)
          next += 1000
          await until('packets that leave, or the next connection', () =>
            edge.agent.heldBytes < 8_000_000 || scene.hub.counters().connections > before ? true : undefined,
          )
          // Lets the sockets work, however fast packets leave.
          await new Promise((resolve) => setImmediate(resolve))
        }
      }
      scene.hub.links.stop(edge.id, job.id)
      await until('the hub to be told to stop', () => {
        scene.hub.links.stop(edge.id, job.id)
        return scene.listener.last.get(job.id)?.state === 'done' ? true : undefined
      })
      expect(capture.refused).toBe(0)
      expect(scene.listener.packetsOf(job.id)).toEqual(numbers(1, next - 1))
      expect(scene.listener.running.at(-1)).toEqual([job.id])
    } finally {
      await edge.agent.stop()
      started.splice(0)
      await cable.close()
    }
  })

  it('ends a job by itself while the server is gone, and brings packets and result later', async () => {
    const edge = await begin(await enrolledAgent(scene, 'edge'))
    const { job, capture } = await assigned(edge, testJob(newId(), { time_limit: 1 }))
    capture.packets(1, 10)
    await until('the first packets', () => (scene.listener.packetsOf(job.id).length === 10 ? true : undefined))
    await scene.stopHub()
    capture.packets(11, 2000)
    await until('the end by time', () => (capture.progress().end === 'time' ? true : undefined))
    expect(capture.progress().state).toBe('delivering')
    await scene.resumeHub()
    expect(await ended(job.id)).toMatchObject({ end: 'time', packets: 2000 })
    expect(scene.listener.packetsOf(job.id)).toEqual(numbers(1, 2000))
    scene.hub.links.forget(edge.id, job.id)
    await scene.stopHub()
    await scene.resumeHub()
    await until('the connection after the job was forgotten', () => (scene.listener.running.length === 3 ? true : undefined))
    expect(scene.listener.running).toEqual([[], [job.id], []])
  })

  it('holds a bounded number of bytes, gives up what is beyond, and lets other jobs go on', async () => {
    const limits = { jobBytes: 500_000, allBytes: 800_000 }
    const edge = await begin(await enrolledAgent(scene, 'edge', { tuning: { outbox: limits } }))
    const one = await assigned(edge)
    const two = await assigned(edge)
    let goOn: () => void = () => undefined
    const slow = new Promise<void>((resolve) => {
      goOn = resolve
    })
    scene.listener.keep = () => slow
    one.capture.packets(1, 50_000)
    expect(one.capture.refused).toBeGreaterThan(30_000)
    expect(edge.agent.heldBytes).toBeLessThanOrEqual(limits.jobBytes)
    two.capture.packets(1, 1000)
    expect(two.capture.refused).toBe(0)
    two.capture.packets(1001, 50_000)
    expect(edge.agent.heldBytes).toBeLessThanOrEqual(limits.allBytes)
    expect(edge.agent.heldBytes).toBeGreaterThan(limits.allBytes / 2)
    goOn()
    scene.hub.links.stop(edge.id, one.job.id)
    await ended(one.job.id)
    expect(scene.listener.packetsOf(one.job.id)).toEqual(numbers(1, 50_000 - one.capture.refused))
  })

  it('refuses bad jobs with a reason', async () => {
    const edge = await begin(await enrolledAgent(scene, 'edge', { max_jobs: 1 }))
    const deep = numbers(1, 40).reduce<unknown>((of) => ({ kind: 'not', of }), { kind: 'fragment', part: 'any' })
    const cases = [
      [testJob(newId(), { engine: 'interface' }), /needs an interface/],
      [testJob(newId(), { hook: 'ingress' }), /needs an interface/],
      [testJob(newId(), { delivery: { kind: 'file', path: '/etc/passwd' } }), /allow_folders/],
      [testJob(newId(), { interface: 'a b; rm -rf /' }), /does not understand.*interface/],
      [testJob(newId(), { sampling: 0 }), /does not understand.*sampling/],
      [testJob(newId(), { filter: deep as never }), /too large/],
      [{ ...testJob(newId()), hook: 'elsewhere' as never }, /does not understand/],
    ] as const
    for (const [job, reason] of cases) {
      await scene.part(job.id, edge.id)
      scene.hub.links.assign(edge.id, job)
      const progress = await until('the refusal', () => scene.listener.last.get(job.id))
      expect(progress).toMatchObject({ state: 'failed', end: 'failed', error: expect.stringMatching(reason) as string })
    }
    expect(edge.captures).toEqual([])
    await assigned(edge)
    const second = testJob(newId())
    await scene.part(second.id, edge.id)
    scene.hub.links.assign(edge.id, second)
    expect(await until('the refusal', () => scene.listener.last.get(second.id))).toMatchObject({
      error: expect.stringMatching(/max_jobs/) as string,
    })
  })

  it('sends always-on samples as long as they are wanted', async () => {
    const edge = await begin(await enrolledAgent(scene, 'edge'))
    expect(edge.captures).toEqual([])
    await scene.state.updateTable('agent').set({ always_on_sampling: 100 }).where('id', '=', edge.id).execute()
    await scene.hub.changed(edge.id)
    const first = await until('sampling', () => (edge.captures[0]?.progress().state === 'capturing' ? edge.captures[0] : undefined))
    expect(first.job).toMatchObject({ sampling: 100, snap_length: 160, packet_limit: null })
    first.packets(1, 1000)
    await until('the samples', () => (scene.listener.samplePackets === 1000 ? true : undefined))
    await scene.state.updateTable('agent').set({ always_on_sampling: 10 }).where('id', '=', edge.id).execute()
    await scene.hub.changed(edge.id)
    const second = await until('other sampling', () => edge.captures[1])
    expect([first.progress().end, second.job.sampling]).toEqual(['stopped', 10])
    await scene.state.updateTable('agent').set({ always_on_sampling: 0 }).where('id', '=', edge.id).execute()
    await scene.hub.changed(edge.id)
    await until('the end of sampling', () => (second.progress().end === 'stopped' ? true : undefined))
    expect(edge.agent.counters()).toEqual({ sent: 1000, dropped: 0, failures: 0 })
  })

  it('hands firewall rules on with the address that it is connected to, and tells what becomes of them', async () => {
    const edge = await begin(await enrolledAgent(scene, 'edge'))
    const filter = { kind: 'fragment', part: 'later' } as const
    const rule = {
      id: newId(),
      filter,
      action: { kind: 'limit', packets_per_second: 10 },
      interface: 'eth0',
      remaining_ms: 60_000,
    } as const
    const orders = { sequence: 3, protect: { prefixes: ['2001:db8::/32'], local_ports: [22] }, rules: [rule] }
    scene.hub.links.filter(edge.id, orders)
    const [applied] = await until('the rules', () => (edge.firewall.applied.length === 1 ? edge.firewall.applied : undefined))
    expect(applied).toEqual({
      orders: expect.objectContaining(orders) as unknown,
      server: { address: '127.0.0.1', port: Number(new URL(scene.url).port) },
    })
    const counters = { packets: 5, bytes: 500, dropped_packets: 0, dropped_bytes: 0 }
    const state = {
      sequence: 3,
      rules: [{ id: rule.id, state: 'active', action: rule.action, error: null, ...counters }],
      seen_packets: 9,
      spared_packets: 0,
    } as const
    edge.firewall.onState(state)
    expect(await until('the state', () => scene.firewall.of(edge.id).at(-1))).toEqual(state)
    await edge.agent.stop()
    expect(edge.firewall.isStopped).toBe(true)
  })

  it('does not understand hostile firewall rules, and comes back', async () => {
    const edge = await begin(await enrolledAgent(scene, 'edge'))
    const rule = {
      id: newId(),
      filter: { kind: 'fragment', part: 'any' },
      action: { kind: 'drop' },
      interface: null,
      remaining_ms: 60_000,
    } as const
    const send = (change: object) =>
      scene.hub.links.filter(edge.id, { sequence: 1, protect: { prefixes: [], local_ports: [] }, rules: [{ ...rule, ...change }] })
    const hostile = [
      { id: '"; flush ruleset; "' },
      { interface: 'eth0"; drop' },
      { action: { kind: 'limit', packets_per_second: 1e12 } },
      { action: { kind: 'queue' } },
      { remaining_ms: Infinity },
      { filter: undefined },
      { filter: { kind: 'address', side: 'source', prefixes: ['@other'] } },
    ]
    for (const [index, change] of hostile.entries()) {
      send(change)
      await until('the agent to come back', () =>
        scene.firewall.log.filter((line) => line === 'connected edge').length === index + 2 ? true : undefined,
      )
    }
    expect(edge.firewall.applied).toEqual([])
  })

  it('ends everything when it is removed', async () => {
    const edge = await begin(await enrolledAgent(scene, 'edge'))
    const { capture } = await assigned(edge)
    await scene.state.deleteFrom('agent').execute()
    await scene.hub.changed(edge.id)
    await until('the end of the capture', () => (capture.progress().end === 'stopped' ? true : undefined))
    expect(edge.firewall.applied.at(-1)?.orders.rules).toEqual([])
    expect(scene.listener.log).toEqual(['connected edge', 'disconnected edge'])
    await until('another attempt', () => (scene.hub.counters().unauthorized > 0 ? true : undefined))
    expect(edge.agent.isConnected).toBe(false)
  })

  it('delivers what it has when it is stopped', async () => {
    const edge = await begin(await enrolledAgent(scene, 'edge'))
    const { job, capture } = await assigned(edge)
    capture.packets(1, 3000)
    await edge.agent.stop()
    await until('the last word', () => (scene.listener.last.get(job.id)?.state === 'done' ? true : undefined))
    expect(scene.listener.packetsOf(job.id)).toEqual(numbers(1, 3000))
  })

  it('is replaced by another one with the same token', async () => {
    const edge = await begin(await enrolledAgent(scene, 'edge'))
    const { id, token } = await scene.agent('other')
    // They do not come back within the test.
    const tuning = { link: { refusedBackoffMs: 600_000 } }
    await begin(sceneAgent(id, { server: scene.url, token }, tuning))
    const twin = sceneAgent(id, { server: scene.url, token }, tuning)
    started.push(twin)
    await twin.agent.start()
    await until('the replacement', () => (scene.hub.counters().replaced === 1 && twin.agent.isConnected ? true : undefined))
    expect(edge.agent.isConnected).toBe(true)
    expect(scene.hub.connected).toBe(2)
  })
})
