// Durations as flags give them.
import { InvalidArgumentError } from 'commander'

const units: Readonly<Record<string, number>> = { m: 1, h: 60, d: 1440 }

/** Parser of an option: `30m`, `12h`, `2d` in minutes. */
export function minutesOf(text: string): number {
  const [, count, unit = ''] = /^(\d{1,5})([mhd])$/.exec(text) ?? []
  if (count === undefined) throw new InvalidArgumentError('It is to be a time like 30m, 12h or 2d.')
  return Number(count) * (units[unit] ?? 1)
}
