// Frames of packets on the agent: held until the server has kept them, sent again after a reconnection, bounded in bytes.
import { agentFrame } from '../../contract/agent-protocol.ts'
import { writeFrameHeader } from '../agent-frame.ts'

export interface OutboxLimits {
  /** Bytes of frames that one job, and all together, can hold. */
  readonly jobBytes: number
  readonly allBytes: number
}

export const defaultOutboxLimits: OutboxLimits = { jobBytes: 16 * 1_048_576, allBytes: 64 * 1_048_576 }

/** What a frame costs beside its bytes: objects, so that small ones are bounded too. */
const frameOverhead = 256

interface HeldFrame {
  readonly number: number
  readonly message: Uint8Array
}

interface HeldJob {
  readonly frames: HeldFrame[]
  /** How many of them, from the first, this connection has got. */
  sent: number
  bytes: number
  /** Number of the next frame. */
  next: number
  /** Waits for the server to have kept all. */
  settle: ((error?: Error) => void) | undefined
}

export class FrameOutbox {
  readonly #limits: OutboxLimits
  readonly #jobs = new Map<string, HeldJob>()
  #bytes = 0
  #closed: Error | undefined
  /** Called when there is a frame to be sent. */
  onFrame: () => void = () => undefined

  constructor(limits: OutboxLimits) {
    this.#limits = limits
  }

  /** Bytes held, overheads included. */
  get bytes(): number {
    return this.#bytes
  }

  /** Bytes that the job can still hold. */
  room(job: string): number {
    const held = this.#jobs.get(job)?.bytes ?? 0
    return Math.min(this.#limits.jobBytes - held, this.#limits.allBytes - this.#bytes) - agentFrame.headerBytes - frameOverhead
  }

  open(job: string): void {
    this.#jobs.set(job, { frames: [], sent: 0, bytes: 0, next: 1, settle: undefined })
  }

  /** @param records are copied. Nothing happens for a job that is not open any more */
  add(job: string, records: Uint8Array): void {
    const held = this.#jobs.get(job)
    if (held === undefined) return
    const message = new Uint8Array(agentFrame.headerBytes + records.length)
    const number = held.next++
    writeFrameHeader(message, { kind: 'packets', frame: number, job })
    message.set(records, agentFrame.headerBytes)
    held.frames.push({ number, message })
    this.#count(held, message.length + frameOverhead)
    this.onFrame()
  }

  /** The next frame that this connection has not got; the jobs take turns. */
  next(): Uint8Array | undefined {
    for (const [job, held] of this.#jobs) {
      const frame = held.frames[held.sent]
      if (frame === undefined) continue
      held.sent++
      // Behind the others.
      this.#jobs.delete(job)
      this.#jobs.set(job, held)
      return frame.message
    }
    return undefined
  }

  /** A new connection: all that is held is sent again. */
  rewind(): void {
    for (const held of this.#jobs.values()) held.sent = 0
  }

  /** The server has kept the job's frames up to this one. */
  keep(job: string, upTo: number): void {
    const held = this.#jobs.get(job)
    if (held === undefined) return
    const first = held.frames[0]?.number ?? held.next
    const gone = held.frames.splice(0, Math.max(0, upTo - first + 1))
    held.sent = Math.max(0, held.sent - gone.length)
    for (const { message } of gone) this.#count(held, -message.length - frameOverhead)
    if (held.frames.length === 0) held.settle?.()
  }

  /**
   * Resolves when the server has kept all frames of the job.
   * @param patienceMs without a frame that is kept
   * @throws Error when the server does not take them, or the job was dropped
   */
  async emptied(job: string, patienceMs: number): Promise<void> {
    for (;;) {
      if (this.#closed !== undefined) throw this.#closed
      const held = this.#jobs.get(job)
      if (held === undefined || held.frames.length === 0) return
      const before = held.frames.length
      if (await this.#settled(held, patienceMs)) return
      if (held.frames.length === before) throw new Error(`the server has taken no packets for ${Math.round(patienceMs / 60_000)} minutes`)
    }
  }

  /** @returns false when the time is over first */
  async #settled(held: HeldJob, patienceMs: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined
    try {
      return await new Promise<boolean>((resolve, reject) => {
        held.settle = (error) => (error === undefined ? resolve(true) : reject(error))
        timer = setTimeout(() => resolve(false), patienceMs)
      })
    } finally {
      clearTimeout(timer)
      held.settle = undefined
    }
  }

  /** Nothing of the job is needed any more. @param reason for whoever waits for it; none when the server has said so */
  drop(job: string, reason?: Error): void {
    const held = this.#jobs.get(job)
    if (held === undefined) return
    this.#jobs.delete(job)
    this.#bytes -= held.bytes
    held.settle?.(reason)
  }

  /** Nothing is held any more. @param reason for those that wait, and will */
  close(reason: Error): void {
    this.#closed = reason
    for (const job of this.#jobs.keys()) this.drop(job, reason)
  }

  #count(held: HeldJob, bytes: number): void {
    held.bytes += bytes
    this.#bytes += bytes
  }
}
