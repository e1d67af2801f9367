// By which factor flows are multiplied, and where the exporter told it.
import type { FlowBatch } from '../../contract/flow-batch.ts'
import { samplingSource } from '../../contract/flow-columns.ts'
import type { SamplingFacts, ToldBy } from './sender-facts.ts'

/** Different factors and unknown samplers that are named. */
const most = 8

const sourceNames: ReadonlyMap<number, ToldBy> = new Map([
  [samplingSource.record, 'record'],
  [samplingSource.options, 'options'],
  [samplingSource.header, 'header'],
])

export class SamplingTally {
  #examined = 0
  #told: Record<ToldBy, number> = { record: 0, options: 0, header: 0 }
  #untold = 0
  readonly #rates = new Set<number>()
  readonly #unknown = new Set<number>()
  #unknownSince = 0

  /**
   * @param sampler id that the record names, NaN without
   * @param now when it came, ms since 1970
   */
  note(batch: FlowBatch, row: number, sampler: number, now: number): void {
    this.#examined++
    const source = sourceNames.get(batch.columns.sampling_source[row])
    if (source !== undefined) {
      this.#told[source]++
      this.#noteRate(batch.columns.sampling_rate[row])
      return
    }
    this.#untold++
    // Sampler 0 is none.
    if (!(sampler > 0)) return
    if (this.#unknown.size < most) this.#unknown.add(sampler)
    this.#unknownSince ||= now
  }

  #noteRate(rate: number): void {
    if (this.#rates.size === 1 && this.#rates.has(rate)) return
    this.#rates.delete(rate)
    this.#rates.add(rate)
    const [oldest] = this.#rates
    if (this.#rates.size > most && oldest !== undefined) this.#rates.delete(oldest)
  }

  get hasUntold(): boolean {
    return this.#untold > 0
  }

  /** Options data told a rate: what was untold until now says nothing any more. */
  restart(): void {
    this.#examined = 0
    this.#told = { record: 0, options: 0, header: 0 }
    this.#untold = 0
    this.#unknown.clear()
    this.#unknownSince = 0
  }

  facts(): SamplingFacts {
    return {
      examined: this.#examined,
      told: { ...this.#told },
      untold: this.#untold,
      rates: [...this.#rates],
      unknownSamplers: [...this.#unknown],
      unknownSince: this.#unknownSince,
    }
  }
}
