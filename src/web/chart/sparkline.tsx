// A line of traffic as small as a word: no axis, only its course. Figures and words beside it say the rest.
import { useMemo } from 'react'
import type { Point } from '../view/series.ts'

// Units of the drawing, stretched to the size of its place.
const width = 100
const height = 24
// More points than this cannot be told apart; each is then the greatest of its neighbours, so that a spike stays one.
const mostPoints = 60

function thinned(points: readonly Point[]): readonly Point[] {
  const step = Math.ceil(points.length / mostPoints)
  if (step <= 1) return points
  const rows: Point[] = []
  for (let index = 0; index < points.length; index += step) {
    const part = points.slice(index, index + step)
    rows.push([part[0]?.[0] ?? 0, Math.max(...part.map(([, value]) => value))])
  }
  return rows
}

function pathOf(points: readonly Point[]): string {
  const shown = thinned(points)
  const peak = Math.max(...shown.map(([, value]) => value), 1)
  const from = shown[0]?.[0] ?? 0
  const span = Math.max(1, (shown.at(-1)?.[0] ?? 0) - from)
  const at = ([time, value]: Point) =>
    `${(((time - from) / span) * width).toFixed(1)},${(height - 1 - (value / peak) * (height - 2)).toFixed(1)}`
  return `M${shown.map(at).join('L')}`
}

interface SparklineProps {
  /** Undefined while loading. */
  readonly points: readonly Point[] | undefined
  readonly className?: string
}

export function Sparkline({ points, className = '' }: SparklineProps) {
  const path = useMemo(() => (points === undefined || points.length < 2 ? '' : pathOf(points)), [points])
  return (
    <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" className={`block ${className}`} aria-hidden>
      {path !== '' && (
        <>
          <path d={`${path}L${width},${height}L0,${height}Z`} className="fill-kumo-info/15" stroke="none" />
          <path
            d={path}
            fill="none"
            className="stroke-kumo-info"
            strokeWidth={1.5}
            vectorEffect="non-scaling-stroke"
            strokeLinejoin="round"
          />
        </>
      )}
    </svg>
  )
}
