// One WebSocket of an agent, from its upgrade to its close: reads messages, holds them to the protocol and to limits.
import type { RawData, WebSocket } from 'ws'
import {
  agentCloseCodes,
  agentMessage,
  agentProtocolVersion,
  type AgentMessage,
  type ServerMessage,
} from '../../contract/agent-protocol.ts'
import { WireError } from '../../contract/wire-errors.ts'
import { readPacketRecords } from '../../wire/packet-record.ts'
import { readAgentFrame, type AgentFrame } from '../agent-frame.ts'
import type { ClockAnswer } from './clock-offset.ts'
import { FrameOrder } from './frame-order.ts'
import type { AgentViolation } from './hub-counters.ts'
import type { Intake, IntakeSource } from './intake.ts'

export type Hello = Extract<AgentMessage, { type: 'hello' }>

/** What a connection tells the hub. */
export interface ConnectionEvents {
  /** Nothing else is told before the promise has resolved. */
  hello(connection: AgentConnection, hello: Hello): Promise<void>
  message(connection: AgentConnection, message: Exclude<AgentMessage, { type: 'hello' | 'clock' }>): void
  clock(connection: AgentConnection, answer: ClockAnswer): void
  /** @returns whether the agent may send packets of the job; `late` when it was told a moment ago that it need not */
  mayPack(connection: AgentConnection, job: string): boolean | 'late'
  packets(connection: AgentConnection, frame: AgentFrame): Promise<void>
  samples(connection: AgentConnection, records: Uint8Array): void
  violation(connection: AgentConnection, violation: AgentViolation): void
  closed(connection: AgentConnection): void
}

export interface ConnectionLimits {
  readonly helloMs: number
  /** Cost of messages in a second: 1 for each, and 1 for each 4 KiB of text, which has to be parsed. */
  readonly costPerSecond: number
  /** Bytes that wait for an agent that does not read. */
  readonly unsentBytes: number
}

export interface ConnectionDependencies {
  readonly events: ConnectionEvents
  readonly intake: Intake
  readonly limits: ConnectionLimits
  /** Milliseconds since 1970, with fractions. */
  readonly preciseNow: () => number
}

/** Questions for the agent's clock that can be without an answer. */
const maxClockQuestions = 8
const textBytesPerCost = 4096
/** What a frame costs beside its bytes, so that empty ones are bounded too. */
const frameOverhead = 1024
/** How long the other side has to answer a close. */
const closeMs = 1000

export class AgentConnection implements IntakeSource {
  /** Id of the agent. */
  readonly agent: string
  readonly address: string
  /** When the last message or pong came, by the monotonic clock. */
  heardAt = performance.now()
  readonly #socket: WebSocket
  readonly #deps: ConnectionDependencies
  readonly #orders = new Map<string, FrameOrder>()
  readonly #pending = new Set<Promise<unknown>>()
  readonly #clockQuestions = new Set<number>()
  readonly #helloTimer: NodeJS.Timeout
  #phase: 'opened' | 'greeted' | 'ready' | 'closed' = 'opened'
  #second = 0
  #cost = 0
  #rateTimer: NodeJS.Timeout | undefined

