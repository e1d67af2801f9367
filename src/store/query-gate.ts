// Lets a bounded number of queries run and a bounded number wait; the rest is turned away at once.

/** Both the running and the waiting places are taken. */
export class GateFullError extends Error {
  override readonly name = 'GateFullError'
}

export class QueryGate {
  readonly #running: number
  readonly #waiting: number
  #active = 0
  readonly #queue = new Set<() => void>()
  constructor(running: number, waiting: number) {
    this.#running = running
    this.#waiting = waiting
  }

  /**
   * Runs `work` when a place is free.
   * @throws GateFullError when no place to wait is free; the signal's reason when it is aborted while waiting
   */
  async pass<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.#enter(signal)
    try {
      return await work()
    } finally {
      this.#leave()
    }
  }

  async #enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (this.#active < this.#running) {
      this.#active++
      return
    }
    if (this.#queue.size >= this.#waiting) throw new GateFullError('too many queries are waiting')
    await new Promise<void>((resolve, reject) => {
      const leaveQueue = () => {
        this.#queue.delete(enter)
        reject(signal.reason as Error)
      }
      const enter = () => {
        signal.removeEventListener('abort', leaveQueue)
        resolve()
      }
      this.#queue.add(enter)
      signal.addEventListener('abort', leaveQueue, { once: true })
    })
  }

  /** The place goes to the one who waited longest, without becoming free in between. */
  #leave(): void {
    const [next] = this.#queue
    if (next === undefined) {
      this.#active--
      return
    }
    this.#queue.delete(next)
    next()
  }
}
