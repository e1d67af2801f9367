// What is normal for one vector in one prefix: how much the busiest host, the busiest network and the whole usually get.

/** Rates per second of the busiest target of each level. */
export const normalLevels = { host: 0, network: 1, prefix: 2 } as const
export type NormalLevel = keyof typeof normalLevels

// Per level: packets slow, packets fast, bits slow, bits fast.
const perLevel = 4
export const normalNumbers = 3 * perLevel

/** The slow mean takes a rise in within ten minutes, and gives it up within four hours: it follows the busy hours. */
const slowRiseSeconds = 600
const slowFallSeconds = 4 * 3600
/** The fast mean follows a crowd that gathers within minutes. An attack is there within seconds. */
const fastSeconds = 60
/** So far above the slow mean the fast one is trusted: who grows slowly cannot grow for ever. */
const mostAboveSlow = 10
/** After so long an attack is no attack but the new normal. */
const longestFreezeSeconds = 6 * 3600

export class AttackNormal {
  readonly numbers: Float64Array
  #frozenSince = 0

  constructor(numbers: readonly number[] = []) {
    this.numbers = new Float64Array(normalNumbers)
    this.numbers.set(numbers.slice(0, normalNumbers))
  }

  /** Whether there is anything worth keeping: a packet a second. */
  get known(): boolean {
    return this.numbers.some((value) => value >= 1)
  }

  packets(level: NormalLevel): number {
    return this.#normal(normalLevels[level] * perLevel)
  }

  bits(level: NormalLevel): number {
    return this.#normal(normalLevels[level] * perLevel + 2)
  }

  #normal(at: number): number {
    const slow = this.numbers[at]
    return Math.max(slow, Math.min(this.numbers[at + 1], slow * mostAboveSlow))
  }

  /** Slow mean of packets for the whole prefix: for the usual proportion between vectors. */
  get usualPackets(): number {
    return this.numbers[normalLevels.prefix * perLevel]
  }

  /**
   * Takes a second in.
   * @param learnt seconds that were taken in before: the first ones count the more, though none so much that an attack at
   *   the start is normal at once
   */
  learn(level: NormalLevel, rate: { readonly packets: number; readonly bits: number }, learnt: number): void {
    const at = normalLevels[level] * perLevel
    this.#blend(at, rate.packets, learnt)
    this.#blend(at + 2, rate.bits, learnt)
  }

  #blend(at: number, value: number, learnt: number): void {
    const { numbers } = this
    const slowSeconds = value > numbers[at] ? slowRiseSeconds : slowFallSeconds
    numbers[at] += (value - numbers[at]) / Math.min(slowSeconds, Math.max(fastSeconds, learnt + 1))
    numbers[at + 1] += (value - numbers[at + 1]) / fastSeconds
  }

  /** Whether it is to learn in a second: not during an attack. */
  learns(second: number, attacked: boolean): boolean {
    if (!attacked) this.#frozenSince = 0
    else if (this.#frozenSince === 0) this.#frozenSince = second
    return this.#frozenSince === 0 || second - this.#frozenSince > longestFreezeSeconds
  }
}
