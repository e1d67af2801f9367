// The period before the one that is shown: where it lies, its line moved below the present one, the change in figures. Pure.
import type { Point } from './series.ts'
import type { TimeWindow } from './time-range.ts'

/** The stretch of the same length that ends where the window begins. */
export function windowBefore(window: TimeWindow): TimeWindow {
  const length = window.end - window.start
  return { ...window, start: window.start - length, end: window.start }
}

/** The points later by the length of the window, so that both lines lie over each other. */
export function movedOn(points: readonly Point[], length: number): Point[] {
  return points.map(([time, value]) => [time + length, value])
}

// Less than this is the noise of sampling and of whole buckets.
const noise = 0.05
// From here on a factor says more than a share.
const manifold = 3

export type Change =
  | { readonly kind: 'same' }
  | { readonly kind: 'more' | 'less'; readonly share: number }
  | { readonly kind: 'times'; readonly times: number }

const meanOf = (points: readonly Point[]) => points.reduce((sum, [, value]) => sum + value, 0) / points.length

/**
 * How the mean has changed, over the part of the period that both know: a present that is not over yet is compared with
 * as much of the past. Undefined where there is nothing to compare with.
 * @param before moved on already
 */
export function changeOf(present: readonly Point[], before: readonly Point[]): Change | undefined {
  const from = Math.max(present[0]?.[0] ?? Number.POSITIVE_INFINITY, before[0]?.[0] ?? Number.POSITIVE_INFINITY)
  const to = Math.min(present.at(-1)?.[0] ?? 0, before.at(-1)?.[0] ?? 0)
  const inBoth = (points: readonly Point[]) => points.filter(([time]) => time >= from && time <= to)
  const now = meanOf(inBoth(present))
  const then = meanOf(inBoth(before))
  if (Number.isNaN(now) || Number.isNaN(then) || then === 0) return undefined
  const ratio = now / then
  if (Math.abs(ratio - 1) < noise) return { kind: 'same' }
  if (ratio >= manifold) return { kind: 'times', times: ratio }
  return ratio > 1 ? { kind: 'more', share: ratio - 1 } : { kind: 'less', share: 1 - ratio }
}
