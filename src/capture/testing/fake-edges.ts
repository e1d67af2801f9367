// Edge agents that behave: they capture what a test says, hold frames until these are kept, come back after a cut, end alone.
import { noCaptureProgress, type CaptureEnd, type CaptureJob, type CaptureProgress } from '../../contract/capture.ts'
import type { AgentFirewallState } from '../../contract/firewall.ts'
import { packetRecordBytes, PacketRecordWriter } from '../../wire/packet-record.ts'
import type { AgentLinks, AgentListener, FirewallListener, FirewallOrderList, LinkedAgent } from '../agent-links.ts'
import { numberedPacket } from './numbered-packets.ts'

/** A packet that an agent has captured; its number is in its bytes. */
export interface EdgePacket {
  readonly number: number
  readonly agent: string
  readonly job: string
  /** ms since 1970 by the clock of the lab. */
  readonly time: number
  /** The server has said that it is kept. */
  kept: boolean
}

interface EdgeFrame {
  readonly number: number
  readonly records: Uint8Array
  readonly packets: readonly EdgePacket[]
}

class EdgeJob {
  readonly job: CaptureJob
  frames: EdgeFrame[] = []
  sent = 0
  nextFrame = 1
  packets = 0
  bytes = 0
  end: CaptureEnd | null = null
  constructor(job: CaptureJob) {
    this.job = job
  }

  progress(changes: Partial<CaptureProgress> = {}): CaptureProgress {
    const state = this.end === null ? 'capturing' : this.end === 'failed' ? 'failed' : 'done'
    return { ...noCaptureProgress, state, packets: this.packets, bytes: this.bytes, end: this.end, ...changes }
  }
}

const edgePacketBytes = 60
/** Behind the headers of IP and UDP. */
const numberAt = 28
const template = numberedPacket(0, edgePacketBytes)

class FakeEdge {
  readonly id: string
  readonly name: string
  readonly colo: string
  readonly clockOffsetMs: number
  readonly jobs = new Map<string, EdgeJob>()
  /** Firewall rules that it was told last, over connections, but not over a restart. */
  orders: FirewallOrderList | null = null
  isConnected = false
  constructor({ id, name, colo, clockOffsetMs }: Pick<FakeEdge, 'id' | 'name' | 'colo' | 'clockOffsetMs'>) {
    this.id = id
    this.name = name
    this.colo = colo
    this.clockOffsetMs = clockOffsetMs
  }
}

export class FakeEdges implements AgentLinks {
  /** All that was captured, by number. */
  readonly packets: EdgePacket[] = []
  readonly edges: readonly FakeEdge[]
  readonly assigned: { readonly agent: string; readonly job: CaptureJob }[] = []
  readonly forgotten: string[] = []
  #listener: AgentListener | undefined
  #firewall: FirewallListener | undefined
  readonly #sending = new Set<Promise<void>>()

  /** @param clockOffsets ms that the clock of each agent is ahead */
  constructor(clockOffsets: readonly number[]) {
    this.edges = clockOffsets.map((clockOffsetMs, index) => {
      const id = (index + 0xe1).toString(16).padStart(32, '0')
      return new FakeEdge({ id, name: `edge${index + 1}`, colo: `ord0${index + 1}`, clockOffsetMs })
    })
  }

  agents(account: number): readonly LinkedAgent[] {
    return account === 1 ? this.edges.map((edge) => linked(edge)) : []
  }

  assign(agent: string, job: CaptureJob): boolean {
    const edge = this.edge(agent)
    if (!edge.isConnected) return false
    edge.jobs.set(job.id, new EdgeJob(job))
    this.assigned.push({ agent, job })
    return true
  }

  stop(agent: string, job: string): void {
    const running = this.edge(agent).isConnected ? this.edge(agent).jobs.get(job) : undefined
    if (running) running.end ??= 'stopped'
  }

  forget(agent: string, job: string): void {
    if (this.edge(agent).isConnected && this.edge(agent).jobs.delete(job)) this.forgotten.push(`${agent} ${job}`)
  }

  filter(agent: string, orders: FirewallOrderList): boolean {
    const edge = this.edge(agent)
    if (!edge.isConnected) return false
    edge.orders = orders
    return true
  }

  listen(listener: AgentListener): void {
    this.#listener = listener
  }

  listenFirewall(listener: FirewallListener): void {
    this.#firewall = listener
  }

  edge(agent: string): FakeEdge {
    const edge = this.edges.find(({ id }) => id === agent)
    if (!edge) throw new Error(`there is no edge ${agent}`)
    return edge
  }

