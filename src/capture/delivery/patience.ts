// Tries again and again what fails for now, until nothing has succeeded for too long.
import { setTimeout as delay } from 'node:timers/promises'

export interface PatienceConfig {
  /** How long without any success. */
  readonly patienceMs: number
  readonly firstDelayMs: number
  readonly longestDelayMs: number
}

/** One for all requests of a delivery: the success of any shows that the others are worth another try. */
export class Patience {
  readonly #config: PatienceConfig
  readonly #lasting: (error: unknown) => boolean
  readonly #givenUp = new AbortController()
  #lastSuccess = performance.now()
  #failures = 0

  /** @param lasting whether an error stays however often it is tried */
  constructor(config: PatienceConfig, lasting: (error: unknown) => boolean) {
    this.#config = config
    this.#lasting = lasting
  }

  /** Failed attempts so far. */
  get failures(): number {
    return this.#failures
  }

  /** Ends all waiting: what fails from now on is not tried again. */
  giveUp(): void {
    this.#givenUp.abort()
  }

  /**
   * @param attempt gets the number of failed ones before it
   * @throws what the last attempt has thrown
   */
  async run<T>(attempt: (failed: number) => Promise<T>): Promise<T> {
    const began = performance.now()
    for (let failed = 0; ; failed++) {
      try {
        const answer = await attempt(failed)
        this.#lastSuccess = performance.now()
        return answer
      } catch (error) {
        this.#failures++
        const waited = performance.now() - Math.max(began, this.#lastSuccess)
        if (this.#lasting(error) || waited >= this.#config.patienceMs || this.#givenUp.signal.aborted) throw error
        await this.#pause(failed)
      }
    }
  }

  /** Twice as long each time, from half of it at random, so that agents that were cut off together do not return together. */
  async #pause(failed: number): Promise<void> {
    const { firstDelayMs, longestDelayMs } = this.#config
    const longest = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(failed, 20))
    const signal = this.#givenUp.signal
    // Rejects only when given up: the next attempt then is the last one.
    await delay(longest * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => {})
  }
}
