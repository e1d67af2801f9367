// Captures whose packets a test makes, one by one, in place of the engine's.
import { noCaptureProgress, type CaptureEnd, type CaptureJob, type CaptureProgress } from '../../contract/capture.ts'
import type { RunningCapture } from '../agent/running-capture.ts'
import type { PacketSink, PacketView } from '../packet-sink.ts'

const packetBytes = 60

export class ScriptedCapture implements RunningCapture {
  readonly job: CaptureJob
  readonly done: Promise<CaptureProgress>
  /** Packets that the sink has given up. */
  refused = 0
  readonly #sink: PacketSink
  readonly #bytes = Buffer.alloc(packetBytes)
  #progress: CaptureProgress = { ...fresh }
  #ended = false
  #resolve: (progress: CaptureProgress) => void = () => undefined
  #deadline: NodeJS.Timeout | undefined

  constructor(job: CaptureJob, sink: PacketSink) {
    this.job = job
    this.#sink = sink
    this.done = new Promise((resolve) => {
      this.#resolve = resolve
    })
  }

  async start(): Promise<void> {
    await this.#sink.open()
    this.#progress = { ...this.#progress, state: 'capturing' }
    this.#deadline = setTimeout(() => void this.#finish('time'), this.job.time_limit * 1000)
  }

  /** Takes packets that hold the numbers `from` to `to`. */
  packets(from: number, to: number): void {
    for (let number = from; number <= to; number++) {
      this.#bytes.writeUInt32BE(number)
      if (!this.#sink.take(this.#view())) this.refused++
    }
    const packets = this.#progress.packets + to - from + 1
    this.#progress = { ...this.#progress, packets, bytes: packets * packetBytes }
  }

  async stop(): Promise<CaptureProgress> {
    await this.#finish('stopped')
    return this.done
  }

  async #finish(end: CaptureEnd): Promise<void> {
    if (this.#ended) return
    this.#ended = true
    clearTimeout(this.#deadline)
    this.#progress = { ...this.#progress, state: 'delivering', end }
    try {
      const objects = await this.#sink.finish()
      this.#progress = { ...this.#progress, state: 'done', objects }
    } catch (error) {
      this.#progress = { ...this.#progress, state: 'failed', end: 'failed', error: String(error) }
    }
    this.#resolve(this.#progress)
  }

  progress(): CaptureProgress {
    return this.#progress
  }

  #view(): PacketView {
    const bytes = this.#bytes
    return { seconds: 1, nanoseconds: 0, wireLength: packetBytes, ethernet: false, superPacket: false, bytes, start: 0, end: packetBytes }
  }
}

const fresh: CaptureProgress = { ...noCaptureProgress, state: 'starting' }

export function testJob(id: string, changes: Partial<CaptureJob> = {}): CaptureJob {
  return {
    id,
    filter: null,
    engine: 'nflog',
    hook: 'prerouting',
    interface: null,
    sampling: 1,
    snap_length: 160,
    link: 'raw',
    mask_payload: false,
    time_limit: 300,
    packet_limit: null,
    byte_limit: null,
    delivery: { kind: 'stream' },
    ...changes,
  }
}
