// What judges a rule: one implementation for each kind of rule, asked for every second that is over.
import type { AttackReport } from '../contract/attack-report.ts'
import type { IncidentMetric, IncidentPacket, IncidentVector } from '../contract/incident.ts'
import type { Rule } from '../contract/rule.ts'
import type { RuleHistory } from '../contract/rule-minutes.ts'

/** Traffic to a rule's prefixes by the second. Seconds out of its reach are 0. */
export interface RuleSeconds {
  /** Bits and packets of one second, thus also rates per second. */
  bits(second: number): number
  packets(second: number): number
}

/** What an evaluator judges by. Seconds are those since 1970. */
export interface Moment {
  readonly seconds: RuleSeconds
  /** The newest second that is over. */
  readonly newest: number
  /** Seconds up to this one are told nearly completely: records of some exporters come a minute after what they cover. */
  readonly settled: number
  /** The earliest second whose sums have changed since the last call, `newest` at the latest. */
  readonly changedFrom: number
  /**
   * First whole second that was counted for this rule without a gap until now. Earlier ones say nothing. It moves on when
   * the process stood still.
   */
  readonly countedFrom: number
  /** When the open incident of the rule began; null when none is open. */
  readonly incident: number | null
}

/** How a rule stands. */
export interface Verdict {
  /** Beyond its limit now, whether it has lasted or not. */
  readonly beyond: boolean
  /** First second beyond the limit, without a break until now; 0 when it is not and does not fire. */
  readonly since: number
  /** It has lasted: an incident is to be opened, with `since` as its start. Of no meaning while one is open. */
  readonly fires: boolean
  /** First second of the calm that has lasted until `settled`; null while there is none. The incident ends with it once it lasts. */
  readonly calmSince: number | null
  readonly metric: IncidentMetric
  /** Per second. */
  readonly limit: number
  readonly observed: number
  /** 0 to 1 while too little is known to judge, else null. */
  readonly learned: number | null
  readonly zscore: number | null
  readonly expected: number | null
  /** Where the kind of rule can tell them. */
  readonly vectors?: readonly IncidentVector[]
  /** CIDR text of what is attacked; all prefixes of the rule when left out. */
  readonly targets?: readonly string[]
  readonly packets?: readonly IncidentPacket[]
}

export interface Evaluator {
  judge(moment: Moment): Verdict
  /**
   * The rule was changed, not its prefixes and kind: what was learnt stays. Where this is missing the rule gets a new
   * evaluator.
   */
  change?(rule: Rule): void
  /** The incident is over: what lies before `endedAt` must not fire again. */
  closed(endedAt: number): void
  /**
   * What it must know after a restart, as JSON values; null for nothing, undefined when that has not changed since it
   * was asked last. Asked every few seconds.
   */
  remember(): unknown
  /**
   * What `remember` said in an earlier run of the server; called before the first `judge`. It comes from a file: an
   * implementation checks it.
   * @param until newest second that was judged then
   */
  recall(memory: unknown, until: number): void
  /** advanced_ddos: what a collector thread tells. */
  addReport?(report: AttackReport): void
  /**
   * Learns from minutes before `until`. Rejects when history cannot be read; the rule then learns from now on.
   * @param incident when the open incident of the rule began, null when there is none
   */
  prime?(history: RuleHistory, until: number, incident: number | null): Promise<void>
}
