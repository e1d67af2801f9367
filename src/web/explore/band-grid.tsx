// The groups of an answer each in a chart of its own, all with the same scale: who moved when.
import { useMemo } from 'react'
import type { Metric } from '../api/flow-groups.ts'
import { exploreMessages } from '../messages/explore.ts'
import type { Band } from '../view/explore-chart.ts'
import { groupBands } from '../view/explore-pictures.ts'
import { formatRate, formatTick } from '../view/units.ts'

const text = exploreMessages.answer
const [width, height] = [240, 72]

export interface BandGridProps {
  readonly bands: readonly Band[]
  /** Milliseconds since 1970. */
  readonly start: number
  readonly end: number
  readonly metric: Metric
}

interface Scale {
  readonly start: number
  readonly end: number
  readonly most: number
}

/** An SVG path of the area between the points and the ground line. */
function area({ points }: Band, { start, end, most }: Scale): string {
  const [first] = points
  const last = points.at(-1)
  if (first === undefined || last === undefined) return ''
  const x = (time: number) => (((time - start) / Math.max(1, end - start)) * width).toFixed(1)
  const y = (value: number) => (height - (value / most) * (height - 2)).toFixed(1)
  return `M${x(first[0])},${height}${points.map(([time, value]) => `L${x(time)},${y(value)}`).join('')}L${x(last[0])},${height}Z`
}

function Cell({ band, scale, metric }: { readonly band: Band; readonly scale: Scale; readonly metric: Metric }) {
  const values = band.points.map(([, value]) => value)
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
  const figures = text.gridFigures(formatRate(mean, metric), formatRate(Math.max(0, ...values), metric))
  return (
    <li className="flex min-w-0 flex-col gap-1">
      <span className="truncate text-sm font-medium text-kumo-default" title={band.name}>
        {band.name}
      </span>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        className="h-18 w-full rounded-sm bg-kumo-recessed"
        role="img"
        aria-label={`${band.name}: ${figures}`}
      >
        <path d={area(band, scale)} fill={band.colour} fillOpacity={0.75} />
      </svg>
      <span className="text-sm text-kumo-subtle tabular-nums">{figures}</span>
    </li>
  )
}

export function BandGrid({ bands, start, end, metric }: BandGridProps) {
  const shown = useMemo(() => groupBands(bands), [bands])
  const most = Math.max(1, ...shown.flatMap(({ points }) => points.map(([, value]) => value)))
  const span = (end - start) / 1000
  return (
    <div className="flex flex-col gap-2">
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(200px,1fr))] gap-x-5 gap-y-4">
        {shown.map((band) => (
          <Cell key={band.name} band={band} scale={{ start, end, most }} metric={metric} />
        ))}
      </ul>
      <p className="text-sm text-kumo-subtle">{text.gridScale(formatTick(start, span), formatTick(end, span), formatRate(most, metric))}</p>
    </div>
  )
}
