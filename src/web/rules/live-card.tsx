// Traffic towards the prefixes of a saved rule in the last quarter of an hour, by the second, with its limit.
import { Empty } from '@cloudflare/kumo/components/empty'
import { ChartLineIcon } from '@phosphor-icons/react/dist/csr/ChartLine'
import { useQuery } from '@tanstack/react-query'
import { Suspense, useMemo } from 'react'
import type { RuleSeriesPoint } from '../../contract/rule.ts'
import type { Metric } from '../api/flow-groups.ts'
import { ruleSeriesQuery, ruleSeriesSpan } from '../api/rule-queries.ts'
import { ruleMessages } from '../messages/rules.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { Stale, WithAnswer } from '../shell/card-state.tsx'
import { scaleWith } from '../view/limit-scale.ts'
import { readRate } from '../view/rate-input.ts'
import type { RuleForm } from '../view/rule-form.ts'
import { figuresOf, type Point } from '../view/series.ts'
import { formatRate } from '../view/units.ts'
import { UnitTabs } from './unit-tabs.tsx'
import { lazyPart } from '../shell/lazy-part.ts'

const LimitChart = lazyPart(() => import('../chart/limit-chart.tsx'), 'LimitChart')

const text = ruleMessages.live
export const chartHeight = 220

/** The limit that a form sets for a unit, as a line. */
export function limitOf(form: RuleForm, metric: Metric): { value: number; label: string } | undefined {
  if (form.type !== 'threshold') return undefined
  const value = readRate(metric === 'bits' ? form.bandwidth : form.packets)
  return typeof value === 'number' ? { value, label: text.limit(formatRate(value, metric)) } : undefined
}

interface LiveChartProps {
  readonly series: readonly RuleSeriesPoint[]
  readonly form: RuleForm
  readonly metric: Metric
}

function LiveChart({ series, form, metric }: LiveChartProps) {
  const points = useMemo(() => series.map((point): Point => [point.time * 1000, point[metric]]), [series, metric])
  const lines = useMemo(() => [{ name: text[metric], role: 'traffic', points } as const], [points, metric])
  const limit = limitOf(form, metric)
  const end = points.at(-1)?.[0] ?? 0
  if (points.every(([, value]) => value === 0)) {
    const icon = <ChartLineIcon size={32} className="text-kumo-inactive" aria-hidden />
    return <Empty size="sm" icon={icon} title={text.none} description={text.noneDetail} />
  }
  const peak = formatRate(figuresOf(points)?.peak ?? 0, metric)
  return (
    <>
      <Suspense fallback={<div style={{ height: chartHeight }} />}>
        <LimitChart
          lines={lines}
          start={end - (ruleSeriesSpan - 1) * 1000}
          end={end}
          limit={limit}
          marks={noMarks}
          metric={metric}
          height={chartHeight}
          description={text.description(peak, limit?.label ?? '')}
        />
      </Suspense>
      {limit !== undefined && !scaleWith([points], limit.value).shown && (
        <p className="text-sm text-kumo-subtle">{text.farAbove(formatRate(limit.value, metric))}</p>
      )}
    </>
  )
}

const noMarks = [] as const

export interface LiveCardProps {
  readonly rule: string
  /** The limit moves as it is typed. */
  readonly form: RuleForm
  readonly metric: Metric
  readonly onMetric: (metric: Metric) => void
}

export function LiveCard({ rule, form, metric, onMetric }: LiveCardProps) {
  const series = useQuery(ruleSeriesQuery(useAccount(), rule))
  const actions = (
    <span className="flex items-center gap-2">
      <Stale query={series} />
      <UnitTabs metric={metric} onChange={onMetric} />
    </span>
  )
  return (
    <Card title={text.title} actions={actions}>
      <WithAnswer query={series}>{(data) => <LiveChart series={data} form={form} metric={metric} />}</WithAnswer>
    </Card>
  )
}
