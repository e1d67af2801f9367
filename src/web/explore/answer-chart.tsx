// The chart of an answer, in a part of the bundle of its own: bands on each other or lines, mirrored below the axis for the other direction.
import { TimeseriesChart } from '@cloudflare/kumo/components/chart'
import { LineChart } from 'echarts/charts'
import { AriaComponent, BrushComponent, GridComponent, ToolboxComponent, TooltipComponent } from 'echarts/components'
import * as echarts from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { useEffect, useMemo, useRef } from 'react'
import type { Metric } from '../api/flow-groups.ts'
import { useChartName } from '../chart/use-chart-name.ts'
import { useTheme } from '../shell/theme.tsx'
import { chartClock } from '../view/clock.ts'
import type { Band } from '../view/explore-chart.ts'
import { formatRate, formatTick } from '../view/units.ts'

let registered = false

/** ECharts keeps its parts in a global list; once is enough, and not before a chart is really drawn. */
function registerParts(): typeof echarts {
  if (!registered) {
    echarts.use([LineChart, GridComponent, TooltipComponent, BrushComponent, ToolboxComponent, AriaComponent, CanvasRenderer])
    registered = true
  }
  return echarts
}

export interface AnswerChartProps {
  readonly bands: readonly Band[]
  /** Lines instead of bands on each other. */
  readonly lines: boolean
  /** The stretch that the axis shows, in milliseconds since 1970. */
  readonly start: number
  readonly end: number
  readonly metric: Metric
  readonly height: number
  readonly description: string
  readonly onZoom: (from: number, to: number) => void
}

// A drag of a few pixels is a click that slipped, not a wish to see ten seconds.
const leastZoom = 10_000
// The series of an answer before, which may be more, go away with it.
const replaced = { replaceMerge: ['series'] }

/** What Kumo's chart of lines does not know: what stands on what, and how it is filled. */
function looks({ name, role }: Band, lines: boolean): object {
  const line = { name, type: 'line', showSymbol: false }
  if (role === 'ghost') return { ...line, lineStyle: { type: 'dashed', width: 1.5 } }
  return lines ? { ...line, lineStyle: { width: 1.5 } } : { ...line, stack: role, lineStyle: { width: 0.5 }, areaStyle: { opacity: 0.7 } }
}

export function AnswerChart({ bands, lines, start, end, metric, height, description, onZoom }: AnswerChartProps) {
  const { dark } = useTheme()
  const chart = useRef<echarts.ECharts | null>(null)
  const library = useMemo(() => registerParts(), [])
  const box = useChartName(description)
  const span = (end - start) / 1000
  const data = useMemo(() => bands.map(({ name, colour, points }) => ({ name, color: colour, data: [...points] })), [bands])
  const mirrored = bands.some(({ role }) => role === 'mirrored')
  // Kumo writes its options over these whenever something changes, so they are written after every time.
  useEffect(() => {
    const xAxis = { min: start, max: end, axisLabel: { hideOverlap: true } }
    const yAxis = mirrored ? { min: null } : { min: 0 }
    chart.current?.setOption(
      { ...chartClock, animation: false, xAxis, yAxis, series: bands.map((band) => looks(band, lines)) },
      { lazyUpdate: true },
    )
  })
  const formats = useMemo(
    () => ({ tick: (time: number) => formatTick(time, span), value: (value: number) => formatRate(Math.abs(value), metric) }),
    [span, metric],
  )
  const zoom = useMemo(
    () => (from: number, to: number) => {
      if (to - from >= leastZoom) onZoom(from, to)
    },
    [onZoom],
  )
  return (
    <div ref={box}>
      <TimeseriesChart
        ref={chart}
        echarts={library}
        data={data}
        height={height}
        isDarkMode={dark}
        xAxisTickFormat={formats.tick}
        yAxisTickFormat={formats.value}
        tooltipValueFormat={formats.value}
        tooltipFollowCursor="x"
        tooltipMaxItems={24}
        onTimeRangeChange={zoom}
        optionUpdateBehavior={replaced}
        ariaDescription={description}
      />
    </div>
  )
}
