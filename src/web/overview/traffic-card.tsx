// Traffic over time with its figures, the limits of rules, what happened meanwhile, and the period before as a pale line.
import { Badge } from '@cloudflare/kumo/components/badge'
import { Switch } from '@cloudflare/kumo/components/switch'
import { Empty } from '@cloudflare/kumo/components/empty'
import { ChartLineIcon } from '@phosphor-icons/react/dist/csr/ChartLine'
import { Suspense, useCallback, useMemo, useState, type ReactNode } from 'react'
import type { Metric } from '../api/flow-groups.ts'
import { messages } from '../messages.ts'
import { overviewMessages } from '../messages/overview.ts'
import { Card } from '../shell/card.tsx'
import { FailureBanner } from '../shell/failure.tsx'
import { lazyPart } from '../shell/lazy-part.ts'
import { useTheme } from '../shell/theme.tsx'
import { changeOf, type Change } from '../view/previous-period.ts'
import type { View } from '../view/search.ts'
import { figuresOf, type Figures, type Point } from '../view/series.ts'
import { ranges } from '../view/time-range.ts'
import { drawnLimits } from '../view/traffic-limits.ts'
import { formatDuration, formatRate, formatShare, formatTime } from '../view/units.ts'
import { LimitLegend } from './limit-legend.tsx'
import type { TrafficChartProps } from './traffic-chart.tsx'
import { useLimits, useMarks, useOwnTraffic } from './use-rule-limits.ts'
import { usePreviousPoints, useTraffic, type TrafficSource } from './use-traffic.ts'
import type { ViewControl } from './use-view.ts'

// ECharts is the greatest part of the page: it comes after the first paint.
const TrafficChart = lazyPart(() => import('./traffic-chart.tsx'), 'TrafficChart')

const text = messages.chart
const height = 260

function Figure({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <div className="flex min-w-24 flex-col">
      <dt className="text-sm text-kumo-subtle">{label}</dt>
      <dd className="text-lg font-semibold whitespace-nowrap text-kumo-default tabular-nums">{value}</dd>
    </div>
  )
}

function FigureRow({ figures, metric, live }: { readonly figures: Figures | undefined; readonly metric: Metric; readonly live: boolean }) {
  const show = (value: number | undefined) => (value === undefined ? messages.none : formatRate(value, metric))
  return (
    <dl className="grid grid-cols-3 gap-x-6 gap-y-2 sm:flex sm:gap-x-8">
      {live && <Figure label={text.latest} value={show(figures?.latest)} />}
      <Figure label={text.mean} value={show(figures?.mean)} />
      <Figure label={text.peak} value={show(figures?.peak)} />
      {!live && <Figure label={text.p95} value={show(figures?.p95)} />}
    </dl>
  )
}

const oneDigit = new Intl.NumberFormat(messages.locale, { maximumFractionDigits: 1 })

function changeText(change: Change, { time }: View): string {
  const words = overviewMessages.previous
  const seconds = time.kind === 'preset' ? ranges[time.name].seconds : (time.to - time.from) / 1000
  const range = words.range(formatDuration(seconds))
  if (change.kind === 'same') return words.same(range)
  return change.kind === 'times'
    ? words.times(oneDigit.format(change.times), range)
    : words[change.kind](formatShare(Math.round(change.share * 100) / 100), range)
}

function Freshness({ source }: { readonly source: TrafficSource }) {
  if (source.error !== null && source.traffic !== undefined)
    return <Badge variant="warning">{messages.failure.stale(formatTime(source.updatedAt))}</Badge>
  return source.live && source.traffic !== undefined ? (
    <Badge appearance="dot" variant="success">
      {text.live}
    </Badge>
  ) : null
}

interface ChartAreaProps {
  readonly source: TrafficSource
  readonly control: ViewControl
  readonly emptyText: string | undefined
  readonly drawn: Pick<TrafficChartProps, 'previous' | 'own' | 'limits' | 'marks'>
}

function Middle({ children }: { readonly children: ReactNode }) {
  return (
    <div className="flex flex-col justify-center" style={{ minHeight: height }}>
      {children}
    </div>
  )
}

