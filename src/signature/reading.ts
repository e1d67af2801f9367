// Reads a feed once and tells how far it is. A file that ends inside a packet is read as far as it goes.
import type { SignatureInput, SignaturePhase, SignatureProgress } from '../contract/signature.ts'
import { WireError } from '../contract/wire-errors.ts'
import type { FedPacket, PacketFeed } from './packet-feed.ts'

export interface DerivingWatch {
  readonly progress?: (progress: SignatureProgress) => void
  /** What it is aborted with is thrown. */
  readonly signal?: AbortSignal
}

/** Packets after which a reading looks at the signal. */
const lookAfter = 16_384

/** What one reading found, beside what `take` made of it. */
export interface ReadFeed {
  readonly input: Omit<SignatureInput, 'learnt_from'>
  /** Whether the file ends inside a packet. */
  readonly isTruncated: boolean
  /** Whether packets stand for different numbers of others. */
  readonly isSampled: boolean
}

export interface ReadingProgress {
  readonly phase: SignaturePhase
  /** The part of the phase that is this reading. */
  readonly from: number
  readonly to: number
  /** Packets of the phase that were read before. */
  readonly before: number
}

/** @throws WireError of the feed but for a file that is cut off; the signal's reason */
export async function readFeed(
  feed: PacketFeed,
  take: (packet: FedPacket) => void,
  { progress, signal }: DerivingWatch,
  { phase, from, to, before }: ReadingProgress,
): Promise<ReadFeed> {
  const input = new InputMeter()
  const told = (bytes: number) => {
    signal?.throwIfAborted()
    const share = feed.bytes === null || feed.bytes === 0 ? null : from + (to - from) * Math.min(1, bytes / feed.bytes)
    progress?.({ phase, share, packets: before + input.packets })
  }
  told(0)
  let leftOut = 0
  let isTruncated = false
  try {
    leftOut = await feed.each((packet) => {
      if (input.packets % lookAfter === 0) signal?.throwIfAborted()
      input.add(packet)
      take(packet)
    }, told)
  } catch (error) {
    if (!(error instanceof WireError) || error.code !== 'truncated' || input.packets === 0) throw error
    isTruncated = true
  }
  return { input: input.facts(feed.name, leftOut), isTruncated, isSampled: input.isSampled }
}

class InputMeter {
  packets = 0
  #bytes = 0
  #cut = 0
  #first = Infinity
  #last = -Infinity
  #leastSampling = Infinity
  #mostSampling = 0

  get isSampled(): boolean {
    return this.#mostSampling > this.#leastSampling
  }

  add({ wireLength, cut, seconds, nanoseconds, sampling }: FedPacket): void {
    this.packets++
    this.#bytes += wireLength
    if (cut) this.#cut++
    this.#leastSampling = Math.min(this.#leastSampling, sampling)
    this.#mostSampling = Math.max(this.#mostSampling, sampling)
    // 0 is what a file has that tells no times.
    if (seconds === 0) return
    const ms = seconds * 1000 + nanoseconds / 1_000_000
    this.#first = Math.min(this.#first, ms)
    this.#last = Math.max(this.#last, ms)
  }

  facts(name: string, leftOut: number): Omit<SignatureInput, 'learnt_from'> {
    const time = (ms: number) => (Number.isFinite(ms) ? new Date(ms).toISOString() : null)
    return {
      name,
      packets: this.packets,
      bytes: this.#bytes,
      left_out: leftOut,
      first_at: time(this.#first),
      last_at: time(this.#last),
      cut: this.#cut,
    }
  }
}
