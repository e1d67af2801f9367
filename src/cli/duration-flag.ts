// Durations as flags give them.
import { InvalidArgumentError } from 'commander'

const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** Parser of an option: `30m`, `12h`, `2d` in minutes. */
export function minutesOf(text: string): number {
  const found = secondsIn(text, 'mhd')
  if (found === undefined) throw new InvalidArgumentError('It is to be a time like 30m, 12h or 2d.')
  return found / 60
}

/** Parser of an option: `90s`, `5m`, `1h` in seconds. */
export function secondsOf(text: string): number {
  const found = secondsIn(text, 'smh')
  if (found === undefined) throw new InvalidArgumentError('It is to be a time like 90s, 5m or 1h.')
  return found
}

function secondsIn(text: string, units: string): number | undefined {
  const [, count, unit = ''] = /^(\d{1,5})([smhd])$/.exec(text) ?? []
  return count === undefined || !units.includes(unit) ? undefined : Number(count) * (seconds[unit] ?? 1)
}
