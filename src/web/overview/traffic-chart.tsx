// The chart itself, in a part of the bundle of its own: Kumo's time series with only what it needs of ECharts.
// Besides the traffic it draws the period before, what a rule counts, limits as lines, and marks of what happened.
import { ChartPalette, TimeseriesChart, type TimeseriesThreshold } from '@cloudflare/kumo/components/chart'
import { LineChart } from 'echarts/charts'
import { AriaComponent, BrushComponent, GridComponent, MarkLineComponent, ToolboxComponent, TooltipComponent } from 'echarts/components'
import * as echarts from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { useEffect, useMemo, useRef } from 'react'
import type { Metric } from '../api/flow-groups.ts'
import { messages } from '../messages.ts'
import { overviewMessages } from '../messages/overview.ts'
import { useChartName } from '../chart/use-chart-name.ts'
import { useTheme } from '../shell/theme.tsx'
import { joinMarks, markSteps, type ChartMark } from '../view/chart-marks.ts'
import { chartClock } from '../view/clock.ts'
import { niceAbove } from '../view/limit-scale.ts'
import { figuresOf, type Point } from '../view/series.ts'
import { formatDayTime, formatRate, formatTick } from '../view/units.ts'

let registered = false

/** ECharts keeps its parts in a global list; once is enough, and not before a chart is really drawn. */
function registerParts(): typeof echarts {
  if (!registered) {
    const components = [GridComponent, TooltipComponent, BrushComponent, ToolboxComponent, AriaComponent, MarkLineComponent]
    echarts.use([LineChart, ...components, CanvasRenderer])
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
  /** The period before, moved below the present one; empty for none. */
  readonly previous: readonly Point[]
  /** What a rule counts of it. */
  readonly own: { readonly name: string; readonly color: string; readonly points: readonly Point[] } | undefined
  readonly limits: readonly TimeseriesThreshold[]
  readonly marks: readonly ChartMark[]
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

// Series that are no longer drawn go; without this ECharts keeps them. Drawn at once: until then a new series has no data, and a
// pointer that moves meanwhile makes ECharts ask it for some.
const replaced = { notMerge: false, lazyUpdate: false, replaceMerge: 'series' }
// With this many ticks Kumo has no marks left to join by itself: joinMarks has done it. The axis has as many as fit.
const ticks = markSteps + 1
const labels = 8
// Room for the label of the highest limit.
const headroom = 1.1

/** The lines, the present one first. */
function useLines({ points, previous, own, metric }: TrafficChartProps, dark: boolean) {
  return useMemo(() => {
    const series = [{ name: messages.chart.series[metric], color: ChartPalette.categorical(0, dark), data: [...(points ?? [])] }]
    if (own !== undefined) series.push({ name: own.name, color: own.color, data: [...own.points] })
    if (previous.length > 0) series.push({ name: overviewMessages.previous.name, color: dark ? '#737373' : '#a3a3a3', data: [...previous] })
    return series
  }, [points, previous, own, metric, dark])
}

/** Marks inside the time that is shown, those beside each other as one. */
function useMarkers({ marks, start, end }: TrafficChartProps, dark: boolean) {
  return useMemo(() => {
    const inside = marks.filter(({ time }) => time >= start && time <= end)
    return joinMarks(inside, end - start).map(({ time, label, description, calm }) => ({
      timestamp: time,
      label,
      description: description ?? '',
      color: calm === true ? ChartPalette.text('primary', dark) : ChartPalette.semantic('Attention', dark),
    }))
  }, [marks, start, end, dark])
}

const peakOf = (lines: readonly (readonly Point[])[]) =>
  lines.reduce((peak, line) => line.reduce((most, [, value]) => Math.max(most, value), peak), 0)

/** So high that the present and the limits fit: the period before may reach out of the picture, and presses nothing down. */
function topOf({ points, own, limits }: TrafficChartProps): number | null {
  const needed = Math.max(peakOf([points ?? [], own?.points ?? []]), ...limits.map(({ value }) => value))
  return needed > 0 ? niceAbove(needed * headroom) : null
}

export function TrafficChart(props: TrafficChartProps) {
  const { points, start, end, incomplete, metric, height, limits, onZoom } = props
  const { dark } = useTheme()
  const chart = useRef<echarts.ECharts | null>(null)
  const library = useMemo(() => registerParts(), [])
  const span = (end - start) / 1000
  const data = useLines(props, dark)
  const markers = useMarkers(props, dark)
  const top = topOf(props)
  // Kumo merges its options into these: a fixed axis, and no morphing of the line when it moves on by a second,
  // and no labels over each other on narrow screens.
  useEffect(() => {
    const xAxis = { min: start, max: end, splitNumber: labels, axisLabel: { hideOverlap: true } }
    // The period before lies behind, pale and without a surface.
    const pale = { name: overviewMessages.previous.name, z: 1, lineStyle: { width: 1, type: 'dotted' as const }, areaStyle: { opacity: 0 } }
    const series = props.previous.length > 0 ? [pale] : []
    chart.current?.setOption({ ...chartClock, animation: false, xAxis, yAxis: { min: 0, max: top }, series })
  })
  // By value: new objects that say the same are no reason to draw anew.
  const limitsKey = JSON.stringify(limits)
  const thresholds = useMemo(() => JSON.parse(limitsKey) as TimeseriesThreshold[], [limitsKey])
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
        thresholds={thresholds}
        markers={markers}
        xAxisTickCount={ticks}
        optionUpdateBehavior={replaced}
        onTimeRangeChange={zoom}
        ariaDescription={description}
        {...(incomplete === undefined ? {} : { incomplete: { after: incomplete } })}
      />
    </div>
  )
}
