// Whether the times of flows can be right, and how far the exporter's clock is from ours.
import type { FlowBatch } from '../../contract/flow-batch.ts'
import type { TimeFacts } from './sender-facts.ts'

const word = 0x1_0000_0000
const year2000 = Date.UTC(2000, 0, 1)
const hour = 3_600_000
/** Clocks that count whole seconds for the start and milliseconds for the end differ by less. */
const reversedBy = 1000
/** Datagrams whose clock is compared: the latest. */
const clocksKept = 64

export class TimeTally {
  #examined = 0
  #before2000 = 0
  #reversed = 0
  #far = 0
  #farthestMs = 0
  readonly #clocks: number[] = []

  /** @param exportMs the exporter's clock when it sent */
  note(batch: FlowBatch, row: number, exportMs: number): void {
    const { flow_start, flow_end } = batch.columns
    const start = flow_start[row * 2] + flow_start[row * 2 + 1] * word
    const end = flow_end[row * 2] + flow_end[row * 2 + 1] * word
    this.#examined++
    if (start < year2000 || end < year2000) return void this.#before2000++
    if (end < start - reversedBy) this.#reversed++
    const away = end - exportMs
    if (Math.abs(away) > hour || exportMs - start > 24 * hour) this.#far++
    if (Math.abs(away) > Math.abs(this.#farthestMs)) this.#farthestMs = away
  }

  /** @param skewMs the exporter's clock minus ours at a datagram */
  noteClock(skewMs: number): void {
    this.#clocks.push(skewMs)
    if (this.#clocks.length > clocksKept) this.#clocks.shift()
  }

  facts(): TimeFacts {
    return {
      examined: this.#examined,
      before2000: this.#before2000,
      reversed: this.#reversed,
      far: this.#far,
      farthestMs: this.#farthestMs,
    }
  }

  clockMs(): number | null {
    const sorted = this.#clocks.toSorted((a, b) => a - b)
    return sorted[sorted.length >> 1] ?? null
  }
}
