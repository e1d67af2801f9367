// Which seconds are over: when every collector thread has said so, or when one has said nothing for too long.

export interface ThreadSecondsConfig {
  readonly threads: number
  readonly stuckMs?: number
  readonly startMs?: number
}

export class ThreadSeconds {
  readonly #config: Required<ThreadSecondsConfig>
  /** What each thread said last, and first. */
  readonly #closed = new Map<number, number>()
  readonly #first = new Map<number, number>()
  #startedAt = Infinity

  constructor(config: ThreadSecondsConfig) {
    this.#config = { stuckMs: 500, startMs: 10_000, ...config }
  }

  /** From now on words of threads are waited for. @param now ms since 1970 */
  begin(now: number): void {
    this.#startedAt = now
  }

  told(thread: number, closed: number): void {
    this.#closed.set(thread, closed)
    if (!this.#first.has(thread)) this.#first.set(thread, closed)
  }

  /** First second that all threads have counted whole: they say their first word while a second goes on that they have counted in part. */
  get countedFrom(): number {
    return Math.max(Math.floor(this.#startedAt / 1000) - 1, ...this.#first.values()) + 2
  }

  /** @returns the newest second that is over; null while the threads have not begun */
  over(now: number): number | null {
    const all = this.#closed.size >= this.#config.threads
    if (!all && now < this.#startedAt + this.#config.startMs) return null
    const byClock = Math.floor((now - this.#config.stuckMs) / 1000) - 1
    return Math.max(byClock, all ? Math.min(...this.#closed.values()) : 0)
  }
}
