// The agent's connection to the server: dials, says hello, answers clock questions, notices silence, dials again.
import { WebSocket, type RawData } from 'ws'
import type { Log } from '../../base/log.ts'
import { SampledLog } from '../../base/sampled-log.ts'
import { agentCloseCodes, agentProtocolVersion, maxAgentMessage, serverMessage, type ServerMessage } from '../../contract/agent-protocol.ts'
import type { AgentFacts } from '../../contract/agent.ts'
import type { CaptureProgress } from '../../contract/capture.ts'
import type { AgentFirewallState } from '../../contract/firewall.ts'
import { WallClock } from '../wall-clock.ts'
import { closeFault, dialFault, hopelessCloses } from './dial-faults.ts'
import type { ConnectedServer } from './agent-firewall.ts'
import { readTlsFiles, socketUrl, type ServerAddress } from './server-address.ts'

export interface ServerLinkConfig {
  readonly address: ServerAddress
  readonly token: string
  /** Waits between attempts, ms: the first, the longest, and that after the server has refused the agent. */
  readonly firstBackoffMs: number
  readonly longestBackoffMs: number
  readonly refusedBackoffMs: number
  /** The server pings every 5 s; without a word for so long it is gone. */
  readonly silentMs: number
}

export const defaultServerLinkTimes = { firstBackoffMs: 500, longestBackoffMs: 30_000, refusedBackoffMs: 60_000, silentMs: 20_000 }

export interface ServerLinkEvents {
  /** What the hello says. */
  hello(): { readonly facts: AgentFacts; readonly running: readonly string[] }
  /** From now on messages can be sent. */
  up(welcome: Extract<ServerMessage, { type: 'welcome' }>): void
  down(): void
  message(message: Exclude<ServerMessage, { type: 'welcome' | 'clock' }>): void
  /** A job that this version does not understand. */
  badJob(id: string, reason: string): void
  /** The server has removed this agent, or never knew it. */
  refused(): void
}

/** Messages as AgentMessage has them, of what this program does not change. */
type AgentHello = { type: 'hello'; protocol: number; facts: AgentFacts; running: readonly string[] }
export type AgentNews =
  | { type: 'progress'; job: string; progress: CaptureProgress }
  | { type: 'clock'; server: number; agent: number }
  | { type: 'facts'; facts: AgentFacts }
  | { type: 'firewall_state'; firewall: AgentFirewallState }

const handshakeMs = 10_000
/** A connection that lasted this long has earned the shortest wait again. */
const provenMs = 30_000

export class ServerLink {
  readonly #config: ServerLinkConfig
  readonly #log: Log
  readonly #sampled: SampledLog
  readonly #events: ServerLinkEvents
  readonly #clock = new WallClock()
  #socket: WebSocket | undefined
  #far: ConnectedServer | null = null
  #up = false
  #stopping = false
  #backoffMs: number
  #retry: NodeJS.Timeout | undefined
  #silence: NodeJS.Timeout | undefined
  #dialled = 0

  constructor(config: ServerLinkConfig, deps: { readonly log: Log; readonly events: ServerLinkEvents }) {
    this.#config = config
    this.#log = deps.log
    this.#sampled = new SampledLog({ intervalMilliseconds: 60_000 }, deps)
    this.#events = deps.events
    this.#backoffMs = config.firstBackoffMs
  }

  get isUp(): boolean {
    return this.#up
  }

  /** The far end of the last connection, also when that is over. */
  get server(): ConnectedServer | null {
    return this.#far
  }

  /** Bytes that are sent and that the system has not taken yet. */
  get buffered(): number {
    return this.#socket?.bufferedAmount ?? 0
  }

  start(): void {
    this.#stopping = false
    void this.#dial()
  }

