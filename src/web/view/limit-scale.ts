// How high a chart with the line of a limit reaches. Pure.
import type { Point } from './series.ts'

// A limit further away than this would press the traffic to the ground; the page then says so in words.
const farthest = 20
// Room for the line's label.
const headroom = 1.15

export interface LimitScale {
  /** Top of the value axis; null leaves it to the chart. */
  readonly top: number | null
  /** Whether the line of the limit fits. */
  readonly shown: boolean
}

export function scaleWith(lines: readonly (readonly Point[])[], limit: number | undefined): LimitScale {
  if (limit === undefined) return { top: null, shown: false }
  let peak = 0
  for (const points of lines) for (const [, value] of points) peak = Math.max(peak, value)
  if (peak > 0 && limit > peak * farthest) return { top: null, shown: false }
  return { top: peak < limit ? niceAbove(limit * headroom) : null, shown: true }
}

/** The next round figure, so that the axis ends with a round label. */
export function niceAbove(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(value))
  const step = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((factor) => factor * unit >= value) ?? 10
  return step * unit
}
