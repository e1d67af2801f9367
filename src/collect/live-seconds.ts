// Traffic by whole seconds of receive time, kept in a ring: the live edge of the graphs, which does not wait for the store.
import type { LiveSecond } from '../contract/collector-status.ts'

/** Seconds that are kept: an hour. */
const ringSeconds = 3600

/** One ring for an account. Sums of several threads are added up. */
export class LiveSeconds {
  readonly #times = new Float64Array(ringSeconds)
  readonly #bits = new Float64Array(ringSeconds)
  readonly #packets = new Float64Array(ringSeconds)
  readonly #flows = new Float64Array(ringSeconds)

  add(second: LiveSecond): void {
    const slot = second.time % ringSeconds
    if (this.#times[slot] !== second.time) {
      // A second older than the one in its slot is out of the ring's reach.
      if (this.#times[slot] > second.time) return
      this.#times[slot] = second.time
      this.#bits[slot] = 0
      this.#packets[slot] = 0
      this.#flows[slot] = 0
    }
    this.#bits[slot] = this.#bits[slot] + second.bits
    this.#packets[slot] = this.#packets[slot] + second.packets
    this.#flows[slot] = this.#flows[slot] + second.flows
  }

  /** `count` seconds up to and including `last`, oldest first; seconds without traffic are zero. */
  read(last: number, count: number): LiveSecond[] {
    const length = Math.min(count, ringSeconds)
    return Array.from({ length }, (_, index) => {
      const time = last - length + 1 + index
      const slot = time % ringSeconds
      if (this.#times[slot] !== time) return { time, bits: 0, packets: 0, flows: 0 }
      return { time, bits: this.#bits[slot], packets: this.#packets[slot], flows: this.#flows[slot] }
    })
  }
}
