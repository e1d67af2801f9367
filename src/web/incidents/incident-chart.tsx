// The traffic of an incident with its limit, and when it began, fired and ended.
import { Suspense, useMemo } from 'react'
import type { Incident } from '../../contract/incident.ts'
import type { Metric } from '../api/flow-groups.ts'
import { incidentMessages } from '../messages/incidents.ts'
import { UnitTabs } from '../rules/unit-tabs.tsx'
import { Card } from '../shell/card.tsx'
import { Nothing } from '../shell/card-state.tsx'
import { incidentPoints, peakOf } from '../view/incident-view.ts'
import { formatRate, formatStep } from '../view/units.ts'
import { lazyPart } from '../shell/lazy-part.ts'

const LimitChart = lazyPart(() => import('../chart/limit-chart.tsx'), 'LimitChart')

const text = incidentMessages.page
const height = 280

function marksOf({ started_at, opened_at, ended_at }: Pick<Incident, 'started_at' | 'opened_at' | 'ended_at'>) {
  return [
    { time: Date.parse(started_at), label: text.marks.started },
    { time: Date.parse(opened_at), label: text.marks.fired },
    ...(ended_at === null ? [] : [{ time: Date.parse(ended_at), label: text.marks.ended, calm: true }]),
  ]
}

export interface IncidentChartProps {
  readonly incident: Incident
  readonly metric: Metric
  readonly onMetric: (metric: Metric) => void
}

export function IncidentChart({ incident, metric, onMetric }: IncidentChartProps) {
  const { series, series_step, limit, started_at, opened_at, ended_at } = incident
  const points = useMemo(() => incidentPoints(series, metric), [series, metric])
  const lines = useMemo(() => [{ name: text[metric], role: 'traffic', points } as const], [points, metric])
  const marks = useMemo(() => marksOf({ started_at, opened_at, ended_at }), [started_at, opened_at, ended_at])
  const first = points[0]
  const last = points.at(-1)
  return (
    <Card title={text.chart} actions={<UnitTabs metric={metric} onChange={onMetric} />}>
      {first === undefined || last === undefined ? (
        <Nothing>{text.noSeries}</Nothing>
      ) : (
        <>
          <Suspense fallback={<div style={{ height }} />}>
            <LimitChart
              lines={lines}
              start={first[0]}
              end={last[0]}
              limit={metric === incident.metric ? { value: limit, label: text.limitLine(formatRate(limit, metric)) } : undefined}
              marks={marks}
              metric={metric}
              height={height}
              description={text.chartDescription(formatRate(peakOf(incident, metric), metric))}
            />
          </Suspense>
          <p className="text-sm text-kumo-subtle">{text.step(formatStep(series_step))}</p>
        </>
      )}
    </Card>
  )
}
