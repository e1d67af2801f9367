// Durations in sentences.

const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const

/** `15 minutes`, `1 hour`, `90 seconds`: in the largest unit that goes into it whole. */
export function durationText(seconds: number): string {
  const [name, size] = units.find(([, size]) => seconds >= size && seconds % size === 0) ?? (['second', 1] as const)
  const count = seconds / size
  return `${count} ${name}${count === 1 ? '' : 's'}`
}
