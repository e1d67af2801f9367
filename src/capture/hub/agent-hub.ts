// The server's end of the connections to agents: knows who is enrolled, takes their WebSockets, passes messages on.
import { STATUS_CODES, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Kysely } from 'kysely'
import { WebSocketServer, type WebSocket } from 'ws'
import { AttemptLimiter } from '../../base/attempt-limiter.ts'
import type { Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import { SampledLog } from '../../base/sampled-log.ts'
import { agentCloseCodes, agentProtocolVersion, maxAgentMessage, type AgentMessage } from '../../contract/agent-protocol.ts'
import { ApiError } from '../../contract/api-errors.ts'
import type { CaptureJob } from '../../contract/capture.ts'
import type { StateTables } from '../../store/state-tables.ts'
import type { AgentFrame } from '../agent-frame.ts'
import type { AgentLinks, AgentListener, FirewallListener, FirewallOrderList, LinkedAgent } from '../agent-links.ts'
import type { AgentRegistry, EnrolledAgent } from '../agent-registry.ts'
import { WallClock } from '../wall-clock.ts'
import { AgentConnection, type Hello } from './agent-connection.ts'
import type { ClockAnswer } from './clock-offset.ts'
import { AgentRoster, type RegisteredAgent } from './agent-roster.ts'
import { useEnrolment } from './enrolments.ts'
import { newHubCounters, type AgentHubCounters, type AgentViolation } from './hub-counters.ts'
import { Intake } from './intake.ts'

export interface AgentHubConfig {
  /** WebSockets at a time, those apart that are being closed. */
  readonly maxConnections: number
  /** A connection that has not said hello by then is closed. */
  readonly helloMs: number
  /** How often agents are asked whether they are there, and after which silence they are not. */
  readonly heartbeatMs: number
  readonly silentMs: number
  /** Bytes of packets that are not kept yet, for one agent and for all. */
  readonly intakeBytes: number
  readonly intakeBytesOfAll: number
}

export const defaultAgentHubConfig: AgentHubConfig = {
  maxConnections: 2000,
  helloMs: 10_000,
  heartbeatMs: 5000,
  silentMs: 15_000,
  intakeBytes: 8 * 1_048_576,
  intakeBytesOfAll: 128 * 1_048_576,
}

export interface AgentHubDependencies {
  readonly state: Kysely<StateTables>
  readonly clock: Clock
  readonly log: Log
}

const connectionLimits = { costPerSecond: 2000, unsentBytes: 8 * 1_048_576 }
/** A few codes a minute by hand are many. */
const enrolLimits = { each: { burst: 20, perSecond: 0.2 }, all: { burst: 200, perSecond: 10 } }
/** Jobs of an agent that are remembered as forgotten, because messages about them may be on the way. */
const maxForgotten = 256
/** A close with a code, for who has no valid token; then the connection is cut. */
const refusedMs = 1000
/** Until the clock is known well it is asked again at once. */
const firstClockAnswers = 8

/** What the hub remembers of an agent's jobs while it is connected. */
interface AgentJobs {
  readonly known: Set<string>
  readonly forgotten: Set<string>
}

export class AgentHub implements AgentRegistry {
  /** What captures use. */
  readonly links: AgentLinks
  readonly #config: AgentHubConfig
  readonly #deps: AgentHubDependencies
  readonly #roster: AgentRoster
  readonly #sampled: SampledLog
  readonly #enrolments: AttemptLimiter
  readonly #intake: Intake
  readonly #wallClock = new WallClock()
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: maxAgentMessage, perMessageDeflate: false, clientTracking: false })
  /** Open WebSockets, and whose they are. */
  readonly #connections = new Map<AgentConnection, RegisteredAgent>()
  readonly #jobs = new Map<string, AgentJobs>()
  readonly #counters = newHubCounters()
  #listener: AgentListener | undefined
  #firewall: FirewallListener | undefined
  #heartbeat: NodeJS.Timeout | undefined
  #running = false

  constructor(config: Partial<AgentHubConfig>, deps: AgentHubDependencies) {
    this.#config = { ...defaultAgentHubConfig, ...config }
    this.#deps = deps
    this.#roster = new AgentRoster(deps.state)
    this.#sampled = new SampledLog({}, { log: deps.log })
    this.#enrolments = new AttemptLimiter(enrolLimits, { clock: deps.clock })
    this.#intake = new Intake({ eachBytes: this.#config.intakeBytes, allBytes: this.#config.intakeBytesOfAll })
    this.links = {
      agents: (account) => this.agents(account),
      assign: (agent, job) => this.#assign(agent, job),
      stop: (agent, job) => this.#ready(agent)?.send({ type: 'stop', job }),
      forget: (agent, job) => this.#forget(agent, job),
      filter: (agent, orders) => this.#filter(agent, orders),
      listen: (listener) => (this.#listener = listener),
      listenFirewall: (listener) => (this.#firewall = listener),
    }
  }

  async start(): Promise<void> {
    await this.#roster.load()
    this.#running = true
    this.#heartbeat = setInterval(() => this.#beat(), this.#config.heartbeatMs)
  }

  async stop(): Promise<void> {
    this.#running = false
    clearInterval(this.#heartbeat)
    const connections = [...this.#connections.keys()]
    for (const connection of connections) connection.close(1001, 'the server stops')
    await Promise.all(connections.map((connection) => connection.settled()))
    await this.#save()
    this.#sampled.close()
  }

  counters(): AgentHubCounters {
    return structuredClone(this.#counters)
  }

  /** Bytes of packets that have come and are not kept yet. */
  get intakeBytes(): number {
    return this.#intake.total
  }

  /** Agents that are connected. */
  get connected(): number {
    return this.#connections.size
  }

  agents(account: number): readonly LinkedAgent[] {
    return this.#roster.ofAccount(account).map((agent) => agent.linked())
  }

  async enrol(body: unknown, address: string): Promise<EnrolledAgent> {
    const seconds = this.#enrolments.take(address)
    try {
      if (seconds > 0) throw new ApiError('too_many_requests', { seconds })
      const enrolled = await useEnrolment(this.#deps.state, body, this.#deps.clock.now())
      await this.#roster.refresh(enrolled.id)
      this.#counters.enrolled++
      this.#deps.log.info({ agent: enrolled.id, colo: enrolled.colo, address }, 'an agent has enrolled')
      return enrolled
    } catch (error) {
      this.#counters.refusedEnrolments++
      throw error
    }
  }

  async changed(id: string): Promise<void> {
    const before = this.#roster.get(id)
    const connection = before?.connection
    const sampling = before?.row.always_on_sampling
    const agent = await this.#roster.refresh(id)
    if (agent === undefined) connection?.close(agentCloseCodes.removed, 'the agent was removed')
    else if (agent.row.always_on_sampling !== sampling) {
      connection?.send({ type: 'settings', always_on_sampling: agent.row.always_on_sampling })
    }
  }

  /** Takes the HTTP server's upgrade event for the path of the WebSocket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (!this.#running || this.#connections.size >= this.#config.maxConnections) {
      this.#counters.tooMany++
      return refuse(socket, 503)
    }
    const token = /^Bearer ([\w-]{1,256})$/.exec(request.headers.authorization ?? '')?.[1]
    const agent = token === undefined ? undefined : this.#roster.byToken(token)
    const address = request.socket.remoteAddress?.replace(/^::ffff:/, '') ?? ''
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      if (agent === undefined) this.#refuse(webSocket, address)
      else this.#accept(webSocket, agent, address)
    })
  }

  #refuse(socket: WebSocket, address: string): void {
    this.#counters.unauthorized++
    this.#sampled.warn('unauthorized', { address }, 'an agent came with a token that is not valid')
    socket.on('error', () => socket.terminate())
    socket.close(agentCloseCodes.unauthorized, 'the token is not valid')
    setTimeout(() => socket.terminate(), refusedMs).unref()
  }

  #accept(socket: WebSocket, agent: RegisteredAgent, address: string): void {
    this.#counters.connections++
    const connection = new AgentConnection(
      socket,
      { agent: agent.row.id, address },
      {
        intake: this.#intake,
        limits: { ...connectionLimits, helloMs: this.#config.helloMs },
        preciseNow: () => this.#wallClock.now(),
        events: {
          hello: (from, hello) => this.#hello(from, agent, hello),
          message: (_from, message) => this.#message(agent, message),
          clock: (from, answer) => this.#clock(from, agent, answer),
          mayPack: (from, job) => this.#mayPack(from.agent, job),
          packets: (_from, frame) => this.#packets(agent, frame),
          samples: (_from, records) => this.#samples(agent, records),
          violation: (from, violation) => this.#violation(from, violation),
          closed: (from) => this.#closed(from, agent),
        },
      },
    )
    this.#connections.set(connection, agent)
    // Before the hello: who only wants to know whether the token is valid has the answer.
    connection.askClock()
  }

  async #hello(connection: AgentConnection, agent: RegisteredAgent, { facts, running }: Hello): Promise<void> {
    const jobs = await this.#admit(connection, running)
    await this.#replace(agent)
    if (jobs === undefined || !this.#connections.has(connection)) return
    agent.connection = connection
    this.#jobs.set(connection.agent, { known: jobs, forgotten: new Set() })
    const { id, colo, always_on_sampling } = agent.row
    connection.ready()
    connection.send({ type: 'welcome', protocol: agentProtocolVersion, agent: id, colo, always_on_sampling })
    for (const job of running) if (!jobs.has(job)) connection.send({ type: 'forget', job })
    this.#roster.learn(agent, facts)
    this.#roster.saw(agent, this.#deps.clock.now())
    this.#listener?.connected(agent.linked(), [...jobs])
    this.#firewall?.connected(agent.linked())
  }

  /** Ends the agent's earlier connection. What that has brought is finished first: the new one brings what is left again. */
  async #replace(agent: RegisteredAgent): Promise<void> {
    for (let earlier = agent.connection; earlier !== undefined; earlier = agent.connection) {
      this.#counters.replaced++
      earlier.close(agentCloseCodes.replaced, 'another connection of this agent has come')
      await earlier.settled()
    }
  }

  /** @returns which of the jobs that an agent names are its own; undefined when that cannot be told, and the connection is closed */
  async #admit(connection: AgentConnection, running: readonly string[]): Promise<Set<string> | undefined> {
    try {
      return await this.#roster.jobsOf(connection.agent, running)
    } catch (err) {
      this.#deps.log.error({ err, agent: connection.agent }, 'the jobs of an agent could not be read')
      connection.close(1011, 'the state cannot be read')
      return undefined
    }
  }

  #message(agent: RegisteredAgent, message: Exclude<AgentMessage, { type: 'hello' | 'clock' }>): void {
    if (message.type === 'facts') this.#roster.learn(agent, message.facts)
    else if (message.type === 'firewall_state') this.#firewall?.state(agent.linked(), message.firewall)
    else this.#listener?.progress(agent.linked(), message.job, message.progress)
  }

  #clock(connection: AgentConnection, agent: RegisteredAgent, answer: ClockAnswer): void {
    agent.clock.add(answer)
    if (agent.clock.answers < firstClockAnswers) connection.askClock()
  }

  #mayPack(agent: string, job: string): boolean | 'late' {
    const jobs = this.#jobs.get(agent)
    if (jobs?.known.has(job) === true) return true
    if (jobs?.forgotten.has(job) !== true) return false
    this.#counters.lateMessages++
    return 'late'
  }

  async #packets(agent: RegisteredAgent, { job, frame, records }: AgentFrame): Promise<void> {
    if (this.#listener === undefined) throw new Error('there is nobody to keep packets')
    try {
      await this.#listener.packets(agent.linked(), job, frame, records)
      this.#counters.frames++
      this.#counters.frameBytes += records.length
    } catch (err) {
      this.#counters.unkeptFrames++
      this.#sampled.error('unkept', { err, agent: agent.row.id, job }, 'packets of a capture could not be kept')
      throw err
    }
  }

  #samples(agent: RegisteredAgent, records: Uint8Array): void {
    this.#counters.samples++
    this.#listener?.samples(agent.linked(), records)
  }

  #violation(connection: AgentConnection, violation: AgentViolation): void {
    this.#counters.violations[violation]++
    const { agent, address } = connection
    this.#sampled.warn(`violation ${violation}`, { agent, address, violation }, 'an agent does not keep to the protocol and was cut off')
  }

  #closed(connection: AgentConnection, agent: RegisteredAgent): void {
    this.#connections.delete(connection)
    if (agent.connection !== connection) return
    agent.connection = undefined
    this.#jobs.delete(connection.agent)
    this.#listener?.disconnected(agent.linked())
    this.#firewall?.disconnected(agent.linked())
  }

  #assign(id: string, job: CaptureJob): boolean {
    const connection = this.#ready(id)
    if (connection === undefined) return false
    this.#jobs.get(id)?.known.add(job.id)
    connection.send({ type: 'job', job })
    return true
  }

  #filter(id: string, orders: FirewallOrderList): boolean {
    const connection = this.#ready(id)
    if (connection === undefined) return false
    const { sequence, protect, rules } = orders
    const text = JSON.stringify({ type: 'firewall', sequence, protect, rules })
    if (Buffer.byteLength(text) > maxAgentMessage) {
      this.#sampled.error(
        'long rules',
        { agent: id, rules: rules.length },
        'the firewall rules of an agent are longer than a message may be',
      )
      return false
    }
    connection.sendText(text)
    return true
  }

  #forget(id: string, job: string): void {
    const connection = this.#ready(id)
    const jobs = this.#jobs.get(id)
    if (connection === undefined || jobs === undefined) return
    jobs.known.delete(job)
    jobs.forgotten.add(job)
    const [oldest = ''] = jobs.forgotten
    if (jobs.forgotten.size > maxForgotten) jobs.forgotten.delete(oldest)
    connection.forget(job)
    connection.send({ type: 'forget', job })
  }

  #ready(id: string): AgentConnection | undefined {
    const connection = this.#roster.get(id)?.connection
    return connection?.isReady === true ? connection : undefined
  }

  #beat(): void {
    const now = performance.now()
    for (const [connection, agent] of this.#connections) {
      // Who is told to wait cannot answer.
      if (connection.isPaused) connection.heardAt = now
      if (now - connection.heardAt > this.#config.silentMs) {
        this.#counters.silent++
        connection.terminate()
        continue
      }
      connection.ping()
      connection.askClock()
      if (agent.connection === connection) this.#roster.saw(agent, this.#deps.clock.now())
    }
    void this.#save()
  }

  async #save(): Promise<void> {
    try {
      await this.#roster.save()
    } catch (err) {
      this.#counters.unsaved++
      this.#sampled.error('unsaved', { err }, 'what an agent has told could not be written to the state')
    }
  }
}

function refuse(socket: Duplex, status: number): void {
  socket.on('error', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
}
