// A backtest as lines and marks of a chart, and as rows. Pure.
import type { BacktestResult } from '../../contract/backtest.ts'
import type { Metric } from '../api/flow-groups.ts'
import type { Point } from './series.ts'

export const backtestRanges = { '1h': 3600, '6h': 21_600, '24h': 86_400, '7d': 604_800, '30d': 2_592_000 } as const
export type BacktestRange = keyof typeof backtestRanges

export interface BacktestLines {
  readonly mean: readonly Point[]
  /** Largest value in each step; undefined where it says nothing beyond the mean. */
  readonly largest: readonly Point[] | undefined
  /** The limit over time, of rules whose limit follows the traffic. */
  readonly limit: readonly Point[] | undefined
}

export function backtestLines(result: BacktestResult, metric: Metric): BacktestLines {
  const { series, series_step, resolution, limit_series } = result
  const line = (key: 'bits' | 'packets' | 'bits_max' | 'packets_max') => series.map((point): Point => [point.time * 1000, point[key]])
  return {
    mean: line(metric),
    largest: series_step > resolution ? line(`${metric}_max`) : undefined,
    limit: limit_series?.map((point): Point => [point.time * 1000, point.limit]),
  }
}

/** The stretch of the backtest in milliseconds since 1970. */
export function backtestSpan({ from, to }: Pick<BacktestResult, 'from' | 'to'>): { start: number; end: number } {
  return { start: Date.parse(from), end: Date.parse(to) }
}

/** Seconds that a firing lasted; undefined when it went on at the end. */
export function firingSeconds(firing: { readonly started_at: string; readonly ended_at: string | null }): number | undefined {
  return firing.ended_at === null ? undefined : (Date.parse(firing.ended_at) - Date.parse(firing.started_at)) / 1000
}