  connect(edge: FakeEdge): void {
    if (edge.isConnected || !(this.#listener ?? this.#firewall)) return
    edge.isConnected = true
    // What was on the way is sent again.
    for (const job of edge.jobs.values()) job.sent = 0
    this.#listener?.connected(linked(edge), [...edge.jobs.keys()])
    this.#firewall?.connected(linked(edge))
  }

  cut(edge: FakeEdge): void {
    if (!edge.isConnected) return
    edge.isConnected = false
    this.#listener?.disconnected(linked(edge))
    this.#firewall?.disconnected(linked(edge))
  }

  /** The agent starts anew: what it had not sent is gone. */
  restart(edge: FakeEdge): void {
    this.cut(edge)
    edge.jobs.clear()
    edge.orders = null
    this.connect(edge)
  }

  /** The server is gone: nobody hears that the connections end. */
  loseServer(): void {
    this.#listener = undefined
    this.#firewall = undefined
    for (const edge of this.edges) edge.isConnected = false
  }

  /** Captures packets, one each millisecond, as far as the limits of the job allow. */
  capture(edge: FakeEdge, job: string, { count, from }: { readonly count: number; readonly from: number }): void {
    const running = edge.jobs.get(job)
    if (!running || running.end !== null) return
    const writer = new PacketRecordWriter(count * packetRecordBytes(edgePacketBytes))
    const packets: EdgePacket[] = []
    for (let index = 0; index < count && running.end === null; index++) {
      const packet = { number: this.packets.length, agent: edge.id, job, time: from + index, kept: false }
      this.packets.push(packet)
      packets.push(packet)
      append(writer, packet.number, packet.time + edge.clockOffsetMs)
      running.packets++
      running.bytes += edgePacketBytes
      if (running.packets === running.job.packet_limit) running.end = 'packets'
    }
    if (packets.length > 0) running.frames.push({ number: running.nextFrame++, records: writer.take(), packets })
  }

  end(edge: FakeEdge, job: string, end: CaptureEnd): void {
    const running = edge.jobs.get(job)
    if (running) running.end ??= end
  }

  /** Sends what was not sent over this connection. Who waits for it to be kept waits for `settled`. */
  send(edge: FakeEdge): void {
    if (!edge.isConnected) return
    for (const [id, job] of edge.jobs) {
      for (const frame of job.frames.slice(job.sent)) {
        job.sent++
        const sending = this.#send(edge, id, frame).finally(() => this.#sending.delete(sending))
        this.#sending.add(sending)
      }
    }
  }

  tell(edge: FakeEdge, changes?: Partial<CaptureProgress>): void {
    if (edge.isConnected) for (const [id, job] of edge.jobs) this.#listener?.progress(linked(edge), id, job.progress(changes))
  }

  /** What it says of its firewall rules. */
  tellFirewall(edge: FakeEdge, state: AgentFirewallState): void {
    if (edge.isConnected) this.#firewall?.state(linked(edge), state)
  }

  async settled(): Promise<void> {
    while (this.#sending.size > 0) await Promise.all(this.#sending)
  }

  async #send(edge: FakeEdge, id: string, frame: EdgeFrame): Promise<void> {
    const listener = this.#listener
    if (!listener) return
    const job = edge.jobs.get(id)
    try {
      await listener.packets(linked(edge), id, frame.number, frame.records)
    } catch {
      return this.cut(edge)
    }
    // Of a connection that has ended meanwhile the agent does not hear it.
    if (listener !== this.#listener || !edge.isConnected || job !== edge.jobs.get(id) || job?.frames[0]?.number !== frame.number) return
    job.frames.shift()
    job.sent--
    for (const packet of frame.packets) packet.kept = true
  }
}

function append(writer: PacketRecordWriter, number: number, time: number): void {
  const bytes = Buffer.from(template)
  bytes.writeUInt32BE(number, numberAt)
  const view = { seconds: Math.floor(time / 1000), nanoseconds: (time % 1000) * 1_000_000, wireLength: bytes.length, bytes }
  writer.append({ ...view, ethernet: false, superPacket: false, start: 0, end: bytes.length }, { masked: false, sampling: 1 })
}

function linked(edge: FakeEdge): LinkedAgent {
  return {
    id: edge.id,
    account: 1,
    name: edge.name,
    colo: edge.colo,
    connected: edge.isConnected,
    clockOffsetMs: edge.clockOffsetMs,
    clockErrorMs: 0.5,
    address: null,
    facts: null,
    alwaysOnSampling: 0,
  }
}
