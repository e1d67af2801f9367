// Checks and hashes passwords: two at a time, and only so often for one name.
import { AttemptLimiter } from '../../base/attempt-limiter.ts'
import type { Clock } from '../../base/clock.ts'
import { hashPassword, isPassword } from '../../base/password-hash.ts'
import { ApiError } from '../../contract/api-errors.ts'

/** Ten mistakes in a row, then one try every ten seconds: 8640 guesses a day, however many addresses they come from. */
const attempts = { each: { burst: 10, perSecond: 0.1 }, all: { burst: 100, perSecond: 10 } }
/** The pool of libuv has four threads; files need some of them. */
const mostAtOnce = 2
/** A few seconds of work: whoever comes later had better come again. */
const mostWaiting = 16

interface KeyDerivation {
  readonly hashPassword: typeof hashPassword
  readonly isPassword: typeof isPassword
}

export interface PasswordsDependencies {
  readonly clock: Clock
  /** scrypt unless told. */
  readonly kdf?: KeyDerivation
}

export class Passwords {
  readonly #kdf: KeyDerivation
  readonly #limiter: AttemptLimiter
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor({ clock, kdf }: PasswordsDependencies) {
    this.#kdf = kdf ?? { hashPassword, isPassword }
    this.#limiter = new AttemptLimiter(attempts, { clock })
  }

  /** @throws ApiError too_many_requests */
  hash(password: string): Promise<string> {
    return this.#inTurn(() => this.#kdf.hashPassword(password))
  }

  /**
   * @param name whose password it is said to be: an e-mail address
   * @param stored null where nobody has that name, or no password: that takes as long
   * @throws ApiError rate_limited, too_many_requests
   */
  async matches(name: string, password: string, stored: string | null): Promise<boolean> {
    const seconds = this.#limiter.take(name)
    if (seconds > 0) throw new ApiError('rate_limited', { seconds })
    return await this.#inTurn(() => this.#kdf.isPassword(password, stored))
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < mostAtOnce) this.#running++
    else await this.#turn()
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      // The place is handed on.
      if (next) next()
      else this.#running--
    }
  }

  #turn(): Promise<void> {
    if (this.#waiting.length >= mostWaiting) throw new ApiError('too_many_requests', { seconds: 2 })
    return new Promise((resolve) => this.#waiting.push(resolve))
  }
}
