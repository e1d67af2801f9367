// How far an agent's clock is from ours, from questions and answers over its connection (as NTP does, RFC 5905 §8).

/** Of so many answers the one with the shortest way counts: the others waited somewhere. */
const remembered = 8

export interface ClockAnswer {
  /** Our time when it was asked, ms since 1970. */
  readonly asked: number
  /** The agent's time when it answered. */
  readonly agent: number
  /** Our time when the answer came. */
  readonly answered: number
}

export class ClockOffset {
  readonly #answers: { readonly offsetMs: number; readonly errorMs: number }[] = []

  /** Answers so far, up to those that are remembered. */
  get answers(): number {
    return this.#answers.length
  }

  add({ asked, agent, answered }: ClockAnswer): void {
    const errorMs = Math.max(0, answered - asked) / 2
    this.#answers.push({ offsetMs: agent - (asked + errorMs), errorMs })
    if (this.#answers.length > remembered) this.#answers.shift()
  }

  /** Agent's clock minus ours, and half of the round trip that it was measured with; null before the first answer. */
  best(): { readonly offsetMs: number; readonly errorMs: number } | null {
    const [first, ...rest] = this.#answers
    return first === undefined ? null : rest.reduce((best, answer) => (answer.errorMs < best.errorMs ? answer : best), first)
  }
}
