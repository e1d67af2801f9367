// Traffic to the prefixes of each rule since the process began, from what the threads count for rules.
import type { Rule } from '../contract/rule.ts'
import type { RuleCounts } from '../contract/rule-counts.ts'

/** Rules with sums of their own; the rest is summed. */
const mostRules = 1000

/** Estimated; they only grow. */
interface Sums {
  bytes: number
  packets: number
}
type RuleTrafficSums = Readonly<Sums>

interface RuleTraffic {
  readonly rule: Rule
  readonly sums: RuleTrafficSums
}

export class RuleTotals {
  readonly #mostRules: number
  #rules = new Map<string, { readonly rule: Rule; readonly sums: Sums }>()
  #others: Sums | undefined

  /** @param most rules with sums of their own */
  constructor(most = mostRules) {
    this.#mostRules = most
  }

  /** Replaces all rules; those that stay keep their sums. */
  watch(rules: readonly Rule[]): void {
    const before = this.#rules
    // Those that have sums go first, so that none is ever reset by a new one.
    const known = rules.filter(({ id }) => before.get(id)?.sums !== this.#others && before.has(id))
    const next = new Map(known.map((rule) => [rule.id, { rule, sums: before.get(rule.id)?.sums ?? emptySums() }]))
    for (const rule of rules) {
      if (next.has(rule.id)) continue
      const own = next.size < this.#mostRules
      next.set(rule.id, { rule, sums: own ? emptySums() : (this.#others ??= emptySums()) })
    }
    this.#rules = next
  }

  /** Adds what a thread has counted. Counts of a rule that was deleted may be on their way. */
  add({ rules, seconds, bytes, packets }: RuleCounts): void {
    for (const [index, id] of rules.entries()) {
      const sums = this.#rules.get(id)?.sums
      if (sums === undefined) continue
      for (let at = index * seconds; at < (index + 1) * seconds; at++) {
        sums.bytes += bytes[at]
        sums.packets += packets[at]
      }
    }
  }

  /** Of the rules with sums of their own. */
  rules(): RuleTraffic[] {
    return [...this.#rules.values()].filter(({ sums }) => sums !== this.#others)
  }

  /** Of all other rules; undefined where there was never one. */
  others(): RuleTrafficSums | undefined {
    return this.#others
  }
}

function emptySums(): Sums {
  return { bytes: 0, packets: 0 }
}
