// The answer of a backtest: a sentence, the chart with the limit and the firings, and the firings one by one.
import { Banner } from '@cloudflare/kumo/components/banner'
import { WarningIcon } from '@phosphor-icons/react/dist/csr/Warning'
import { useMemo } from 'react'
import type { BacktestFiring, BacktestResult } from '../../contract/backtest.ts'
import { ruleDurations } from '../../contract/rule.ts'
import type { Metric } from '../api/flow-groups.ts'
import { LimitChart, type ChartLine } from '../chart/limit-chart.tsx'
import { ruleMessages } from '../messages/rules.ts'
import { ShortList } from '../shell/short-list.tsx'
import type { ChartMark } from '../view/chart-marks.ts'
import { backtestLines, backtestSpan, firingSeconds } from '../view/backtest-view.ts'
import type { RuleForm } from '../view/rule-form.ts'
import { formatDayTime, formatDuration, formatRate, formatShare, formatStep } from '../view/units.ts'
import { chartHeight } from './live-card.tsx'

const text = ruleMessages.backtest
const shortList = 6
// More marks would be a wall; the list has them all.
const mostMarks = 40

function verdictOf({ firings, nearest_miss_seconds }: BacktestResult, form: RuleForm): string {
  if (firings.length > 0) return text.fired(firings.length)
  if (nearest_miss_seconds <= 0) return `${text.never} ${text.nothingAbove}`
  const needed = formatDuration(ruleDurations[form.duration])
  return `${text.never} ${text.nearest(formatDuration(nearest_miss_seconds), needed)}`
}

function peakOf(firing: BacktestFiring): string {
  return formatRate(firing.metric === 'bits' ? firing.peak_bits_per_second : firing.peak_packets_per_second, firing.metric)
}

function useChart(result: BacktestResult, metric: Metric): { lines: readonly ChartLine[]; marks: readonly ChartMark[] } {
  const lines = useMemo(() => {
    const { mean, largest, limit } = backtestLines(result, metric)
    return [
      { name: text.mean, role: 'traffic', points: mean },
      ...(largest === undefined ? [] : [{ name: text.largest, role: 'secondary', points: largest }]),
      ...(limit === undefined ? [] : [{ name: text.limit, role: 'limit', points: limit }]),
    ] as ChartLine[]
  }, [result, metric])
  const marks = useMemo(
    () =>
      result.firings.slice(0, mostMarks).map((firing, index) => ({
        time: Date.parse(firing.fired_at),
        label: text.mark(index + 1),
        description: `${text.peak} ${peakOf(firing)}`,
      })),
    [result],
  )
  return { lines, marks }
}

function Firing({ firing, number }: { readonly firing: BacktestFiring; readonly number: number }) {
  const seconds = firingSeconds(firing)
  const { top_destination: destination, would_advertise: advertised } = firing
  const facts = [
    [text.lasted, seconds === undefined ? text.toTheEnd : formatDuration(seconds)],
    [text.peak, peakOf(firing)],
    [
      text.destination,
      destination === '' ? text.unknownDestination : text.destinationOf(destination, formatShare(firing.top_destination_share)),
    ],
    ...(advertised.length === 0 ? [] : [[text.advertised, advertised.join(', ')]]),
  ]
  return (
    <li className="flex gap-3 border-t border-kumo-hairline py-2.5">
      <span className="flex size-6 shrink-0 items-center justify-center rounded-full bg-kumo-danger-tint text-sm font-medium text-kumo-danger tabular-nums">
        {number}
      </span>
      <div className="flex min-w-0 grow flex-col gap-1">
        <span className="text-base font-medium text-kumo-default tabular-nums">{formatDayTime(Date.parse(firing.fired_at))}</span>
        <dl className="flex flex-wrap gap-x-5 gap-y-0.5 text-sm">
          {facts.map(([name, value]) => (
            <div key={name} className="flex min-w-0 gap-1.5">
              <dt className="text-kumo-subtle">{name}</dt>
              <dd className="min-w-0 text-kumo-default tabular-nums">{value}</dd>
            </div>
          ))}
        </dl>
      </div>
    </li>
  )
}

function Caveats({ caveats }: { readonly caveats: readonly string[] }) {
  return (
    <Banner
      size="sm"
      variant="alert"
      icon={<WarningIcon weight="fill" aria-hidden />}
      title={text.caveats}
      description={
        <ul className="flex list-disc flex-col gap-0.5 pl-4 text-kumo-default">
          {caveats.map((caveat) => (
            <li key={caveat}>{caveat}</li>
          ))}
        </ul>
      }
    />
  )
}

export interface BacktestAnswerProps {
  readonly result: BacktestResult
  /** The settings that were replayed. */
  readonly form: RuleForm
  readonly metric: Metric
}

export function BacktestAnswer({ result, form, metric }: BacktestAnswerProps) {
  const { lines, marks } = useChart(result, metric)
  const { start, end } = backtestSpan(result)
  const value = metric === 'bits' ? result.bandwidth_threshold : result.packet_threshold
  const limit = value === null ? undefined : { value, label: ruleMessages.live.limit(formatRate(value, metric)) }
  return (
    <div className="flex flex-col gap-4">
      <p className="text-base">
        <strong className={`font-semibold ${result.firings.length > 0 ? 'text-kumo-danger' : 'text-kumo-default'}`}>
          {verdictOf(result, form)}
        </strong>{' '}
        <span className="text-kumo-subtle">{text.resolution(formatStep(result.resolution))}</span>
      </p>
      <LimitChart
        lines={lines}
        start={start}
        end={end}
        limit={limit}
        marks={marks}
        metric={metric}
        height={chartHeight}
        description={text.description(result.firings.length)}
      />
      {result.caveats.length > 0 && <Caveats caveats={result.caveats} />}
      {result.firings.length > 0 && (
        <ShortList items={result.firings} length={shortList}>
          {(shown) => (
            <ol>
              {shown.map((firing, index) => (
                <Firing key={firing.fired_at} firing={firing} number={index + 1} />
              ))}
            </ol>
          )}
        </ShortList>
      )}
    </div>
  )
}
