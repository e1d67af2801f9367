// The time that a request may take, shared by everything that is asked for it.

export class TimeBudget {
  readonly #until: number

  constructor(seconds: number) {
    this.#until = performance.now() + seconds * 1000
  }

  /** Limit for a query: what is left, a second at the least, so that the store is the one to say that it was too long. */
  upTo(seconds: number): { readonly timeoutSeconds: number } {
    return { timeoutSeconds: Math.max(1, Math.min(seconds, Math.floor(this.left))) }
  }

  /** Seconds, negative when there are none. */
  get left(): number {
    return (this.#until - performance.now()) / 1000
  }
}
