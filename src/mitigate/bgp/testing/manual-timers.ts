// Time that moves only when a test says so: a clock and the timers that go by it.
import type { Clock } from '../../../base/clock.ts'
import type { Cancel, Timers } from '../session-timers.ts'

interface Pending {
  readonly at: number
  readonly what: () => void
}

export class ManualTimers implements Clock, Timers {
  #now = Date.UTC(2026, 0, 1)
  readonly #pending = new Set<Pending>()

  now(): number {
    return this.#now
  }

  /** Milliseconds until each of the timers that are set, in order. */
  get remaining(): number[] {
    return [...this.#pending].map(({ at }) => at - this.#now).sort((a, b) => a - b)
  }

  after(ms: number, what: () => void): Cancel {
    const timer = { at: this.#now + ms, what }
    this.#pending.add(timer)
    return () => this.#pending.delete(timer)
  }

  /** Lets time pass; timers end in their order, also those that are set on the way. */
  advance(ms: number): void {
    const end = this.#now + ms
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#pending.delete(next)
      this.#now = next.at
      next.what()
    }
    this.#now = end
  }

  #next(end: number): Pending | undefined {
    return [...this.#pending].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
  }
}