function ChartArea({ source, control, emptyText, drawn }: ChartAreaProps) {
  const { view, setTime } = control
  const { traffic, error } = source
  const { dark } = useTheme()
  const zoom = useCallback((from: number, to: number) => setTime({ kind: 'fixed', from, to }), [setTime])
  if (traffic === undefined && error !== null) {
    return (
      <Middle>
        <FailureBanner error={error} onRetry={source.retry} />
      </Middle>
    )
  }
  if (traffic?.points.length === 0 && !source.outdated) {
    return (
      <Middle>
        <Empty
          size="sm"
          icon={<ChartLineIcon size={32} className="text-kumo-inactive" aria-hidden />}
          title={text.emptyTitle}
          description={emptyText ?? (view.conditions.length > 0 ? text.emptyFiltered : text.emptyPlain)}
        />
      </Middle>
    )
  }
  return (
    <div className={source.outdated ? 'opacity-60 transition-opacity' : 'transition-opacity'} aria-busy={source.outdated}>
      <Suspense fallback={<div style={{ height }} />}>
        <TrafficChart
          // A new theme makes a new chart instance, which would lose the fixed axis and the selection by dragging.
          key={dark ? 'dark' : 'light'}
          points={traffic?.points}
          start={traffic?.start ?? 0}
          end={traffic?.end ?? 0}
          incomplete={traffic?.incomplete}
          metric={view.metric}
          height={height}
          onZoom={zoom}
          {...drawn}
        />
      </Suspense>
    </div>
  )
}

export interface TrafficCardProps {
  readonly control: ViewControl
  /** What to say when there is nothing, where the filters are not the reader's own. */
  readonly emptyText?: string
  /** Whether limits of rules and what happened are drawn, too. */
  readonly rules?: boolean
}

const noPoints: readonly Point[] = []

/** The colour of a limit's line and of the traffic that it is about: by its place among those drawn. */
const limitColours = ['#c2410c', '#7c3aed', '#0f766e'] as const
const limitColoursDark = ['#fb923c', '#a78bfa', '#2dd4bf'] as const

export function TrafficCard({ control, emptyText, rules = false }: TrafficCardProps) {
  const { view } = control
  const { dark } = useTheme()
  const [compared, setCompared] = useState(true)
  const [limited, setLimited] = useState(true)
  const source = useTraffic(view)
  const points = source.traffic?.points ?? noPoints
  const previous = usePreviousPoints(view, compared)
  const limits = useLimits(view, rules)
  const own = useOwnTraffic(view, limits)
  const marks = useMarks(limits, rules)
  const figures = useMemo(() => figuresOf(points), [points])
  const change = useMemo(() => (compared ? changeOf(points, previous) : undefined), [compared, points, previous])
  const { drawn, far } = drawnLimits(limited ? limits.limits : [], [points, own.points])
  const palette = dark ? limitColoursDark : limitColours
  const colours = new Map(drawn.map(({ id }, index) => [id, palette[index] ?? palette[0]]))
  const ownName = limits.limits.find(({ id }) => id === own.id)?.name ?? ''
  const ownColour = colours.get(own.id ?? '') ?? palette[0]
  const lines = drawn.map(({ id, name, limit }) => ({
    value: limit,
    label: overviewMessages.limits.line(name, formatRate(limit, view.metric)),
    color: colours.get(id) ?? palette[0],
  }))
  return (
    <Card title={text[view.metric]} actions={<Freshness source={source} />}>
      <div className="flex flex-col gap-2">
        <div className="flex flex-wrap items-start justify-between gap-x-8 gap-y-2">
          <FigureRow figures={figures} metric={view.metric} live={source.live} />
          <div className="flex flex-wrap items-center gap-x-5 gap-y-1">
            <span className="min-h-5 text-sm text-kumo-subtle tabular-nums">{change === undefined ? '' : changeText(change, view)}</span>
            <Switch size="sm" label={overviewMessages.previous.compare} checked={compared} onCheckedChange={setCompared} />
            {limits.limits.length > 0 && (
              <Switch size="sm" label={overviewMessages.limits.shown} checked={limited} onCheckedChange={setLimited} />
            )}
          </div>
        </div>
        <ChartArea
          source={source}
          control={control}
          emptyText={emptyText}
          drawn={{
            previous,
            own:
              own.id === undefined
                ? undefined
                : { name: overviewMessages.limits.ownTraffic(ownName), color: ownColour, points: own.points },
            limits: lines,
            marks,
          }}
        />
        <p className="flex flex-wrap justify-between gap-x-4 text-sm text-kumo-subtle">
          <span>{source.traffic?.note}</span>
          {figures !== undefined && <span className="max-md:hidden">{text.zoomHint}</span>}
        </p>
        {rules && <LimitLegend limits={limits} own={own} metric={view.metric} colours={colours} far={far} />}
      </div>
    </Card>
  )
}
