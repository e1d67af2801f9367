// Adds up flows as they are decoded: estimated bits and packets of each router, by direction and interface too, and of each
// account by the second.
import type { FlowBatch } from '../contract/flow-batch.ts'
import type { Exporter } from './exporter.ts'
import type { LiveMessage } from './messages.ts'
import { TrafficPeriod } from './traffic-period.ts'

type AccountSecond = LiveMessage['seconds'][number]

export class TrafficMeter {
  readonly period = new TrafficPeriod()
  #second = 0
  #open = new Map<number, { bits: number; packets: number; flows: number }>()
  #closed: AccountSecond[] = []

  /** Counts rows `from` to `to` − 1, which belong to one router and have their sampling settled. */
  count(exporter: Exporter, batch: FlowBatch, from: number, to: number): void {
    this.period.count(exporter.address, batch, from, to)
    const { bytes: estimatedBytes, packets: estimatedPackets } = this.period
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
