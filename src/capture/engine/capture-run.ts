// One capture on one agent: packets from a source to a sink, with limits that hold to the packet, whoever else is there.
import type { CaptureEnd, CaptureJob, CaptureObject, CaptureProgress } from '../../contract/capture.ts'
import { maskPayload } from '../../wire/packet-mask.ts'
import type { PacketSink, PacketSource, PacketView } from '../packet-sink.ts'

export type CaptureRunPlan = Pick<CaptureJob, 'time_limit' | 'packet_limit' | 'byte_limit' | 'mask_payload'>

export interface CaptureRunDependencies {
  readonly source: PacketSource
  readonly sink: PacketSink
}

/** Of captureProgressSchema. */
const longestError = 2000

/** Ends after which packets that the kernel had already are still taken; after others the next packet is one too many. */
const orderlyEnds: ReadonlySet<CaptureEnd | null> = new Set([null, 'time', 'stopped'])

export class CaptureRun {
  readonly #plan: CaptureRunPlan
  readonly #source: PacketSource
  readonly #sink: PacketSink
  #state: CaptureProgress['state'] = 'waiting'
  #packets = 0
  #bytes = 0
  #deliveryDrops = 0
  #superPackets = 0
  #firstPacketAt: string | null = null
  #end: CaptureEnd | null = null
  #isFull = false
  #error: string | null = null
  #objects: readonly CaptureObject[] = []
  #timer: NodeJS.Timeout | undefined
  #requestEnd: () => void = () => undefined
  readonly #ending: Promise<void>
  #settle: (progress: CaptureProgress) => void = () => undefined
  /** Resolves, never rejects, with the last progress: its state is done or failed, and nothing of the capture is left on the host. */
  readonly done: Promise<CaptureProgress>

  constructor(plan: CaptureRunPlan, { source, sink }: CaptureRunDependencies) {
    this.#plan = plan
    this.#source = source
    this.#sink = sink
    this.#ending = new Promise((resolve) => {
      this.#requestEnd = resolve
    })
    this.done = new Promise((resolve) => {
      this.#settle = resolve
    })
  }

  /** Resolves when packets that come from now on are captured, or when that has failed, which `done` tells. */
  async start(): Promise<void> {
    // It was stopped before it began.
    if (this.#state !== 'waiting') return
    this.#state = 'starting'
    this.#sink.onFailure = (error) => this.#fail(error)
    try {
      await this.#sink.open()
      // It may have been stopped, or its bucket may have failed, in the meantime.
      if (this.#end === null) await this.#capture()
    } catch (error) {
      this.#fail(error)
    }
    void this.#ending.then(() => this.#finish())
  }

  /** Ends it; what was captured until now is delivered. @returns its last progress */
  async stop(end: CaptureEnd = 'stopped'): Promise<CaptureProgress> {
    this.#endBy(end)
    if (this.#state === 'waiting') this.#conclude()
    return await this.done
  }

  progress(): CaptureProgress {
    return {
      state: this.#state,
      packets: this.#packets,
      bytes: this.#bytes,
      kernel_drops: this.#source.counters().kernelDrops,
      delivery_drops: this.#deliveryDrops,
      super_packets: this.#superPackets,
      first_packet_at: this.#firstPacketAt,
      end: this.#end,
      error: this.#error,
      objects: this.#objects,
    }
  }

  async #capture(): Promise<void> {
    await this.#source.start(
      (packet) => this.#take(packet),
      (error) => this.#fail(error),
    )
    // Packets may have come, and reached a limit, before the promise did.
    if (this.#end !== null) return
    this.#state = 'capturing'
    // setTimeout goes by the monotonic clock. A day in ms is below its limit of 2³¹.
    this.#timer = setTimeout(() => this.#endBy('time'), this.#plan.time_limit * 1000)
  }

  #take(packet: PacketView): void {
    if (this.#isFull || !orderlyEnds.has(this.#end)) return
    const { packet_limit: packetLimit, byte_limit: byteLimit, mask_payload: isMasked } = this.#plan
    const length = packet.end - packet.start
    if (byteLimit !== null && this.#bytes + length > byteLimit) return this.#fill('bytes')
    if (isMasked) maskPayload(packet.bytes, packet.start, packet.end, packet.ethernet)
    if (!this.#sink.take(packet)) {
      this.#deliveryDrops++
      return
    }
    this.#firstPacketAt ??= timeText(packet)
    this.#packets++
    this.#bytes += length
    if (packet.superPacket) this.#superPackets++
    if (this.#packets === packetLimit) this.#fill('packets')
    else if (this.#bytes === byteLimit) this.#fill('bytes')
  }

  /** A limit is reached: no packet is taken any more, also of those that the kernel has already. */
  #fill(end: CaptureEnd): void {
    this.#isFull = true
    this.#endBy(end)
  }

  #fail(error: unknown): void {
    this.#error ??= (error instanceof Error ? error.message : String(error)).slice(0, longestError)
    this.#endBy('failed')
  }

  /** The first reason is the one that is told, but for failures. */
  #endBy(end: CaptureEnd): void {
    if (this.#state === 'done' || this.#state === 'failed') return
    if (this.#end === null || end === 'failed') this.#end = end
    clearTimeout(this.#timer)
    this.#requestEnd()
  }

  async #finish(): Promise<void> {
    await this.#attempt(() => this.#source.stop())
    this.#state = 'delivering'
    await this.#attempt(async () => {
      this.#objects = await this.#sink.finish()
    })
    this.#conclude()
  }

  #conclude(): void {
    this.#state = this.#end === 'failed' ? 'failed' : 'done'
    this.#settle(this.progress())
  }

  async #attempt(step: () => Promise<void>): Promise<void> {
    try {
      await step()
    } catch (error) {
      this.#fail(error)
    }
  }
}

/** RFC 3339 with microseconds. */
function timeText({ seconds, nanoseconds }: PacketView): string {
  const whole = new Date(seconds * 1000).toISOString().slice(0, -5)
  return `${whole}.${String(Math.floor(nanoseconds / 1000)).padStart(6, '0')}Z`
}
