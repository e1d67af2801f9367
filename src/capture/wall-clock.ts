// The time of day in fractions of a millisecond, for comparing the clocks of hosts. Date.now() knows whole ones only.

/** How long an anchor is used. The monotonic clock is slewed together with the time of day; what parts them is a step. */
const anchoredMs = 10_000
/** Between the two clocks lies less, or it is tried again. */
const exactMs = 0.1
const attempts = 5

export class WallClock {
  #anchoredAt = -Infinity
  #offset = 0

  /** Milliseconds since 1970. Blocks for a millisecond, on a busy host for some, once in 10 s. */
  now(): number {
    if (performance.now() - this.#anchoredAt > anchoredMs) this.#anchor()
    return performance.now() + this.#offset
  }

  /** Waits for the moment at which Date.now() goes on, which is exact, unless the process has to wait in between. */
  #anchor(): void {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const before = Date.now()
      let after = before
      let read = 0
      while (after === before) {
        read = performance.now()
        after = Date.now()
      }
      this.#anchoredAt = performance.now()
      this.#offset = after - read
      if (this.#anchoredAt - read < exactMs) return
    }
  }
}
