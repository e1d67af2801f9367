// Tells whether a router that used to send regularly has fallen silent.

/** Gaps that must have been seen before a router counts as one that sends regularly. */
const gapsToKnow = 4
/** Weight of a new gap in the usual one: about the last eight count. */
const weight = 1 / 8
/** Silent after so many usual gaps, and never before a minute. */
const usualGaps = 3
const silentAfterMs = 60_000

export class Silence {
  #lastSeen = 0
  #usualMs = 0
  #gaps = 0

  /** @param lastSeen when it sent last, milliseconds since 1970; may be told again and again */
  note(lastSeen: number): void {
    if (lastSeen <= this.#lastSeen) return
    if (this.#lastSeen > 0) {
      // An outage is no habit: a gap counts up to where silence would begin.
      const gap = Math.min(lastSeen - this.#lastSeen, this.#limit())
      this.#usualMs += (gap - this.#usualMs) * (this.#gaps === 0 ? 1 : weight)
      this.#gaps++
    }
    this.#lastSeen = lastSeen
  }

  #limit(): number {
    // Nothing is known of the first gaps: exporters send at least every hour.
    return this.#gaps < gapsToKnow ? 3_600_000 : Math.max(silentAfterMs, this.#usualMs * usualGaps)
  }

  isSilent(now: number): boolean {
    return this.#gaps >= gapsToKnow && now - this.#lastSeen > this.#limit()
  }
}