  /** Sends what is under way, then closes. */
  async stop(): Promise<void> {
    this.#stopping = true
    clearTimeout(this.#retry)
    const socket = this.#socket
    if (socket === undefined) return this.#sampled.close()
    const closed = new Promise<void>((resolve) => {
      socket.once('close', () => resolve())
    })
    const deadline = setTimeout(() => socket.terminate(), 2000)
    socket.close(1001, 'the agent stops')
    await closed
    clearTimeout(deadline)
    this.#sampled.close()
  }

  /** Nothing is sent while the connection is down. */
  send(message: AgentNews): void {
    if (this.#up && this.#socket !== undefined) this.#write(this.#socket, message)
  }

  /** @param sent called when the system has taken it, or the connection is gone */
  sendFrame(frame: Uint8Array, sent: () => void): void {
    this.#socket?.send(frame, { binary: true }, sent)
  }

  async #dial(): Promise<void> {
    let socket: WebSocket
    try {
      const { address, token } = this.#config
      const tls = await readTlsFiles(address)
      if (this.#stopping) return
      socket = new WebSocket(socketUrl(address), {
        ...tls,
        headers: { authorization: `Bearer ${token}` },
        maxPayload: maxAgentMessage,
        perMessageDeflate: false,
        handshakeTimeout: handshakeMs,
      })
    } catch (error) {
      return this.#failed(dialFault(error))
    }
    this.#socket = socket
    this.#dialled = performance.now()
    let fault: string | undefined
    socket.on('upgrade', ({ socket: { remoteAddress: address, remotePort } }) => {
      if (address !== undefined && remotePort !== undefined)
        this.#far = { address: address.replace(/^::ffff:|%.*$/g, ''), port: remotePort }
    })
    socket.on('open', () => this.#greet(socket))
    socket.on('message', (data, isBinary) => this.#receive(socket, data, isBinary))
    socket.on('ping', () => this.#heard(socket))
    socket.on('error', (error) => (fault = dialFault(error)))
    socket.on('close', (code, reason) => this.#closed(code, fault ?? closeFault(code, reason.toString())))
  }

  #greet(socket: WebSocket): void {
    this.#heard(socket)
    const { facts, running } = this.#events.hello()
    this.#write(socket, { type: 'hello', protocol: agentProtocolVersion, facts, running })
  }

  #heard(socket: WebSocket): void {
    clearTimeout(this.#silence)
    this.#silence = setTimeout(() => socket.terminate(), this.#config.silentMs)
  }

  #receive(socket: WebSocket, data: RawData, isBinary: boolean): void {
    this.#heard(socket)
    if (isBinary) return this.#misunderstood(socket, 'a binary message')
    // One Buffer for each message: nodebuffer is the default.
    const read = readServerMessage(data as Buffer)
    if (read.message !== undefined) return this.#handle(socket, read.message)
    if (read.job !== undefined && this.#up) return this.#events.badJob(read.job, read.reason)
    this.#misunderstood(socket, read.reason)
  }

  #handle(socket: WebSocket, message: ServerMessage): void {
    if (message.type === 'clock') {
      return this.#write(socket, { type: 'clock', server: message.server, agent: this.#clock.now() })
    }
    if (message.type !== 'welcome') {
      if (!this.#up) return this.#misunderstood(socket, 'a message before the welcome')
      return this.#events.message(message)
    }
    this.#up = true
    this.#log.info({ server: this.#config.address.server, colo: message.colo, agent: message.agent }, 'connected to the server')
    this.#events.up(message)
  }

  #write(socket: WebSocket, message: AgentHello | AgentNews): void {
    socket.send(JSON.stringify(message))
  }

  #misunderstood(socket: WebSocket, what: string): void {
    this.#sampled.warn('misunderstood', { what }, 'the server sent what this agent does not understand')
    socket.close(agentCloseCodes.protocol, 'not understood')
  }

  #closed(code: number, fault: string): void {
    clearTimeout(this.#silence)
    this.#socket = undefined
    const wasUp = this.#up
    this.#up = false
    if (wasUp) this.#events.down()
    if (this.#stopping) return
    if (code === agentCloseCodes.unauthorized || code === agentCloseCodes.removed) this.#events.refused()
    if (performance.now() - this.#dialled > provenMs) this.#backoffMs = this.#config.firstBackoffMs
    this.#failed(fault, hopelessCloses.has(code))
  }

  #failed(fault: string, hopeless = false): void {
    if (this.#stopping) return
    const { longestBackoffMs, refusedBackoffMs } = this.#config
    const waitMs = hopeless ? refusedBackoffMs : this.#backoffMs
    this.#backoffMs = Math.min(this.#backoffMs * 2, longestBackoffMs)
    this.#sampled.warn(fault, { server: this.#config.address.server, again_in_ms: waitMs }, `not connected to the server: ${fault}`)
    // Between half and all of it, so that agents that lost the server together do not come back together.
    this.#retry = setTimeout(() => void this.#dial(), waitMs * (0.5 + Math.random() / 2))
  }
}

type ReadMessage =
  | { readonly message: ServerMessage }
  | { readonly message?: undefined; readonly job?: string | undefined; readonly reason: string }

/** A job that does not fit is told by its id, so that it can be refused; anything else that does not fit by its reason. */
export function readServerMessage(bytes: Buffer): ReadMessage {
  let json: unknown
  try {
    json = JSON.parse(bytes.toString())
    const { data, error } = serverMessage.safeParse(json)
    if (data !== undefined) return { message: data }
    const issue = error?.issues[0]
    return { job: jobId(json), reason: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not understood'}` }
  } catch (error) {
    // Filters nest: one that is deep enough ends the schema in a RangeError.
    return { job: jobId(json), reason: error instanceof Error ? error.message : String(error) }
  }
}

function jobId(json: unknown): string | undefined {
  const { type, job } = (json ?? {}) as { readonly type?: unknown; readonly job?: { readonly id?: unknown } | null }
  return type === 'job' && typeof job?.id === 'string' && /^[0-9a-f]{32}$/.test(job.id) ? job.id : undefined
}
