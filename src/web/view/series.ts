// From bucket sums to the points of a chart, with the figures that stand above it.
import type { FlowGroup, Metric, Reach } from '../api/flow-groups.ts'
import type { LiveSecond } from '../../contract/collector-status.ts'
import type { TimeWindow } from './time-range.ts'

/** Milliseconds since 1970 and a rate a second. */
export type Point = [number, number]

export interface Figures {
  readonly latest: number
  readonly mean: number
  readonly peak: number
  readonly p95: number
}

// Flows reach the store a few seconds after they arrived (a segment is sealed after 3 s by default and then inserted).
export const storeDelay = 10_000
// A bucket that has just begun says little; below this its rate would only be noise.
const leastElapsed = 60_000

/** How much of a bucket has passed and reached the store, in seconds; 0 when the bucket should not be drawn yet. */
export function coveredSeconds(start: number, window: TimeWindow): number {
  const step = window.bucket.seconds * 1000
  const passed = window.now - storeDelay - start
  if (passed >= step) return window.bucket.seconds
  return passed >= leastElapsed ? passed / 1000 : 0
}

/**
 * Rates per bucket over the window. Buckets without flows are 0, those before `from` are left out: nothing is known of
 * them. The last one is divided by the part of it that has passed.
 */
export function toPoints(groups: readonly FlowGroup[], window: TimeWindow, metric: Metric, from: number): Point[] {
  const sums = new Map(groups.map((group) => [Date.parse(String(group.key)), group[metric]]))
  const points: Point[] = []
  const step = window.bucket.seconds * 1000
  for (let start = window.start; start < window.end; start += step) {
    const seconds = coveredSeconds(start, window)
    if (start < from || seconds === 0) continue
    points.push([start, (sums.get(start) ?? 0) / seconds])
  }
  return points
}

/** Where the answer begins: the first bucket with flows, or the whole window under a filter that may match rarely. */
export function firstKnown(groups: readonly FlowGroup[], window: TimeWindow, filtered: boolean): number {
  const first = groups[0]
  if (filtered || first === undefined) return window.start
  return Date.parse(String(first.key))
}

/**
 * Since when the answer knows anything, if that is later than the window begins; null when it covers the window. Less than
 * a bucket is not worth a word: the window was widened to whole buckets.
 */
export function shortOf(reach: Reach | undefined, window: TimeWindow): number | null {
  if (reach === undefined || reach.complete || reach.since === null) return null
  return reach.since - window.start > window.bucket.seconds * 1000 ? reach.since : null
}

/** The start of a bucket that is still filling, for the dashed end of the line; undefined when all are complete. */
export function incompleteFrom(points: readonly Point[], window: TimeWindow): number | undefined {
  const last = points.at(-1)
  if (last === undefined || coveredSeconds(last[0], window) === window.bucket.seconds) return undefined
  // The dashed part runs from the last complete point to the unfinished one.
  return points.at(-2)?.[0]
}

/** @param started when the server began, in milliseconds since 1970: of the seconds before it knows nothing, not even 0 */
export function livePoints(seconds: readonly LiveSecond[], metric: Metric, started: number): Point[] {
  return seconds.filter((second) => second.time * 1000 >= started).map((second) => [second.time * 1000, second[metric]])
}

/** Latest, mean, greatest and 95th percentile of the points; undefined without any. */
export function figuresOf(points: readonly Point[]): Figures | undefined {
  const latest = points.at(-1)
  if (latest === undefined) return undefined
  const sorted = points.map((point) => point[1]).sort((a, b) => a - b)
  const sum = sorted.reduce((total, value) => total + value, 0)
  const p95 = sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0
  return { latest: latest[1], mean: sum / sorted.length, peak: sorted.at(-1) ?? 0, p95 }
}

/** Joins what is known with newer seconds and keeps the last `length`; a later answer for a second replaces it. */
export function mergeLive(known: readonly LiveSecond[], newer: readonly LiveSecond[], length: number): LiveSecond[] {
  const from = newer[0]?.time ?? Number.POSITIVE_INFINITY
  return [...known.filter((second) => second.time < from), ...newer].slice(-length)
}
