// The answers of a backtest: what a rule would have done over stored history, and thresholds that fit it.
import type { RuleDuration } from './rule.ts'

export interface BacktestFiring {
  /** RFC 3339: first second beyond the limit, when it would have fired, first calm second (null: still at the end). */
  readonly started_at: string
  readonly fired_at: string
  readonly ended_at: string | null
  readonly metric: 'bits' | 'packets'
  readonly limit: number
  readonly peak_bits_per_second: number
  readonly peak_packets_per_second: number
  /** Who it would have been: busiest destination and its share, empty where not known any more. */
  readonly top_destination: string
  readonly top_destination_share: number
  /** Prefixes that automatic advertisement would have announced. */
  readonly would_advertise: readonly string[]
}

export interface BacktestPoint {
  /** Seconds since 1970, begin of the step. */
  readonly time: number
  /** Mean and largest second (or finest stored step) of the step, per second. */
  readonly bits: number
  readonly bits_max: number
  readonly packets: number
  readonly packets_max: number
}

export interface BacktestResult {
  readonly from: string
  readonly to: string
  /** Seconds of the buckets that were replayed. 1 where every flow is still stored; 60 beyond that. */
  readonly resolution: number
  /** What the answer cannot say, in sentences: history shorter than asked, durations finer than the resolution. */
  readonly caveats: readonly string[]
  readonly firings: readonly BacktestFiring[]
  /** Longest time beyond the limit that did not last the duration, seconds. */
  readonly nearest_miss_seconds: number
  readonly series: readonly BacktestPoint[]
  readonly series_step: number
  /** Limits drawn as lines; null where the rule has none. For zscore rules the limit differs by time: see limit_series. */
  readonly bandwidth_threshold: number | null
  readonly packet_threshold: number | null
  readonly limit_series: readonly { readonly time: number; readonly limit: number }[] | null
}

export interface ThresholdSuggestion {
  readonly bandwidth_threshold: number
  readonly packet_threshold: number
  readonly duration: RuleDuration
  /** Largest one-minute means of the history, without the minutes of known incidents. */
  readonly peak_bits_per_second: number
  readonly peak_packets_per_second: number
  readonly peak_bits_at: string | null
  readonly peak_packets_at: string | null
  /** Days of history that it rests on. */
  readonly days: number
  readonly caveats: readonly string[]
}
