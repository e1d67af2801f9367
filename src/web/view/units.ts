// Numbers and times as people read them: SI prefixes, shares, clock times in the zone that was chosen.
import type { Metric } from '../api/flow-groups.ts'
import { messages } from '../messages.ts'
import { clockZone } from './clock.ts'

const prefixes = ['', 'k', 'M', 'G', 'T', 'P', 'E'] as const
const threeDigits = new Intl.NumberFormat(messages.locale, { maximumSignificantDigits: 3, useGrouping: false })
const whole = new Intl.NumberFormat(messages.locale, { maximumFractionDigits: 0 })
const share = new Intl.NumberFormat(messages.locale, { style: 'percent', maximumFractionDigits: 1 })
const fineShare = new Intl.NumberFormat(messages.locale, { style: 'percent', maximumSignificantDigits: 2 })
const timeOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
const dayOptions = { day: 'numeric', month: 'short' } as const

/** How times are written in a zone. */
export function clockFormats(locale: string, zone: { readonly timeZone?: string }) {
  const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { ...options, ...zone })
  return {
    minute: format(timeOptions),
    second: format({ ...timeOptions, second: '2-digit' }),
    dayTime: format({ ...dayOptions, ...timeOptions }),
    day: format(dayOptions),
    date: format({ ...dayOptions, year: 'numeric' }),
  }
}

const clock = clockFormats(messages.locale, clockZone)

/** Number and unit with an SI prefix, three digits: 1230000 `b/s` is `1.23 Mb/s`. */
export function formatSi(value: number, unit: string): string {
  const magnitude = Math.abs(value) < 1 ? 0 : Math.min(prefixes.length - 1, Math.floor(Math.log10(Math.abs(value)) / 3))
  // 999.7 k would be written 1000 k: the rounded figure decides the prefix.
  const rounded = Number((value / 1000 ** magnitude).toPrecision(3))
  const up = Math.abs(rounded) >= 1000 && magnitude < prefixes.length - 1
  return `${threeDigits.format(up ? rounded / 1000 : rounded)} ${prefixes[magnitude + (up ? 1 : 0)]}${unit}`
}

export function formatRate(value: number, metric: Metric): string {
  return formatSi(value, messages.units[metric])
}

/** A rate with one digit below 10, whole above: flows a second and the like. */
export function formatPerSecond(value: number): string {
  return value > 0 && value < 10 ? threeDigits.format(Number(value.toFixed(1))) : whole.format(value)
}

export function formatCount(value: number): string {
  return whole.format(value)
}

export function formatBytes(value: number): string {
  return formatSi(value, 'B')
}

/** Buffer sizes are powers of two: 4194304 is `4 MiB`. */
export function formatBinary(bytes: number): string {
  return bytes >= 1_048_576 ? `${threeDigits.format(bytes / 1_048_576)} MiB` : `${threeDigits.format(bytes / 1024)} KiB`
}

/** A share from 0 to 1. Small ones keep their digits: a loss of 0.0004 is not 0 %. */
export function formatShare(value: number): string {
  return value > 0 && value < 0.001 ? fineShare.format(value) : share.format(value)
}

export function formatTime(milliseconds: number): string {
  return clock.second.format(milliseconds)
}

export function formatDayTime(milliseconds: number): string {
  return clock.dayTime.format(milliseconds)
}

/** A day with its year, for what may be long ago or long ahead. */
export function formatDate(milliseconds: number): string {
  return clock.date.format(milliseconds)
}

/** Labels of a time axis over a span in seconds. */
export function formatTick(milliseconds: number, span: number): string {
  if (span <= 900 && milliseconds % 60_000 !== 0) return clock.second.format(milliseconds)
  if (span <= 90_000) return clock.minute.format(milliseconds)
  return span <= 260_000 ? clock.dayTime.format(milliseconds) : clock.day.format(milliseconds)
}

/** `12 s`, `5 min`, `3 h`, `2 d`: the greatest unit that fits. */
export function formatDuration(seconds: number): string {
  const { second, minute, hour, day } = messages.units
  if (seconds < 90) return `${Math.max(0, Math.round(seconds))}${second}`
  if (seconds < 5400) return `${Math.round(seconds / 60)}${minute}`
  if (seconds < 172_800) return `${Math.round(seconds / 3600)}${hour}`
  return `${Math.round(seconds / 86_400)}${day}`
}

/** A length that is known exactly, such as a step of the time axis: `10 s`, `5 min`, `1 h`. */
export function formatStep(seconds: number): string {
  const { second, minute, hour } = messages.units
  if (seconds < 60) return `${seconds}${second}`
  return seconds < 3600 ? `${seconds / 60}${minute}` : `${seconds / 3600}${hour}`
}
