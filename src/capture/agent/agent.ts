// The agent on an edge host: keeps the connection to the server, runs its captures, sends their packets until they are kept.
import type { Log } from '../../base/log.ts'
import type { AgentConfig } from '../../contract/agent-config.ts'
import type { OpenSink, MakeCapture } from './running-capture.ts'
import type { ServerMessage } from '../../contract/agent-protocol.ts'
import type { AgentFacts } from '../../contract/agent.ts'
import type { AgentFirewall, FirewallOrders } from './agent-firewall.ts'
import { AlwaysOnSampling, type AlwaysOnCounters } from './always-on.ts'
import { defaultOutboxLimits, FrameOutbox, type OutboxLimits } from './frame-outbox.ts'
import { JobRunner } from './job-runner.ts'
import { defaultServerLinkTimes, ServerLink, type ServerLinkConfig } from './server-link.ts'

/** What tests and simulations set beside the file. */
export interface AgentTuning {
  readonly link?: Partial<Omit<ServerLinkConfig, 'address' | 'token'>>
  readonly outbox?: OutboxLimits
}

export interface AgentDependencies {
  readonly makeCapture: MakeCapture
  readonly openSink: OpenSink
  readonly firewall: AgentFirewall
  /** Describes the host. */
  readonly facts: () => Promise<AgentFacts>
  readonly log: Log
}

/** Frames that the connection is given ahead of what the system has taken. */
const sendWindowBytes = 4 * 1_048_576
/** Samples are not worth waiting for. */
const sampleWindowBytes = 1_048_576
/** Interfaces come and go. */
const factsMs = 300_000
const noOrders: FirewallOrders = { sequence: 0, protect: { prefixes: [], local_ports: [] }, rules: [] }
/** How long the server has, at the stop, to take the rest of the packets. */
const stopMs = 5000

export class Agent {
  readonly #deps: AgentDependencies
  readonly #outbox: FrameOutbox
  readonly #runner: JobRunner
  readonly #link: ServerLink
  readonly #alwaysOn: AlwaysOnSampling
  #facts: AgentFacts | undefined
  #factsTimer: NodeJS.Timeout | undefined

  constructor(config: AgentConfig, deps: AgentDependencies, tuning: AgentTuning = {}) {
    this.#deps = deps
    const { log, makeCapture, openSink } = deps
    const outbox = new FrameOutbox(tuning.outbox ?? defaultOutboxLimits)
    this.#outbox = outbox
    this.#runner = new JobRunner(
      { maxJobs: config.max_jobs, allowFolders: config.allow_folders },
      { outbox, makeCapture, openSink, log, tell: (job, progress) => this.#link.send({ type: 'progress', job, progress }) },
    )
    this.#alwaysOn = new AlwaysOnSampling(config.always_on, { makeCapture, log, send: (frame) => this.#sendSamples(frame) })
    this.#link = new ServerLink(
      { address: config, token: config.token, ...defaultServerLinkTimes, ...tuning.link },
      {
        log,
        events: {
          hello: () => ({ facts: this.#known(), running: this.#runner.held() }),
          up: ({ always_on_sampling }) => this.#connected(always_on_sampling),
          down: () => undefined,
          message: (message) => this.#message(message),
          badJob: (id, reason) => this.#runner.refuse(id, `this agent does not understand the job (${reason}); update it`),
          refused: () => this.#refused(),
        },
      },
    )
    outbox.onFrame = () => this.#pump()
    deps.firewall.onState = (firewall) => this.#link.send({ type: 'firewall_state', firewall })
  }

  async start(): Promise<void> {
    this.#facts = await this.#deps.facts()
    this.#factsTimer = setInterval(() => void this.#renewFacts(), factsMs)
    this.#runner.start()
    this.#link.start()
  }

  /** All captures and rules end; what the server does not take within seconds is lost with the process. */
  async stop(): Promise<void> {
    clearInterval(this.#factsTimer)
    const late = setTimeout(() => this.#outbox.close(new Error('the agent stopped before the server had taken all packets')), stopMs)
    await Promise.all([this.#alwaysOn.stop(), this.#runner.stop(), this.#deps.firewall.stop()])
    clearTimeout(late)
    await this.#link.stop()
  }

  get isConnected(): boolean {
    return this.#link.isUp
  }

  /** Bytes of packets that the server has not kept yet. */
  get heldBytes(): number {
    return this.#outbox.bytes
  }

  /** Of always-on samples, in packets. */
  counters(): AlwaysOnCounters {
    return this.#alwaysOn.counters()
  }

  #known(): AgentFacts {
    // The link is started when they are there.
    if (this.#facts === undefined) throw new Error('the agent has not been started')
    return this.#facts
  }

  #connected(sampling: number): void {
    this.#outbox.rewind()
    this.#pump()
    this.#runner.tellAll()
    this.#alwaysOn.set(sampling)
  }

  #message(message: Exclude<ServerMessage, { type: 'welcome' | 'clock' }>): void {
    if (message.type === 'job') this.#runner.assign(message.job)
    else if (message.type === 'stop') this.#runner.end(message.job)
    else if (message.type === 'forget') this.#runner.forget(message.job)
    else if (message.type === 'kept') this.#outbox.keep(message.job, message.frame)
    else if (message.type === 'settings') this.#alwaysOn.set(message.always_on_sampling)
    else this.#deps.firewall.apply(message, this.#link.server)
  }

  /** Nobody may have packets of this host any more, or drop them. */
  #refused(): void {
    this.#alwaysOn.set(0)
    for (const job of this.#runner.held()) this.#runner.forget(job)
    this.#deps.firewall.apply(noOrders, null)
  }

  #pump(): void {
    while (this.#link.isUp && this.#link.buffered < sendWindowBytes) {
      const frame = this.#outbox.next()
      if (frame === undefined) return
      this.#link.sendFrame(frame, () => this.#pump())
    }
  }

  #sendSamples(frame: Uint8Array): boolean {
    if (!this.#link.isUp || this.#link.buffered > sampleWindowBytes) return false
    this.#link.sendFrame(frame, () => undefined)
    return true
  }

  async #renewFacts(): Promise<void> {
    try {
      const facts = await this.#deps.facts()
      if (JSON.stringify(facts) === JSON.stringify(this.#facts)) return
      this.#facts = facts
      this.#link.send({ type: 'facts', facts })
    } catch (err) {
      this.#deps.log.warn({ err }, 'the host could not be described; the server keeps the last description')
    }
  }
}
