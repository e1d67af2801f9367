// What the collectors count for rules: traffic by rule and second, spread over the time that each flow covers.
import type { Rule } from './rule.ts'

/**
 * Traffic that one collector thread has counted since it last told. It adds to what was told before: records that come
 * late and cover past seconds raise those seconds again.
 */
export interface RuleCounts {
  readonly thread: number
  /** No flow that is received from now on is counted to a later second than the next one; whole seconds up to this one are over. */
  readonly closed: number
  /** Ids of the rules that had traffic. */
  readonly rules: readonly string[]
  /** First second of the arrays, seconds since 1970, and how many seconds they hold. */
  readonly from: number
  readonly seconds: number
  /** Estimated bytes and packets towards the rule's prefixes: index rule × seconds + (second − from). */
  readonly bytes: Float64Array
  readonly packets: Float64Array
}

/** What the detector needs from the collectors. */
export interface RuleCounting {
  /** Replaces the rules that are counted; takes effect within the next second. */
  watch(rules: readonly Rule[]): void
  /** Calls back for every message of a thread. One listener. */
  onRuleCounts(listener: (counts: RuleCounts) => void): void
}
