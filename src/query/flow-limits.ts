// What a single question about flows may ask for.
import { filterRange, type FlowFilter } from './flow-filter.ts'
import { FlowQueryError } from './flow-query-error.ts'
import { tierLifetime, type Retention } from './flow-tiers.ts'
import type { TimeRange } from './time-ranges.ts'

export interface FlowLimits {
  readonly maxPageSize: number
  readonly maxNumberOfFields: number
  /** Seconds that a question can reach back. */
  readonly notOlderThan: number
  /** Seconds that its range can span. */
  readonly maxDuration: number
}

/** Clients compute "30 days ago" a moment before we look at the clock. */
const slackSeconds = 60

/** The limits that follow from how long flows are kept; the hour sums are kept the longest by default. */
export function flowLimits(retention: Retention): FlowLimits {
  const longest = Math.max(...(['raw', 'minute', 'hour'] as const).map((tier) => tierLifetime(tier, retention)))
  return { maxPageSize: 10_000, maxNumberOfFields: 100, notOlderThan: longest, maxDuration: longest }
}

/**
 * The receive times that a filter asks for, cut to what can be there.
 * @param now seconds since 1970
 * @throws FlowQueryError too_old, too_wide
 */
export function permittedRange(filter: FlowFilter, limits: FlowLimits, now: number): TimeRange {
  const range = filterRange(filter)
  if (range.from >= range.to) return range
  const oldest = Math.floor(now) - limits.notOlderThan
  if (range.from !== -Infinity && range.from < oldest - slackSeconds) {
    throw new FlowQueryError('too_old', { seconds: limits.notOlderThan })
  }
  const from = Math.max(range.from, oldest)
  const to = range.to === Infinity ? Math.max(Math.floor(now) + 1, from) : range.to
  if (to - from > limits.maxDuration + slackSeconds) {
    throw new FlowQueryError('too_wide', { seconds: limits.maxDuration })
  }
  return { from, to }
}
