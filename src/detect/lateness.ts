// How late records tell of a rule's traffic, measured: at once with sFlow, up to the active timeout later with NetFlow.
import { lateSeconds, type SecondSums } from './second-ring.ts'

/** Upper bounds of the classes, seconds. The usual active timeouts are among them. */
const bounds = [1, 2, 5, 10, 15, 20, 30, 45, 60, 75, 90, 120, 180, 300, lateSeconds]

/** Class of each lateness. */
const classes = Uint8Array.from({ length: lateSeconds + 1 }, (_, late) => bounds.findIndex((bound) => late <= bound))

/** Of the bits, this share has come by then: the rest is no reason to wait with everything else. */
const settledShare = 0.95

/** Part that a minute leaves of older weights: half is forgotten after 5 minutes. */
const keptPerMinute = 0.5 ** (1 / 5)

/** Active timeouts are a minute or two: after these minutes each exporter has told at least once. */
const learntMinutes = 3

export class Lateness {
  readonly #weights = new Float64Array(bounds.length)
  /** What an earlier run of the server measured, until this one has measured for some minutes. */
  #known = 0
  #minutes = 0
  /** Seconds after which nearly all is told. */
  seconds = 0

  /** @param seconds what `seconds` said in an earlier run of the server */
  recall(seconds: number): void {
    this.#known = Math.min(Math.max(seconds, 0), lateSeconds)
    this.seconds = this.#known
  }

  /** @param late seconds from the end of a second until it was told */
  add(late: number, bits: number): void {
    this.#weights[classes[Math.min(Math.max(late, 0), lateSeconds)]] += bits
  }

  /**
   * The same of the seconds of `sums`.
   * @param newest second that is over
   */
  addAll({ from, seconds, bytes, start }: SecondSums, newest: number): void {
    for (let index = 0; index < seconds; index++) {
      const late = newest - from - index
      this.#weights[classes[late < 0 ? 0 : late > lateSeconds ? lateSeconds : late]] += bytes[start + index] * 8
    }
  }

  /** Forgets a little; to be called once a minute. */
  fade(): void {
    for (let index = 0; index < bounds.length; index++) this.#weights[index] *= keptPerMinute
    if (++this.#minutes === learntMinutes) this.#known = 0
  }

  /** Works `seconds` out anew. */
  settle(): void {
    let total = 0
    for (const weight of this.#weights) total += weight
    if (total === 0) return
    let reached = 0
    const index = this.#weights.findIndex((weight) => (reached += weight) >= total * settledShare)
    // The first class is what comes at once: a second of waiting would be added to every verdict.
    this.seconds = Math.max(this.#known, index <= 0 ? 0 : bounds[index])
  }
}
