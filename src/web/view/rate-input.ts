// Rates as people type them: 1G, 250 Mb/s, 500k pps, and the exact text of one for a field.
import type { Metric } from '../api/flow-groups.ts'
import { messages } from '../messages.ts'

const factors: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 }
const pattern = /^(\d+(?:\.\d+)?)([kmgt]?)(?:b|bits?|bps|bits?\/s|b\/s|pps|p\/s|p|packets?|packets?\/s)?$/i

/** Null for nothing, undefined for what is no rate of at least 1 a second. */
export function readRate(typed: string): number | null | undefined {
  const text = typed.replaceAll(/[\s_]/g, '')
  if (text === '') return null
  const match = pattern.exec(text)
  if (match === null) return undefined
  const rate = Math.round(Number(match[1]) * (factors[(match[2] ?? '').toLowerCase()] ?? 1))
  return rate >= 1 && Number.isSafeInteger(rate) ? rate : undefined
}

// More digits after the point are harder to read than the whole number.
const mostDigits = 3
const prefixes = [
  ['T', 1e12],
  ['G', 1e9],
  ['M', 1e6],
  ['k', 1e3],
] as const

/** Without rounding: 1500000000 is `1.5 Gb/s`, 1234567890 stays a number. */
export function exactRate(rate: number, metric: Metric): string {
  const unit = messages.units[metric]
  const [prefix, factor] = prefixes.find(([, least]) => rate >= least) ?? ['', 1]
  const short = Number((rate / factor).toFixed(mostDigits))
  return Math.round(short * factor) === rate ? `${short} ${prefix}${unit}` : `${rate} ${unit}`
}
