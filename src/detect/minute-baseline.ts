// What a rule's traffic was in the last hours: means by the minute, their mean and how far they stray.

/** Minutes that say what is normal: 4 hours. */
export const baselineMinutes = 240

export class MinuteBaseline {
  /** Begins of the minutes, ascending, and the mean rate of each. */
  #minutes: number[] = []
  #rates: number[] = []
  #current = true
  #mean = 0
  #deviation = 0

  get count(): number {
    return this.#minutes.length
  }

  /** Begin of the newest minute, 0 while there is none. */
  get newest(): number {
    return this.#minutes.at(-1) ?? 0
  }

  get mean(): number {
    this.#work()
    return this.#mean
  }

  /** Standard deviation of the minutes. */
  get deviation(): number {
    this.#work()
    return this.#deviation
  }

  /** Adds a minute after all that are in. The oldest gives way. */
  push(minute: number, rate: number): void {
    this.#minutes.push(minute)
    this.#rates.push(rate)
    if (this.#minutes.length > baselineMinutes) {
      this.#minutes.shift()
      this.#rates.shift()
    }
    this.#current = false
  }

  /** Minutes from `from` on were told more of since. */
  revise(from: number, rate: (minute: number) => number): void {
    for (let index = this.#minutes.length - 1; index >= 0 && this.#minutes[index] + 60 > from; index--) {
      this.#rates[index] = rate(this.#minutes[index])
      this.#current = false
    }
  }

  /** Puts minutes of the past before those that are in; `minutes` ascending. */
  prepend(minutes: readonly (readonly [minute: number, rate: number])[]): void {
    const first = this.#minutes[0] ?? Infinity
    const older = minutes.filter(([minute]) => minute < first)
    this.#minutes = [...older.map(([minute]) => minute), ...this.#minutes].slice(-baselineMinutes)
    this.#rates = [...older.map(([, rate]) => rate), ...this.#rates].slice(-baselineMinutes)
    this.#current = false
  }

  #work(): void {
    if (this.#current) return
    const count = this.#rates.length
    let sum = 0
    for (const rate of this.#rates) sum += rate
    this.#mean = count === 0 ? 0 : sum / count
    let squares = 0
    for (const rate of this.#rates) squares += (rate - this.#mean) ** 2
    this.#deviation = count === 0 ? 0 : Math.sqrt(squares / count)
    this.#current = true
  }
}
