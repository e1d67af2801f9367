// Moving and widening a fixed stretch of time.
import type { TimeChoice } from '../view/time-range.ts'

export type FixedTime = Extract<TimeChoice, { kind: 'fixed' }>

/** The same length, one length earlier (−1) or later (1), not into the future. */
export function shifted(time: FixedTime, direction: -1 | 1, now: number): FixedTime {
  const length = time.to - time.from
  const to = Math.min(time.to + direction * length, now)
  return { kind: 'fixed', from: to - length, to }
}

/** Twice the length around the same middle, not into the future. */
export function widened(time: FixedTime, now: number): FixedTime {
  const length = time.to - time.from
  const to = Math.min(time.to + length / 2, now)
  return { kind: 'fixed', from: to - 2 * length, to }
}
