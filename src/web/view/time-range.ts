// Time ranges of the page: the presets, the bucket that fits a span, and windows aligned to it.

export const rangeNames = ['5m', '30m', '1h', '6h', '24h', '7d', '30d'] as const
export type RangeName = (typeof rangeNames)[number]

/** Seconds of each preset, and how often its data is fetched again. */
export const ranges: Readonly<Record<RangeName, { readonly seconds: number; readonly refresh: number }>> = {
  '5m': { seconds: 300, refresh: 10 },
  '30m': { seconds: 1800, refresh: 30 },
  '1h': { seconds: 3600, refresh: 30 },
  '6h': { seconds: 21_600, refresh: 60 },
  '24h': { seconds: 86_400, refresh: 120 },
  '7d': { seconds: 604_800, refresh: 300 },
  '30d': { seconds: 2_592_000, refresh: 300 },
}

/** A step of the time axis and the dimension that groups by it. */
export interface Bucket {
  readonly seconds: number
  readonly dimension: string
}

export const buckets: readonly Bucket[] = [
  { seconds: 10, dimension: 'datetimeTenSeconds' },
  { seconds: 60, dimension: 'datetimeMinute' },
  { seconds: 300, dimension: 'datetimeFiveMinutes' },
  { seconds: 900, dimension: 'datetimeFifteenMinutes' },
  { seconds: 3600, dimension: 'datetimeHour' },
]

// A point every 3 pixels of a 1200 pixel chart; more would not be seen and costs the store.
const mostPoints = 400
// Ten-second steps can only come from single flows, which is dear over long spans: a quarter of an hour at the most.
const tenSecondSpan = 900

/** The finest bucket that keeps the chart readable. */
export function bucketFor(seconds: number): Bucket {
  const fitting = buckets.find((bucket) => seconds / bucket.seconds <= mostPoints && (bucket.seconds > 10 || seconds <= tenSecondSpan))
  return fitting ?? buckets[buckets.length - 1] ?? { seconds: 3600, dimension: 'datetimeHour' }
}

/** A stretch of time in milliseconds since 1970; `start` and `end` lie on bucket borders. */
export interface TimeWindow {
  readonly start: number
  readonly end: number
  readonly bucket: Bucket
  /** When the window was made: what lies after it has not happened yet. */
  readonly now: number
}

/** What the URL says: a preset that moves with the clock, or a fixed stretch after zooming in. */
export type TimeChoice =
  | { readonly kind: 'preset'; readonly name: RangeName }
  | { readonly kind: 'fixed'; readonly from: number; readonly to: number }

/** The window of a choice at the time `now` (milliseconds), widened to bucket borders. */
export function windowOf(choice: TimeChoice, now: number): TimeWindow {
  const from = choice.kind === 'preset' ? now - ranges[choice.name].seconds * 1000 : choice.from
  const to = choice.kind === 'preset' ? now : choice.to
  const bucket = bucketFor((to - from) / 1000)
  const step = bucket.seconds * 1000
  return { start: Math.floor(from / step) * step, end: Math.ceil(to / step) * step, bucket, now }
}

/**
 * Seconds of the window that have passed, at least one.
 * @param since where the answer begins when it does not cover the whole window, in milliseconds since 1970
 */
export function elapsedSeconds(window: TimeWindow, since: number | null = null): number {
  const start = Math.max(window.start, since ?? window.start)
  return Math.max(1, (Math.min(window.end, window.now) - start) / 1000)
}

/** The window as filter bounds of the dataset. */
export function windowFilter(window: TimeWindow): { datetime_geq: string; datetime_lt: string } {
  return { datetime_geq: toTimeText(window.start), datetime_lt: toTimeText(window.end) }
}

/** RFC 3339 in UTC to the second. */
export function toTimeText(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`
}

/** How often to ask again, in milliseconds, or false for a stretch that is over. */
export function refreshOf(choice: TimeChoice): number | false {
  return choice.kind === 'preset' ? ranges[choice.name].refresh * 1000 : false
}
