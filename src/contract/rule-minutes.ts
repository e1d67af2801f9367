// What is kept of a rule's traffic by the minute, and how it is asked for: longer than flows are kept.

/** Traffic towards a rule's prefixes in one minute. */
export interface RuleMinute {
  readonly account: number
  /** Id of the rule, 32 hex digits. */
  readonly rule: string
  /** When the minute begins, seconds since 1970. */
  readonly minute: number
  /** Estimated sums. */
  readonly bytes: number
  readonly packets: number
  /** Largest second, per second. */
  readonly peak_bits: number
  readonly peak_packets: number
  /** Whether an incident of the rule was open in it: such minutes never say what is normal. */
  readonly incident: boolean
}

/** What was counted before this process began; rules that were deleted still have theirs. */
export interface RuleHistory {
  /**
   * Minutes of a rule, the oldest first. A minute without counting (the server was down) is left out.
   * @param from seconds since 1970; `to` is excluded
   */
  minutes(rule: string, from: number, to: number): Promise<readonly RuleMinute[]>
}
