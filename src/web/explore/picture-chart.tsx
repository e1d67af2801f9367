// The pictures of an answer beside its time series: a Sankey diagram along the key and a heat map, in a part of the bundle of their own.
import { Chart, type KumoChartOption } from '@cloudflare/kumo/components/chart'
import { HeatmapChart, SankeyChart } from 'echarts/charts'
import { AriaComponent, GridComponent, TooltipComponent, VisualMapComponent } from 'echarts/components'
import * as echarts from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { useMemo } from 'react'
import type { Metric } from '../api/flow-groups.ts'
import { useTheme } from '../shell/theme.tsx'
import type { HeatMap, Sankey, SankeyNode } from '../view/explore-pictures.ts'
import { formatDayTime, formatRate, formatTick } from '../view/units.ts'

let registered = false

/** ECharts keeps its parts in a global list; once is enough, and not before a chart is really drawn. */
function registerParts(): typeof echarts {
  if (!registered) {
    echarts.use([SankeyChart, HeatmapChart, GridComponent, TooltipComponent, VisualMapComponent, AriaComponent, CanvasRenderer])
    registered = true
  }
  return echarts
}

interface Shared {
  readonly metric: Metric
  readonly height: number
  readonly description: string
}

const inks = { light: { text: '#3d4450', faint: '#d9dce1' }, dark: { text: '#c9ced6', faint: '#3a3f47' } } as const

/** The text of a tooltip as an element: names come from the network and must not become markup. */
function tip(...lines: readonly string[]): HTMLElement {
  const box = document.createElement('div')
  for (const line of lines) {
    const row = document.createElement('div')
    row.textContent = line
    box.append(row)
  }
  return box
}

interface Hovered {
  readonly dataType?: string
  readonly name: string
  readonly value: unknown
  readonly data: unknown
}

function sankeyOption({ nodes, links }: Sankey, metric: Metric, dark: boolean): KumoChartOption {
  const ink = dark ? inks.dark : inks.light
  const labels = new Map(nodes.map(({ id, label }) => [id, label]))
  const last = Math.max(0, ...nodes.map(({ column }) => column))
  const label = (id: string) => labels.get(id) ?? ''
  const told = ({ dataType, name, value, data }: Hovered) => {
    const { source = '', target = '' } = data as { source?: string; target?: string }
    return tip(dataType === 'edge' ? `${label(source)} → ${label(target)}` : label(name), formatRate(Number(value), metric))
  }
  return {
    animation: false,
    tooltip: { dangerousHtmlFormatter: (shown) => told(shown as unknown as Hovered) },
    series: [
      {
        type: 'sankey',
        left: 8,
        right: 8,
        top: 8,
        bottom: 8,
        nodeWidth: 12,
        nodeGap: 6,
        draggable: false,
        emphasis: { focus: 'adjacency' },
        // In the order of the answer, the rest at the end.
        layoutIterations: 0,
        lineStyle: { color: 'source', opacity: 0.35, curveness: 0.5 },
        label: { color: ink.text, fontSize: 12, width: 220, overflow: 'truncate', formatter: ({ name }) => label(name) },
        data: nodes.map(({ id, colour, column }) => ({
          name: id,
          depth: column,
          itemStyle: { color: colour, borderWidth: 0 },
          label: { position: column === last ? 'left' : 'right' },
        })),
        links: [...links],
      },
    ],
  }
}

export interface SankeyPictureProps extends Shared {
  readonly sankey: Sankey
  readonly onNode: (node: SankeyNode) => void
}

export function SankeyPicture({ sankey, metric, height, description, onNode }: SankeyPictureProps) {
  const { dark } = useTheme()
  const library = useMemo(() => registerParts(), [])
  const options = useMemo(() => sankeyOption(sankey, metric, dark), [sankey, metric, dark])
  const events = useMemo(
    () => ({
      click: (clicked: { name?: string }) => {
        const node = sankey.nodes.find(({ id }) => id === clicked.name)
        if (node?.part !== undefined) onNode(node)
      },
    }),
    [sankey, onNode],
  )
  return (
    <figure aria-label={description}>
      <Chart
        echarts={library}
        options={options}
        height={height}
        isDarkMode={dark}
        onEvents={events}
        optionUpdateBehavior={{ notMerge: true }}
      />
    </figure>
  )
}

const heat = { light: ['#eef3fb', '#7db2f2', '#1d5fbf', '#0b2a5c'], dark: ['#1b2029', '#1d4f9c', '#4290f0', '#cfe3ff'] } as const

function heatOption({ times, names, cells, most }: HeatMap, metric: Metric, dark: boolean): KumoChartOption {
  const ink = dark ? inks.dark : inks.light
  const span = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000
  const below = names.toReversed()
  const told = ({ value }: Hovered) => {
    const [column = 0, row = 0, rate = 0] = value as readonly number[]
    return tip(below[row] ?? '', formatDayTime(times[column] ?? 0), formatRate(rate, metric))
  }
  const axis = { axisLine: { show: false }, axisTick: { show: false } }
  return {
    animation: false,
    tooltip: { dangerousHtmlFormatter: (shown) => told(shown as unknown as Hovered) },
    grid: { left: 8, right: 8, top: 8, bottom: 52, containLabel: true },
    xAxis: {
      ...axis,
      type: 'category',
      data: times.map((time) => formatTick(time, span)),
      axisLabel: { color: ink.text, hideOverlap: true },
    },
    yAxis: { ...axis, type: 'category', data: below, axisLabel: { color: ink.text, width: 180, overflow: 'truncate' } },
    visualMap: {
      min: 0,
      max: Math.max(1, most),
      calculable: false,
      orient: 'horizontal',
      left: 'center',
      bottom: 0,
      itemWidth: 12,
      itemHeight: 140,
      text: [formatRate(most, metric), formatRate(0, metric)],
      textStyle: { color: ink.text },
      inRange: { color: [...(dark ? heat.dark : heat.light)] },
    },
    series: [{ type: 'heatmap', data: cells.map((cell) => [...cell]), progressive: 0 }],
  }
}

export interface HeatPictureProps extends Shared {
  readonly map: HeatMap
}

export function HeatPicture({ map, metric, height, description }: HeatPictureProps) {
  const { dark } = useTheme()
  const library = useMemo(() => registerParts(), [])
  const options = useMemo(() => heatOption(map, metric, dark), [map, metric, dark])
  return (
    <figure aria-label={description}>
      <Chart echarts={library} options={options} height={height} isDarkMode={dark} optionUpdateBehavior={{ notMerge: true }} />
    </figure>
  )
}