  constructor(socket: WebSocket, { agent, address }: { readonly agent: string; readonly address: string }, deps: ConnectionDependencies) {
    this.agent = agent
    this.address = address
    this.#socket = socket
    this.#deps = deps
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary))
    socket.on('pong', () => (this.heardAt = performance.now()))
    socket.on('error', (error) => this.#fault(error))
    socket.on('close', () => this.#closed())
    this.#helloTimer = setTimeout(() => this.#violate('no_hello'), deps.limits.helloMs)
  }

  get isReady(): boolean {
    return this.#phase === 'ready'
  }

  /** Whether nothing is read from it at the moment, so that silence says nothing. */
  get isPaused(): boolean {
    return this.#socket.isPaused
  }

  send(message: ServerMessage): void {
    this.sendText(JSON.stringify(message))
  }

  /** @param message JSON of a ServerMessage */
  sendText(message: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    if (this.#socket.bufferedAmount > this.#deps.limits.unsentBytes) return this.#socket.terminate()
    this.#socket.send(message)
  }

  ping(): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping()
  }

  askClock(): void {
    if (this.#clockQuestions.size >= maxClockQuestions) return
    const server = this.#deps.preciseNow()
    this.#clockQuestions.add(server)
    this.send({ type: 'clock', server })
  }

  /** Resolves when the listener has finished with all that this connection has brought. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#pending)
  }

  /** Nothing is told of it from now on but that it is closed. */
  close(code: number, reason: string): void {
    if (this.#phase === 'closed') return
    this.#end()
    this.#socket.resume()
    this.#socket.close(code, reason)
    setTimeout(() => this.#socket.terminate(), closeMs).unref()
    this.#deps.events.closed(this)
  }

  terminate(): void {
    this.#socket.terminate()
  }

  pause(): void {
    this.#socket.pause()
  }

  /** Reads on, unless it has still to wait for another reason. */
  resume(): void {
    if (this.#rateTimer === undefined && !this.#deps.intake.isWaiting(this)) this.#socket.resume()
  }

  #closed(): void {
    if (this.#phase === 'closed') return
    this.#end()
    this.#deps.events.closed(this)
  }

  #end(): void {
    this.#phase = 'closed'
    clearTimeout(this.#helloTimer)
    clearTimeout(this.#rateTimer)
    this.#rateTimer = undefined
    this.#deps.intake.forget(this)
  }

  /** Errors of the network end in `close`; those that the agent has made are its violations, closed by ws with their code. */
  #fault(error: Error): void {
    const code = 'code' in error ? String(error.code) : ''
    if (this.#phase === 'closed' || !code.startsWith('WS_ERR')) return
    this.#deps.events.violation(this, code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' ? 'too_large' : 'bad_websocket')
    this.close(agentCloseCodes.protocol, 'not a WebSocket')
  }

  #violate(violation: AgentViolation): void {
    if (this.#phase === 'closed') return
    this.#deps.events.violation(this, violation)
    this.close(agentCloseCodes.protocol, violation)
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#phase === 'closed') return
    this.heardAt = performance.now()
    // The binary type of the server's sockets is nodebuffer, the default: one Buffer for each message.
    const bytes = data as Buffer
    this.#pace(isBinary ? 1 : 1 + bytes.length / textBytesPerCost)
    if (isBinary) this.#frame(bytes)
    else this.#text(bytes)
  }

  /** Stops reading until the next second when this one has seen enough. */
  #pace(cost: number): void {
    const second = Math.floor(performance.now() / 1000)
    if (second !== this.#second) this.#cost = 0
    this.#second = second
    this.#cost += cost
    if (this.#cost < this.#deps.limits.costPerSecond || this.#rateTimer !== undefined) return
    this.pause()
    this.#rateTimer = setTimeout(
      () => {
        this.#rateTimer = undefined
        this.resume()
      },
      (second + 1) * 1000 - performance.now(),
    )
  }

  #text(bytes: Buffer): void {
    let json: unknown
    try {
      json = JSON.parse(bytes.toString())
    } catch {
      return this.#violate('not_json')
    }
    const { data: message } = agentMessage.safeParse(json)
    if (message === undefined) return this.#violate('unknown_message')
    if (message.type === 'hello') return this.#hello(message)
    if (this.#phase === 'opened') return this.#violate('no_hello')
    if (message.type === 'clock') return this.#clock(message)
    if (this.#phase !== 'ready') return this.#violate('no_hello')
    if (message.type === 'progress' && !this.#mayPack(message.job)) return
    this.#deps.events.message(this, message)
  }

  #hello(hello: Hello): void {
    if (this.#phase !== 'opened') return this.#violate('second_hello')
    if (hello.protocol !== agentProtocolVersion) {
      const reason = `this server speaks version ${agentProtocolVersion} of the protocol, the agent ${hello.protocol}`
      return this.close(agentCloseCodes.wrongVersion, reason)
    }
    this.#phase = 'greeted'
    clearTimeout(this.#helloTimer)
    void this.#greet(hello)
  }

  async #greet(hello: Hello): Promise<void> {
    await this.#deps.events.hello(this, hello)
  }

  /** The hub has answered the hello: everything else may come. */
  ready(): void {
    if (this.#phase === 'greeted') this.#phase = 'ready'
  }

  #clock({ server, agent }: { readonly server: number; readonly agent: number }): void {
    if (!this.#clockQuestions.delete(server)) return this.#violate('unasked_clock')
    this.#deps.events.clock(this, { asked: server, agent, answered: this.#deps.preciseNow() })
  }

  /** @returns false when the message is to be passed over, or was a violation */
  #mayPack(job: string): boolean {
    const may = this.#deps.events.mayPack(this, job)
    if (may === false) this.#violate('unknown_job')
    return may === true
  }

  #frame(message: Buffer): void {
    if (this.#phase !== 'ready') return this.#violate('no_hello')
    const frame = readAgentFrame(message)
    if (frame === undefined) return this.#violate('bad_frame')
    if (!areRecords(frame.records)) return this.#violate('bad_records')
    if (frame.kind === 'samples') return this.#deps.events.samples(this, frame.records)
    if (this.#mayPack(frame.job)) this.#packets(frame, message.length + frameOverhead)
  }

  #packets(frame: AgentFrame, cost: number): void {
    let order = this.#orders.get(frame.job)
    if (order === undefined) this.#orders.set(frame.job, (order = new FrameOrder()))
    if (!order.accept(frame.frame)) return this.#violate('missing_frame')
    this.#deps.intake.take(this, cost)
    const pending = this.#keep(frame, order).finally(() => {
      this.#pending.delete(pending)
      this.#deps.intake.release(this, cost)
    })
    this.#pending.add(pending)
  }

  async #keep(frame: AgentFrame, order: FrameOrder): Promise<void> {
    try {
      await this.#deps.events.packets(this, frame)
    } catch {
      // The hub has counted it and told the log. The agent sends it again after the next connection.
      return this.close(1013, 'packets could not be kept')
    }
    const upTo = order.keep(frame.frame)
    if (upTo !== undefined && this.#phase === 'ready') this.send({ type: 'kept', job: frame.job, frame: upTo })
  }

  /** The job is over for both sides. */
  forget(job: string): void {
    this.#orders.delete(job)
  }
}

/** Whether the bytes are whole packet records, so that nobody behind the hub meets others. */
function areRecords(bytes: Uint8Array): boolean {
  try {
    readPacketRecords(bytes, () => undefined)
    return true
  } catch (error) {
    if (error instanceof WireError) return false
    throw error
  }
}
