// Sends an exact number of flow records at a steady rate: for tests and benchmarks.
import { planBlast, type BlastPlan, type BlastSums, type PlannedDatagram } from './blast-plan.ts'
import type { DatagramSender, SenderTarget } from './datagram-sender.ts'
import { restamps } from './exporters/create-exporter.ts'
import type { SimProtocol } from './exporters/exporter.ts'
import { openSender } from './open-sender.ts'
import { Pacer } from './pacer.ts'
import { addressBytes } from './prefix.ts'
import { setImmediate, setTimeout as delay } from 'node:timers/promises'

export interface BlastConfig extends SenderTarget {
  readonly protocol: SimProtocol
  /** Flow records in all. */
  readonly records: number
  /** Flow records a second; Infinity for as fast as possible. */
  readonly rate: number
  /** Sockets to send from, each with a source id and sequence numbers of its own: for receivers of several threads. */
  readonly streams?: number
  /** Rate that is told, 1 for none. The sums are as exported. */
  readonly sampling?: number
  readonly seed?: number
  /** Send by Node's sockets even where sendmmsg works. */
  readonly portable?: boolean
  readonly signal?: AbortSignal
}

export interface BlastResult extends BlastSums {
  /** From the first to the last datagram. */
  seconds: number
  /** Datagrams that the kernel refused at first; all were sent in the end. */
  sendErrors: number
}

/** Templates are told again after so many datagrams of a stream, for receivers that were restarted. */
const announceEvery = 4096
/** The exporter claims to run for a day, so that no flow began before it. */
const uptime = 86_400_000
/** Time between two groups in ms: below it Node's timers do not go, and the longest burst is 5 ms worth. */
const tick = 1
/** A group is one system call and one turn of a stream; sendmmsg takes 1024 at the most. */
const largestGroup = 256

/**
 * Sends and resolves with what was sent.
 * @throws Error when the addresses cannot be used or sending fails
 */
export async function blast(config: BlastConfig): Promise<BlastResult> {
  const now = Date.now()
  const exporter = {
    domain: 1,
    sampling: config.sampling ?? 1,
    bootedAt: now - uptime,
    agent: agentOf(config.from),
  }
  const plan = planBlast({ protocol: config.protocol, records: config.records, seed: config.seed ?? 1, exporter, now })
  const run = new BlastRun(config, plan, exporter.bootedAt)
  try {
    await run.open()
    return await run.send()
  } finally {
    run.close()
  }
}

/** The sender's address where that is known and IPv4 (restamping counts on it), otherwise the loopback address. */
function agentOf(from: string | undefined): Uint8Array {
  return addressBytes(from === undefined || from.includes(':') ? '127.0.0.1' : from)
}

interface Stream {
  readonly domain: number
  readonly sender: DatagramSender
  datagrams: number
  records: number
  untilAnnouncement: number
}

class BlastRun {
  private readonly config: BlastConfig
  private readonly plan: BlastPlan
  private readonly bootedAt: number
  private readonly view: DataView
  private readonly streams: Stream[] = []
  private readonly sums: BlastSums = { datagrams: 0, records: 0, bytes: 0, packets: 0 }
  private fullSent = 0
  private done = false

  constructor(config: BlastConfig, plan: BlastPlan, bootedAt: number) {
    this.config = config
    this.plan = plan
    this.bootedAt = bootedAt
    this.view = new DataView(plan.memory.buffer, plan.memory.byteOffset, plan.memory.length)
  }

  async open(): Promise<void> {
    const { portable = false, streams = 1 } = this.config
    for (let domain = 1; domain <= streams; domain++) {
      const sender = await openSender(this.config, this.plan.memory, portable)
      this.streams.push({ domain, sender, datagrams: 0, records: 0, untilAnnouncement: 0 })
    }
  }

  close(): void {
    for (const { sender } of this.streams) sender.close()
  }

  async send(): Promise<BlastResult> {
    const started = performance.now()
    const pacer = new Pacer(this.config.rate, started, this.plan.cycle[0]?.records)
    let groups = 0
    while (!this.done && !this.config.signal?.aborted) {
      const group = this.nextGroup(pacer)
      // The streams take turns, a group each.
      if (group.length > 0) await this.sendGroup(this.streams[groups++ % this.streams.length], group)
      // At full speed too, signals must get through.
      await (this.config.rate === Number.POSITIVE_INFINITY ? setImmediate() : delay(tick))
    }
    const sendErrors = this.streams.reduce((total, { sender }) => total + sender.errors, 0)
    return { ...this.sums, seconds: (performance.now() - started) / 1000, sendErrors }
  }

  /** Data datagrams that may be sent now. A whole datagram goes as soon as half of it is due. */
  private nextGroup(pacer: Pacer): PlannedDatagram[] {
    const { cycle, fullDatagrams, tail } = this.plan
    const group: PlannedDatagram[] = []
    let allowance = pacer.allowance(performance.now())
    // Never a datagram twice in a group: it is stamped in place.
    while (this.fullSent < fullDatagrams && group.length < Math.min(cycle.length, largestGroup)) {
      const datagram = cycle[this.fullSent % cycle.length]
      if (allowance < datagram.records / 2) break
      group.push(datagram)
      allowance -= datagram.records
      this.fullSent++
    }
    if (this.fullSent === fullDatagrams && allowance > 0) {
      this.done = true
      if (tail) group.push(tail)
    }
    pacer.took(group.reduce((total, { records }) => total + records, 0))
    return group
  }

  private async sendGroup(stream: Stream, group: PlannedDatagram[]): Promise<void> {
    stream.untilAnnouncement -= group.length
    const announced = stream.untilAnnouncement < 0
    const datagrams = announced ? [...this.plan.announcements, ...group] : group
    if (announced) stream.untilAnnouncement = announceEvery
    const restamp = restamps[this.config.protocol]
    const now = Date.now()
    for (const datagram of datagrams) {
      const { datagrams, records, domain } = stream
      restamp(this.view, datagram, { now, bootedAt: this.bootedAt, domain, datagrams, records })
      stream.datagrams++
      stream.records += datagram.counted
      this.sums.datagrams++
      this.sums.records += datagram.records
      this.sums.bytes += datagram.bytes
      this.sums.packets += datagram.packets
    }
    await stream.sender.send(datagrams)
  }
}
