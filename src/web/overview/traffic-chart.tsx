// The chart itself, in a part of the bundle of its own: Kumo's time series with only what it needs of ECharts.
import { ChartPalette, TimeseriesChart } from '@cloudflare/kumo/components/chart'
import { LineChart } from 'echarts/charts'
import { AriaComponent, BrushComponent, GridComponent, ToolboxComponent, TooltipComponent } from 'echarts/components'
import * as echarts from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { useEffect, useMemo, useRef } from 'react'
import type { Metric } from '../api/flow-groups.ts'
import { messages } from '../messages.ts'
import { useChartName } from '../chart/use-chart-name.ts'
import { useTheme } from '../shell/theme.tsx'
import { figuresOf, type Point } from '../view/series.ts'
import { formatDayTime, formatRate, formatTick } from '../view/units.ts'

let registered = false

/** ECharts keeps its parts in a global list; once is enough, and not before a chart is really drawn. */
function registerParts(): typeof echarts {
  if (!registered) {
    echarts.use([LineChart, GridComponent, TooltipComponent, BrushComponent, ToolboxComponent, AriaComponent, CanvasRenderer])
    registered = true
  }
  return echarts
}

export interface TrafficChartProps {
  /** Undefined while loading. */
  readonly points: readonly Point[] | undefined
  /** The stretch that the axis shows, in milliseconds since 1970, also where there are no points. */
  readonly start: number
  readonly end: number
  /** From here on the line is dashed: its last bucket is still filling. */
  readonly incomplete: number | undefined
  readonly metric: Metric
  readonly height: number
  readonly onZoom: (from: number, to: number) => void
}

// A drag of a few pixels is a click that slipped, not a wish to see ten seconds.
const leastZoom = 10_000

function describe(points: readonly Point[] | undefined, metric: Metric): string {
  const figures = figuresOf(points ?? [])
  const first = points?.[0]
  const last = points?.at(-1)
  if (figures === undefined || first === undefined || last === undefined) return ''
  const range = messages.overview.fixedRange(formatDayTime(first[0]), formatDayTime(last[0]))
  return messages.chart.description(formatRate(figures.mean, metric), formatRate(figures.peak, metric), range)
}

export function TrafficChart({ points, start, end, incomplete, metric, height, onZoom }: TrafficChartProps) {
  const { dark } = useTheme()
  const chart = useRef<echarts.ECharts | null>(null)
  const library = useMemo(() => registerParts(), [])
  const span = (end - start) / 1000
  const data = useMemo(
    () => [{ name: messages.chart.series[metric], color: ChartPalette.categorical(0, dark), data: [...(points ?? [])] }],
    [points, metric, dark],
  )
  // Kumo merges its options into these: a fixed axis, and no morphing of the line when it moves on by a second,
  // and no labels over each other on narrow screens.
  useEffect(() => {
    const xAxis = { min: start, max: end, axisLabel: { hideOverlap: true } }
    chart.current?.setOption({ animation: false, xAxis, yAxis: { min: 0 } }, { lazyUpdate: true })
  }, [start, end])
  const description = describe(points, metric)
  const box = useChartName(description)
  const formats = useMemo(
    () => ({ tick: (time: number) => formatTick(time, span), value: (value: number) => formatRate(value, metric) }),
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
        loading={points === undefined}
        isDarkMode={dark}
        gradient
        xAxisTickFormat={formats.tick}
        yAxisTickFormat={formats.value}
        tooltipValueFormat={formats.value}
        tooltipFollowCursor="x"
        onTimeRangeChange={zoom}
        ariaDescription={description}
        {...(incomplete === undefined ? {} : { incomplete: { after: incomplete } })}
      />
    </div>
  )
}
