// A hub on a loopback port with a real state, enrolled agents, and a listener that remembers: for tests.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pino } from 'pino'
import { systemClock } from '../../base/clock.ts'
import type { AgentFacts } from '../../contract/agent.ts'
import type { CaptureProgress } from '../../contract/capture.ts'
import type { AgentFirewallState, FirewallOrderState } from '../../contract/firewall.ts'
import { openState, type State } from '../../store/state.ts'
import { readPacketRecords } from '../../wire/packet-record.ts'
import type { AgentListener, FirewallListener, LinkedAgent } from '../agent-links.ts'
import { AgentHub, type AgentHubConfig } from '../hub/agent-hub.ts'
import { insertAgent, insertEnrolment } from '../hub/enrolments.ts'

export const silent = pino({ level: 'silent' })
export const testAccount = 1

export const someFacts: AgentFacts = {
  hostname: 'edge',
  version: '0',
  kernel: '6',
  architecture: 'x64',
  nft: null,
  tcpdump: null,
  interfaces: [],
  findings: [],
}

/** Keeps what the hub tells. Packets are remembered by the number in their first four bytes, each frame once. */
export class RememberingListener implements AgentListener {
  readonly log: string[] = []
  readonly running: (readonly string[])[] = []
  readonly last = new Map<string, CaptureProgress>()
  readonly #frames = new Map<string, number>()
  readonly #packets = new Map<string, number[]>()
  readonly #results = new Map<string, Set<string>>()
  /** Packets of all jobs, as captured. */
  readonly records: Buffer[] = []
  samplePackets = 0
  /** Frames that came again. */
  repeated = 0
  /** What keeping a frame waits for. */
  keep: (frame: number) => Promise<void> = async () => undefined

