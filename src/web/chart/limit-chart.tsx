// A chart of traffic with the line of a limit and marks of what happened, in a part of the bundle of its own.
import { ChartLegend, ChartPalette, TimeseriesChart } from '@cloudflare/kumo/components/chart'
import { LineChart } from 'echarts/charts'
import { AriaComponent, BrushComponent, GridComponent, MarkLineComponent, ToolboxComponent, TooltipComponent } from 'echarts/components'
import * as echarts from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { useEffect, useMemo, useRef } from 'react'
import type { Metric } from '../api/flow-groups.ts'
import { useTheme } from '../shell/theme.tsx'
import { chartClock } from '../view/clock.ts'
import { joinMarks, markSteps, type ChartMark } from '../view/chart-marks.ts'
import { scaleWith } from '../view/limit-scale.ts'
import type { Point } from '../view/series.ts'
import { formatRate, formatTick } from '../view/units.ts'
import { useChartName } from './use-chart-name.ts'

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

export type LineRole = 'traffic' | 'secondary' | 'limit'

export interface ChartLine {
  readonly name: string
  readonly role: LineRole
  readonly points: readonly Point[]
}

export interface LimitChartProps {
  readonly lines: readonly ChartLine[]
  /** The stretch that the axis shows, in milliseconds since 1970. */
  readonly start: number
  readonly end: number
  readonly limit: { readonly value: number; readonly label: string } | undefined
  readonly marks: readonly ChartMark[]
  readonly metric: Metric
  readonly height: number
  readonly description: string
}

// Kumo draws marks that are closer than a tick of the axis as one, with a label of its own. With this many ticks it has
// nothing left to join: joinMarks has done it. The labels of the axis are as many as fit.
const ticks = markSteps + 1
const labels = 8

export function colourOf(role: LineRole, dark: boolean): string {
  if (role === 'limit') return ChartPalette.semantic('Attention', dark)
  return ChartPalette.categorical(role === 'traffic' ? 0 : 4, dark)
}

export function LimitChart({ lines, start, end, limit, marks, metric, height, description }: LimitChartProps) {
  const { dark } = useTheme()
  const chart = useRef<echarts.ECharts | null>(null)
  const box = useChartName(description)
  const library = useMemo(() => registerParts(), [])
  const span = (end - start) / 1000
  const data = useMemo(
    () => lines.map(({ name, role, points }) => ({ name, color: colourOf(role, dark), data: [...points] })),
    [lines, dark],
  )
  // By value: a new object that says the same is no reason to draw anew.
  const limitValue = limit?.value
  const limitLabel = limit?.label
  const { top, shown } = useMemo(() => {
    const points = lines.map((line) => line.points)
    return scaleWith(points, limitValue)
  }, [lines, limitValue])
  const alarm = colourOf('limit', dark)
  const thresholds = useMemo(
    () => (shown && limitValue !== undefined ? [{ value: limitValue, label: limitLabel ?? '', color: alarm }] : []),
    [shown, limitValue, limitLabel, alarm],
  )
  const markers = useMemo(
    () =>
      joinMarks(marks, end - start).map(({ time, label, description, calm }) => ({
        timestamp: time,
        label,
        description: description ?? '',
        color: calm === true ? ChartPalette.text('primary', dark) : alarm,
      })),
    [marks, start, end, alarm, dark],
  )
  // Kumo writes its options over these whenever something changes, so they are written after every time: a fixed axis with as
  // many labels as fit, and a value axis that reaches up to the limit.
  useEffect(() => {
    const xAxis = { min: start, max: end, splitNumber: labels, axisLabel: { hideOverlap: true } }
    chart.current?.setOption({ ...chartClock, animation: false, xAxis, yAxis: { min: 0, max: top } }, { lazyUpdate: true })
  })
  const formats = useMemo(
    () => ({ tick: (time: number) => formatTick(time, span), value: (value: number) => formatRate(value, metric) }),
    [span, metric],
  )
  return (
    <>
      <div ref={box}>
        <TimeseriesChart
          // A new theme makes a new chart instance, which would lose the fixed axis.
          key={dark ? 'dark' : 'light'}
          ref={chart}
          echarts={library}
          data={data}
          height={height}
          isDarkMode={dark}
          gradient={lines.length === 1}
          thresholds={thresholds}
          markers={markers}
          xAxisTickCount={ticks}
          xAxisTickFormat={formats.tick}
          yAxisTickFormat={formats.value}
          tooltipValueFormat={formats.value}
          tooltipFollowCursor="x"
          ariaDescription={description}
        />
      </div>
      {lines.length > 1 && (
        <div className="flex flex-wrap gap-x-4 gap-y-1">
          {data.map(({ name, color }) => (
            <ChartLegend.SmallItem key={name} name={name} color={color} value="" />
          ))}
        </div>
      )}
    </>
  )
}
