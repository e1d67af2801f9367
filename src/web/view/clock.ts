// The clock that times are shown and read by: that of the browser's zone, or UTC.
import { preference, type Preference } from '../shell/preferences.ts'

type Times = Preference<'times'>

/** IANA's name of the zone, for Intl; without one it takes the browser's. */
export const clockZone: { readonly timeZone?: string } = preference('times') === 'utc' ? { timeZone: 'UTC' } : {}

/** `UTC`, `Asia/Tokyo`. */
export const zoneName = (): string => clockZone.timeZone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone

/** Where the ticks of a chart's time axis lie: an option of ECharts. */
export const chartClock = { useUTC: clockZone.timeZone !== undefined } as const

/** `2026-11-22T08:30:15` for a field of date and time. @param milliseconds since 1970 */
export function fieldTime(milliseconds: number, times: Times = preference('times')): string {
  const ahead = times === 'utc' ? 0 : new Date(milliseconds).getTimezoneOffset()
  return new Date(milliseconds - ahead * 60_000).toISOString().slice(0, 19)
}

/** The reverse: milliseconds since 1970, NaN for what is no time. Such a field names no zone. */
export function readFieldTime(typed: string, times: Times = preference('times')): number {
  return Date.parse(times === 'utc' && typed !== '' ? `${typed}Z` : typed)
}

/**
 * Has libraries follow the choice too: Kumo's charts write the times of their tooltips with a format of no language and no zone,
 * which would be those of the browser.
 */
export function followClock(locale: string): void {
  const Browser = Intl.DateTimeFormat
  Intl.DateTimeFormat = class extends Browser {
    constructor(locales?: string | string[], options?: Intl.DateTimeFormatOptions) {
      super(locales ?? locale, { ...clockZone, ...options })
    }
  } as typeof Browser
}
