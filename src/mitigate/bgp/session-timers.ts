// Timers as a dependency, so that tests can let hours pass.

/** Ends a timer before its time; nothing happens when it is over. */
export type Cancel = () => void

export interface Timers {
  /** Calls `what` once. */
  after(ms: number, what: () => void): Cancel
}

export const systemTimers: Timers = {
  after(ms, what) {
    const timer = setTimeout(what, ms)
    return () => clearTimeout(timer)
  },
}

/** At most one of a kind at a time: setting it again begins anew. */
export class Alarm {
  readonly #timers: Timers
  #cancel: Cancel | undefined

  constructor(timers: Timers) {
    this.#timers = timers
  }

  get isSet(): boolean {
    return this.#cancel !== undefined
  }

  set(ms: number, what: () => void): void {
    this.clear()
    this.#cancel = this.#timers.after(ms, () => {
      this.#cancel = undefined
      what()
    })
  }

  clear(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }
}