  connected(agent: LinkedAgent, running: readonly string[]): void {
    this.log.push(`connected ${agent.name}`)
    this.running.push(running)
  }
  disconnected(agent: LinkedAgent): void {
    this.log.push(`disconnected ${agent.name}`)
  }
  progress(agent: LinkedAgent, job: string, progress: CaptureProgress): void {
    this.last.set(job, progress)
    if (progress.state !== 'done') return
    this.#results.set(job, (this.#results.get(job) ?? new Set()).add(agent.id))
  }
  /** Agents that are done with the job. */
  done(job: string): number {
    return this.#results.get(job)?.size ?? 0
  }
  async packets(agent: LinkedAgent, job: string, frame: number, records: Uint8Array): Promise<void> {
    const part = `${agent.id} ${job}`
    if (frame <= (this.#frames.get(part) ?? 0)) {
      this.repeated++
      return
    }
    await this.keep(frame)
    if (frame <= (this.#frames.get(part) ?? 0)) return
    this.#frames.set(part, frame)
    readPacketRecords(records, ({ bytes, start, end }) => {
      const packet = Buffer.from(bytes.subarray(start, end))
      this.records.push(packet)
      this.packetsOf(job).push(packet.readUInt32BE())
    })
  }
  samples(_agent: LinkedAgent, records: Uint8Array): void {
    this.samplePackets += readPacketRecords(records, () => undefined)
  }
  packetsOf(job: string): number[] {
    const packets = this.#packets.get(job) ?? []
    this.#packets.set(job, packets)
    return packets
  }
}

/** Keeps what agents tell of their firewall rules, over restarts of the hub. */
class RememberingFirewall implements FirewallListener {
  readonly log: string[] = []
  /** By the agent's id, the newest last. */
  readonly states = new Map<string, AgentFirewallState[]>()

  connected(agent: LinkedAgent): void {
    this.log.push(`connected ${agent.name}`)
  }
  disconnected(agent: LinkedAgent): void {
    this.log.push(`disconnected ${agent.name}`)
  }
  state(agent: LinkedAgent, state: AgentFirewallState): void {
    this.states.set(agent.id, [...this.of(agent.id), state])
  }
  of(agent: string): readonly AgentFirewallState[] {
    return this.states.get(agent) ?? []
  }
  /** The last word about a rule. */
  rule(agent: string, id: string): FirewallOrderState | undefined {
    return this.of(agent)
      .findLast(({ rules }) => rules.some((rule) => rule.id === id))
      ?.rules.find((rule) => rule.id === id)
  }
}

const accountRow = { number: testAccount, id: 'a'.repeat(32), name: 'test', created_at: '' }
const captureRow = {
  account: testAccount,
  type: 'simple',
  status: 'running',
  filter_v1: '{}',
  time_limit: 60,
  colo_name: '',
  extension: '{}',
  cause: '{}',
  original_form: 0,
  submitted: '',
  packets: 0,
  bytes: 0,
  kept: 0,
}

export class HubScene {
  listener = new RememberingListener()
  readonly firewall = new RememberingFirewall()
  #folder = ''
  #state: State | undefined
  #hub: AgentHub | undefined
  #http: Server | undefined
  #port = 0

  get hub(): AgentHub {
    if (this.#hub === undefined) throw new Error('the scene has not been started')
    return this.#hub
  }

  get state(): State['db'] {
    if (this.#state === undefined) throw new Error('the scene has not been started')
    return this.#state.db
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  async start(config: Partial<AgentHubConfig> = {}): Promise<void> {
    this.#folder = await mkdtemp(path.join(tmpdir(), 'hub-'))
    this.#state = await openState(path.join(this.#folder, 'state.db'))
    await this.state.insertInto('account').values(accountRow).execute()
    await this.startHub(config)
  }

  /** The server goes away: sockets and hub; the state stays. */
  async stopHub(): Promise<void> {
    await this.#hub?.stop()
    this.#http?.closeAllConnections()
    await new Promise((resolve) => this.#http?.close(resolve))
  }

  /** A new hub with a new listener's memory, on the same port. */
  async startHub(config: Partial<AgentHubConfig> = {}): Promise<void> {
    this.listener = new RememberingListener()
    await this.resumeHub(config)
  }

  /** The server comes back. */
  async resumeHub(config: Partial<AgentHubConfig> = {}): Promise<void> {
    const hub = new AgentHub(config, { state: this.state, clock: systemClock, log: silent })
    hub.links.listen(this.listener)
    hub.links.listenFirewall(this.firewall)
    await hub.start()
    const http = createServer()
    http.on('upgrade', (request, socket, head) => hub.upgrade(request, socket, head))
    await new Promise<void>((resolve) => http.listen(this.#port, '127.0.0.1', resolve))
    this.#port = (http.address() as AddressInfo).port
    this.#hub = hub
    this.#http = http
  }

  async stop(): Promise<void> {
    await this.stopHub()
    await this.#state?.close()
    await rm(this.#folder, { recursive: true, force: true })
  }

  async agent(name: string): Promise<{ readonly id: string; readonly token: string }> {
    const agent = await insertAgent(this.state, { account: testAccount, name, colo: 'ord01', facts: null }, Date.now())
    await this.hub.changed(agent.id)
    return agent
  }

  async code(minutes = 15): Promise<string> {
    const order = { account: testAccount, user: 'u', colo: 'ord02', minutes }
    return (await insertEnrolment(this.state, order, Date.now())).code
  }

  /** Writes that the agent has a part in a capture, as the jobs do before an agent is told. */
  async part(capture: string, agent: string): Promise<void> {
    await this.state
      .insertInto('capture')
      .values({ ...captureRow, id: capture })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    await this.state
      .insertInto('capture_agent')
      .values({
        capture,
        agent,
        name: 'edge',
        colo: 'ord01',
        state: 'starting',
        progress: '{}',
        clock_offset_ms: null,
        clock_error_ms: null,
        updated_at: '',
      })
      .execute()
  }
}
