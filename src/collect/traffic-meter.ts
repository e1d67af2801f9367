// Adds up flows as they are decoded: estimated bits and packets of each router, and of each account by the second.
import type { FlowBatch } from '../contract/flow-batch.ts'
import type { Exporter } from './exporter.ts'
import type { LiveMessage } from './messages.ts'

const word = 0x1_0000_0000

type AccountSecond = LiveMessage['seconds'][number]

export class TrafficMeter {
  #second = 0
  #open = new Map<number, { bits: number; packets: number; flows: number }>()
  #closed: AccountSecond[] = []

  /** Counts rows `from` to `to` − 1, which belong to one router and have their sampling settled. */
  count(exporter: Exporter, batch: FlowBatch, from: number, to: number): void {
    const { bytes, packets, sampling_rate: rates } = batch.columns
    let estimatedBytes = 0
    let estimatedPackets = 0
    for (let row = from, w = from * 2; row < to; row++, w += 2) {
      const rate = rates[row]
      estimatedBytes += (bytes[w + 1] * word + bytes[w]) * rate
      estimatedPackets += (packets[w + 1] * word + packets[w]) * rate
    }
    exporter.bits += estimatedBytes * 8
    exporter.packets += estimatedPackets
    let second = this.#open.get(exporter.account)
    if (second === undefined) this.#open.set(exporter.account, (second = { bits: 0, packets: 0, flows: 0 }))
    second.bits += estimatedBytes * 8
    second.packets += estimatedPackets
    second.flows += to - from
  }

  /** Closes the open second when `now` (seconds) lies beyond it. To be called before rows of `now` are counted. */
  advance(now: number): void {
    if (now === this.#second) return
    for (const [account, sums] of this.#open) this.#closed.push({ account, time: this.#second, ...sums })
    this.#open.clear()
    this.#second = now
  }

  /** Takes the closed seconds. */
  take(): AccountSecond[] {
    const closed = this.#closed
    this.#closed = []
    return closed
  }
}
