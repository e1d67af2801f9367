// The sink of captures that the server keeps: packets become records, records become frames of the outbox.
import type { CaptureJob, CaptureObject } from '../../contract/capture.ts'
import { packetRecordBytes, PacketRecordWriter, type PacketMarks } from '../../wire/packet-record.ts'
import type { PacketSink, PacketView } from '../packet-sink.ts'
import type { FrameOutbox } from './frame-outbox.ts'

/** Room for two packets of the longest kind; at 160 bytes a packet some 700 of them. */
const frameBytes = 131_072
/** How long a packet waits for others to fill the frame. */
const flushMs = 100
/** How long the server may be gone before what it has not got is given up. */
const patienceMs = 3_600_000

export class StreamSink implements PacketSink {
  onFailure: (error: Error) => void = () => undefined
  readonly #job: string
  readonly #marks: PacketMarks
  readonly #outbox: FrameOutbox
  readonly #writer = new PacketRecordWriter(frameBytes)
  #timer: NodeJS.Timeout | undefined

  constructor(job: Pick<CaptureJob, 'id' | 'sampling' | 'mask_payload'>, outbox: FrameOutbox) {
    this.#job = job.id
    this.#marks = { sampling: job.sampling, masked: job.mask_payload }
    this.#outbox = outbox
  }

  async open(): Promise<void> {
    this.#outbox.open(this.#job)
  }

  take(packet: PacketView): boolean {
    const bytes = packetRecordBytes(packet.end - packet.start)
    if (this.#outbox.room(this.#job) < this.#writer.length + bytes) return false
    if (!this.#writer.append(packet, this.#marks)) {
      this.#seal()
      this.#writer.append(packet, this.#marks)
    }
    this.#timer ??= setTimeout(() => this.#seal(), flushMs)
    return true
  }

  /** Resolves when the server has kept everything. */
  async finish(): Promise<readonly CaptureObject[]> {
    this.#seal()
    await this.#outbox.emptied(this.#job, patienceMs)
    return []
  }

  #seal(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#writer.length === 0) return
    this.#outbox.add(this.#job, this.#writer.bytes.subarray(0, this.#writer.length))
    this.#writer.clear()
  }
}
