// When what holds an advertisement lets go of it: lifetime, and calm by the signal of the cause. Pure.
import type { CauseRow, ReleaseKind } from './advertisement-rows.ts'
import { durationText } from './duration-text.ts'

export interface DueRelease {
  readonly kind: Extract<ReleaseKind, 'calm' | 'lifetime'>
  /** Sentence. */
  readonly why: string
}

/**
 * @param edgeCalmSince since when the edges have been calm, ms since 1970; only asked for signal `edge`
 * @param now ms since 1970
 * @returns undefined while it goes on holding
 */
export function dueRelease(cause: CauseRow, edgeCalmSince: () => number | undefined, now: number): DueRelease | undefined {
  if (Date.parse(cause.until) <= now) return { kind: 'lifetime', why: `until ${cause.until}, its longest time` }
  const since = calmSince(cause, edgeCalmSince)
  if (since === undefined || cause.hold_seconds === null || since + cause.hold_seconds * 1000 > now) return undefined
  return { kind: 'calm', why: `calm for ${durationText(cause.hold_seconds)}` }
}

function calmSince({ calm_since, signal }: CauseRow, edgeCalmSince: () => number | undefined): number | undefined {
  if (calm_since === null) return undefined
  const incident = Date.parse(calm_since)
  if (signal !== 'edge') return incident
  const edge = edgeCalmSince()
  return edge === undefined ? undefined : Math.max(incident, edge)
}

/** The last calm release of the same rule and route. */
export interface EarlierCalm {
  /** Milliseconds since 1970. */
  readonly releasedAt: number
  readonly holdSeconds: number
}

/** An attack that comes back within so many hold times was not over. */
const backWithinHolds = 4

/**
 * The hold time of a new cause: what is asked for, or twice the last one when the attack came back soon after it.
 * @param most seconds; what the rule asks for is kept even when it is more
 */
export function holdSeconds(asked: number, earlier: EarlierCalm | undefined, { now, most }: { now: number; most: number }): number {
  if (!earlier || now - earlier.releasedAt > backWithinHolds * earlier.holdSeconds * 1000) return asked
  return Math.max(asked, Math.min(2 * earlier.holdSeconds, most))
}
