// A bound on calls to somebody else's API: a burst at once, then so many a second; who comes later waits in turn.

export interface CallBudgetConfig {
  /** Calls that can be made at once after a pause. */
  readonly burst: number
  readonly perSecond: number
}

export class CallBudget {
  readonly #config: CallBudgetConfig
  #due = Number.NEGATIVE_INFINITY

  constructor(config: CallBudgetConfig) {
    this.#config = config
  }

  /**
   * Takes a place for one call.
   * @param now ms of a clock that only goes forward
   * @returns how long to wait until it may be made, ms
   */
  take(now: number): number {
    const { burst, perSecond } = this.#config
    const gap = 1000 / perSecond
    // Calls are due one gap apart; those of a burst are made before they are due.
    this.#due = Math.max(this.#due + gap, now)
    return Math.max(0, this.#due - now - (burst - 1) * gap)
  }
}
