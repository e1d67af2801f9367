// Rates and times as people read them: "6.4 Gb/s", "120 k packets/s", "1h 5m".
import type { IncidentMetric } from '../contract/incident.ts'

const scales = ['', 'k', 'M', 'G', 'T', 'P']

/** Three digits at the most, without zeros behind the point. */
function scaled(value: number): string {
  let rest = Math.max(value, 0)
  let scale = 0
  // From 999.5 on it would read as 1000.
  while (rest >= 999.5 && scale < scales.length - 1) {
    rest /= 1000
    scale++
  }
  const digits = rest >= 99.95 ? 0 : rest >= 9.995 ? 1 : 2
  return `${Number(rest.toFixed(digits))} ${scales[scale]}`
}

/** @param rate per second */
export function rateText(metric: IncidentMetric, rate: number): string {
  return metric === 'bits' ? `${scaled(rate)}b/s` : `${scaled(rate).trimEnd()} packets/s`
}

/** Whole seconds as "45s", "5m", "1h 5m", "2d 3h": the two largest units, the second only if it is not 0. */
export function spanText(seconds: number): string {
  const units: readonly (readonly [string, number])[] = [
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
    ['s', 1],
  ]
  const first = units.findIndex(([, size]) => seconds >= size)
  if (first === -1) return '0s'
  const [name, size] = units[first]
  const next = units[first + 1]
  const rest = next === undefined ? 0 : Math.floor((seconds % size) / next[1])
  return `${Math.floor(seconds / size)}${name}${rest > 0 ? ` ${rest}${next[0]}` : ''}`
}

/** "203.0.113.0/24", "203.0.113.0/24 and 2 more". */
export function targetsText(targets: readonly string[]): string {
  if (targets.length <= 1) return targets[0] ?? 'its prefixes'
  return `${targets[0]} and ${targets.length - 1} more`
}
