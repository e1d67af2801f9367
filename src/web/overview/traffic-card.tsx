// Traffic over time: the live view by the second, or stored flows in buckets; its states and the figures above it.
import { Badge } from '@cloudflare/kumo/components/badge'
import { Empty } from '@cloudflare/kumo/components/empty'
import { ChartLineIcon } from '@phosphor-icons/react/dist/csr/ChartLine'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Suspense, useCallback, useMemo } from 'react'
import type { Metric } from '../api/flow-groups.ts'
import { liveQuery, liveSpan, seriesQuery, statusQuery, type WindowAnswer } from '../api/queries.ts'
import { messages } from '../messages.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { FailureBanner } from '../shell/failure.tsx'
import { useTheme } from '../shell/theme.tsx'
import { figuresOf, firstKnown, incompleteFrom, livePoints, shortOf, toPoints, type Figures, type Point } from '../view/series.ts'
import { formatDayTime, formatRate, formatStep, formatTime } from '../view/units.ts'
import type { View } from '../view/search.ts'
import type { ViewControl } from './use-view.ts'
import { lazyPart } from '../shell/lazy-part.ts'

// ECharts is the greatest part of the page: it comes after the first paint.
const TrafficChart = lazyPart(() => import('./traffic-chart.tsx'), 'TrafficChart')

const text = messages.chart
const chartHeight = 300

interface Traffic {
  readonly points: readonly Point[]
  /** Milliseconds since 1970. */
  readonly start: number
  readonly end: number
  readonly incomplete: number | undefined
  readonly note: string
}

/** What a query hook tells, as far as the card needs it. */
interface Source {
  readonly traffic: Traffic | undefined
  readonly error: Error | null
  readonly retry: () => void
  readonly updatedAt: number
  readonly outdated: boolean
}

function storedTraffic(answer: WindowAnswer, view: View): Traffic {
  const { window } = answer
  const groups = answer.groups['series'] ?? []
  const kept = shortOf(answer.reach['series'], window) ?? window.start
  const from = Math.max(kept, firstKnown(groups, window, view.conditions.length > 0))
  const points = groups.length === 0 ? [] : toPoints(groups, window, view.metric, from)
  const incomplete = incompleteFrom(points, window)
  const note = [
    text.step(formatStep(window.bucket.seconds)),
    ...(incomplete === undefined ? [] : [text.dashed]),
    ...(kept > window.start ? [messages.top.reach(formatDayTime(kept))] : []),
  ]
  return { points, start: window.start, end: Math.min(window.end, window.now), incomplete, note: messages.sentences(note) }
}

/** Only the unfiltered last five minutes are live: the collectors count traffic by account, not by flow. */
function isLive(view: View): boolean {
  return view.time.kind === 'preset' && view.time.name === '5m' && view.conditions.length === 0
}

function useTraffic(view: View): Source & { readonly live: boolean } {
  const account = useAccount()
  const live = isLive(view)
  const { data: status } = useQuery(statusQuery(account))
  const started = status === undefined ? 0 : Date.parse(status.started)
  const seconds = useQuery({ ...liveQuery(account), enabled: live })
  const series = useQuery({ ...seriesQuery({ account, ...view }), enabled: !live, placeholderData: keepPreviousData })
  const traffic = useMemo((): Traffic | undefined => {
    if (!live) return series.data && storedTraffic(series.data, view)
    if (seconds.data === undefined) return undefined
    const points = livePoints(seconds.data, view.metric, started)
    const end = points.at(-1)?.[0] ?? 0
    return { points, start: end - (liveSpan - 1) * 1000, end, incomplete: undefined, note: text.liveStep }
  }, [live, seconds.data, series.data, started, view])
  const query = live ? seconds : series
  return {
    live,
    traffic,
    error: query.error,
    retry: () => void query.refetch(),
    updatedAt: query.dataUpdatedAt,
    outdated: !live && series.isPlaceholderData,
  }
}

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

function Freshness({ source, live }: { readonly source: Source; readonly live: boolean }) {
  if (source.error !== null && source.traffic !== undefined)
    return <Badge variant="warning">{messages.failure.stale(formatTime(source.updatedAt))}</Badge>
  return live && source.traffic !== undefined ? (
    <Badge appearance="dot" variant="success">
      {text.live}
    </Badge>
  ) : null
}

interface ChartAreaProps {
  readonly source: Source
  readonly control: ViewControl
  readonly emptyText: string | undefined
}

function ChartArea({ source, control, emptyText }: ChartAreaProps) {
  const { view, setTime } = control
  const { traffic, error } = source
  const { dark } = useTheme()
  const zoom = useCallback((from: number, to: number) => setTime({ kind: 'fixed', from, to }), [setTime])
  if (traffic === undefined && error !== null) {
    return (
      <div className="flex flex-col justify-center" style={{ minHeight: chartHeight }}>
        <FailureBanner error={error} onRetry={source.retry} />
      </div>
    )
  }
  if (traffic?.points.length === 0 && !source.outdated) {
    const description = emptyText ?? (view.conditions.length > 0 ? text.emptyFiltered : text.emptyPlain)
    return (
      <div className="flex flex-col justify-center" style={{ minHeight: chartHeight }}>
        <Empty
          size="sm"
          icon={<ChartLineIcon size={32} className="text-kumo-inactive" aria-hidden />}
          title={text.emptyTitle}
          description={description}
        />
      </div>
    )
  }
  return (
    <div className={source.outdated ? 'opacity-60 transition-opacity' : 'transition-opacity'} aria-busy={source.outdated}>
      <Suspense fallback={<div style={{ height: chartHeight }} />}>
        <TrafficChart
          // A new theme makes a new chart instance, which would lose the fixed axis and the selection by dragging.
          key={dark ? 'dark' : 'light'}
          points={traffic?.points}
          start={traffic?.start ?? 0}
          end={traffic?.end ?? 0}
          incomplete={traffic?.incomplete}
          metric={view.metric}
          height={chartHeight}
          onZoom={zoom}
        />
      </Suspense>
    </div>
  )
}

export interface TrafficCardProps {
  readonly control: ViewControl
  /** What to say when there is nothing, where the filters are not the reader's own. */
  readonly emptyText?: string
}

export function TrafficCard({ control, emptyText }: TrafficCardProps) {
  const { live, ...source } = useTraffic(control.view)
  const { traffic } = source
  const figures = useMemo(() => figuresOf(traffic?.points ?? []), [traffic])
  return (
    <Card title={text[control.view.metric]} actions={<Freshness source={source} live={live} />}>
      <div className="flex flex-col gap-2">
        <FigureRow figures={figures} metric={control.view.metric} live={live} />
        <ChartArea source={source} control={control} emptyText={emptyText} />
        <p className="flex flex-wrap justify-between gap-x-4 text-sm text-kumo-subtle">
          <span>{traffic?.note}</span>
          {figures !== undefined && <span className="max-md:hidden">{text.zoomHint}</span>}
        </p>
      </div>
    </Card>
  )
}
