// Traffic of an incident by steps: a second each at first, twice as long whenever there would be too many.
import type { IncidentPoint } from '../contract/incident.ts'

/** Points that are kept: 12 minutes by the second, a day by two minutes. */
export const maxPoints = 720

export class IncidentSeries {
  readonly #start: number
  #step: number
  #bits: number[] = []
  #packets: number[] = []

  /** @param start where the first step begins, seconds since 1970 */
  constructor(start: number, step = 1) {
    this.#start = start
    this.#step = step
  }

  /** A series as `points` told it. */
  static from(points: readonly IncidentPoint[], step: number): IncidentSeries {
    const series = new IncidentSeries(points[0].time, step)
    series.#bits = points.map(({ bits }) => bits * step)
    series.#packets = points.map(({ packets }) => packets * step)
    return series
  }

  get step(): number {
    return this.#step
  }

  add(second: number, bits: number, packets: number): void {
    if (second < this.#start) return
    const index = this.#reach(second)
    this.#bits[index] += bits
    this.#packets[index] += packets
  }

  /** Means of the steps that are over at the end of second `newest`; a step without traffic is 0. */
  points(newest: number): IncidentPoint[] {
    if (newest < this.#start) return []
    this.#reach(newest)
    const whole = Math.min(this.#bits.length, Math.floor((newest + 1 - this.#start) / this.#step))
    return Array.from({ length: whole }, (_, index) => ({
      time: this.#start + index * this.#step,
      bits: this.#bits[index] / this.#step,
      packets: this.#packets[index] / this.#step,
    }))
  }

  /** Makes the step of a second. @returns its index */
  #reach(second: number): number {
    while (this.#indexOf(second) >= maxPoints) this.#coarsen()
    const index = this.#indexOf(second)
    while (this.#bits.length <= index) {
      this.#bits.push(0)
      this.#packets.push(0)
    }
    return index
  }

  #indexOf(second: number): number {
    return Math.floor((second - this.#start) / this.#step)
  }

  #coarsen(): void {
    this.#step *= 2
    this.#bits = inPairs(this.#bits)
    this.#packets = inPairs(this.#packets)
  }
}

function inPairs(sums: readonly number[]): number[] {
  return Array.from({ length: Math.ceil(sums.length / 2) }, (_, index) => sums[2 * index] + (sums[2 * index + 1] ?? 0))
}
