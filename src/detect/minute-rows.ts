// A rule's traffic by the minute, as it is kept for months: told when a minute is over, and again when late records change it.
import type { Rule } from '../contract/rule.ts'
import type { RuleMinute } from '../contract/rule-minutes.ts'
import type { RuleSeconds } from './evaluator.ts'

interface Span {
  readonly from: number
  /** Excluded; null while the incident is open. */
  to: number | null
}

export class MinuteRows {
  /** First minute that was never told. */
  #next = 0
  /** Earliest second that has changed since its minute was told. */
  #changedFrom = Infinity
  #incidents: Span[] = []

  /** Traffic of a second has changed. */
  changed(second: number): void {
    if (second < this.#changedFrom) this.#changedFrom = second
  }

  /** @param from first second of which the traffic says nothing of what is normal */
  incidentOpened(from: number): void {
    this.#incidents.push({ from, to: null })
    this.changed(from)
  }

  incidentClosed(endedAt: number): void {
    const last = this.#incidents.at(-1)
    if (last === undefined) return
    last.to = endedAt
    this.changed(endedAt)
  }

  /**
   * Minutes to tell.
   * @param countedFrom first second that was counted: a minute with seconds before it is left out, it would look quiet
   * @param oldest first second that `seconds` still knows
   * @param until minutes that are over by the end of this second are told
   */
  take(
    rule: Rule,
    seconds: RuleSeconds,
    bounds: { readonly countedFrom: number; readonly oldest: number; readonly until: number },
  ): RuleMinute[] {
    const first = Math.max(bounds.countedFrom, bounds.oldest)
    const changed = Math.min(this.#changedFrom, this.#next === 0 ? first : this.#next)
    const rows: RuleMinute[] = []
    let minute = Math.max(Math.floor(changed / 60), Math.ceil(first / 60)) * 60
    for (; minute + 59 <= bounds.until; minute += 60) rows.push(this.#row(rule, seconds, minute))
    this.#next = Math.max(this.#next, minute)
    this.#changedFrom = Infinity
    this.#incidents = this.#incidents.filter(({ to }) => to === null || to > bounds.oldest)
    return rows
  }

  #row({ account, id }: Rule, seconds: RuleSeconds, minute: number): RuleMinute {
    const sums = { bits: 0, packets: 0, peak_bits: 0, peak_packets: 0 }
    for (let second = minute; second < minute + 60; second++) {
      const bits = seconds.bits(second)
      const packets = seconds.packets(second)
      sums.bits += bits
      sums.packets += packets
      sums.peak_bits = Math.max(sums.peak_bits, bits)
      sums.peak_packets = Math.max(sums.peak_packets, packets)
    }
    const { bits, packets, peak_bits, peak_packets } = sums
    const incident = this.#incidents.some(({ from, to }) => from < minute + 60 && (to === null || to > minute))
    return { account, rule: id, minute, bytes: bits / 8, packets, peak_bits, peak_packets, incident }
  }
}
