// An edge agent without an edge: speaks the protocol with a listening server, and does with a job what a test says.
import { WebSocket } from 'ws'
import { writeFrameHeader } from '../../capture/agent-frame.ts'
import type { FirewallOrderList } from '../../capture/agent-links.ts'
import { insertAgent } from '../../capture/hub/enrolments.ts'
import { someFacts } from '../../capture/testing/hub-scene.ts'
import { viewOf } from '../../capture/testing/numbered-packets.ts'
import { agentFrame, agentProtocolVersion, agentSocketPath, serverMessage, type ServerMessage } from '../../contract/agent-protocol.ts'
import { noCaptureProgress, type CaptureJob, type CaptureProgress } from '../../contract/capture.ts'
import type { FirewallOrder, FirewallOrderState } from '../../contract/firewall.ts'
import { PacketRecordWriter } from '../../wire/packet-record.ts'
import type { TestServer } from './test-server.ts'

function orderState({ id, action }: FirewallOrder, counters: Partial<FirewallOrderState>): FirewallOrderState {
  return { id, state: 'active', action, error: null, packets: 0, bytes: 0, dropped_packets: 0, dropped_bytes: 0, ...counters }
}

/** Bytes of each packet that it makes up. */
const packetBytes = 100

export class TestAgent {
  readonly id: string
  /** Jobs that it was told, in order. */
  readonly jobs: CaptureJob[] = []
  /** Jobs that it was told to stop. */
  readonly stopped: string[] = []
  /** Lists of firewall rules that it was told, in order. */
  readonly orders: FirewallOrderList[] = []
  /** Numbers of the frames that the server has kept, by job. */
  readonly kept = new Map<string, number>()
  readonly #socket: WebSocket
  readonly #frames = new Map<string, number>()
  readonly #packets = new Map<string, number>()
  #welcomed: () => void = () => undefined

  private constructor(id: string, socket: WebSocket) {
    this.id = id
    this.#socket = socket
    // One Buffer a message, as ws gives it unless told otherwise.
    socket.on('message', (data) => this.#take(serverMessage.parse(JSON.parse((data as Buffer).toString()))))
  }

  /** Enrols one and lets it connect. @param account number of the account */
  static async connect(server: TestServer, name: string, colo: string, account = 1): Promise<TestAgent> {
    const { context } = server
    const { id, token } = await insertAgent(context.state, { account, name, colo, facts: null }, context.clock.now())
    await context.agents.changed(id)
    const url = server.url.replace('http:', 'ws:') + agentSocketPath
    const socket = new WebSocket(url, { headers: { authorization: `Bearer ${token}` } })
    const agent = new TestAgent(id, socket)
    await new Promise<void>((resolve, reject) => {
      agent.#welcomed = resolve
      // Nothing may go before the hello, not even an answer to what the server asks first.
      socket.once('open', () =>
        agent.#send({ type: 'hello', protocol: agentProtocolVersion, facts: { ...someFacts, hostname: name }, running: [] }),
      )
      socket.once('close', (code) => reject(new Error(`the hub has closed the connection with ${code}`)))
      socket.once('error', reject)
    })
    return agent
  }

  close(): void {
    this.#socket.terminate()
  }

  /** Sends so many packets of a job in one frame. */
  packets(job: string, count: number): void {
    const writer = new PacketRecordWriter(count * (packetBytes + 64))
    const from = this.#packets.get(job) ?? 0
    for (let number = from; number < from + count; number++) {
      const packet = viewOf(number, packetBytes)
      writer.append(packet, { masked: false, sampling: 1 })
    }
    this.#packets.set(job, from + count)
    const frame = (this.#frames.get(job) ?? 0) + 1
    this.#frames.set(job, frame)
    const message = new Uint8Array(agentFrame.headerBytes + writer.length)
    writeFrameHeader(message, { kind: 'packets', frame, job })
    message.set(writer.bytes.subarray(0, writer.length), agentFrame.headerBytes)
    this.#socket.send(message)
  }

  /** Tells how a job goes; packets and bytes are what it has sent. */
  progress(job: string, more: Partial<CaptureProgress> = {}): void {
    const packets = this.#packets.get(job) ?? 0
    this.#send({
      type: 'progress',
      job,
      progress: { ...noCaptureProgress, state: 'capturing', packets, bytes: packets * packetBytes, ...more },
    })
  }

  /** Tells of the rules of its newest list. @param counters of each */
  filters(counters: Partial<FirewallOrderState> = {}): void {
    const { sequence = 0, rules = [] } = this.orders.at(-1) ?? {}
    const states = rules.map((order) => orderState(order, counters))
    this.#send({ type: 'firewall_state', firewall: { sequence, rules: states, seen_packets: 0, spared_packets: 0 } })
  }

  done(job: string, more: Partial<CaptureProgress> = {}): void {
    this.progress(job, { state: 'done', end: 'packets', ...more })
  }

  #take(message: ServerMessage): void {
    if (message.type === 'welcome') this.#welcomed()
    if (message.type === 'job') this.jobs.push(message.job)
    if (message.type === 'stop') this.stopped.push(message.job)
    if (message.type === 'firewall') this.orders.push(message)
    if (message.type === 'kept') this.kept.set(message.job, message.frame)
    if (message.type === 'clock') this.#send({ type: 'clock', server: message.server, agent: Date.now() })
  }

  #send(message: object): void {
    this.#socket.send(JSON.stringify(message))
  }
}
