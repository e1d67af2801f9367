// Durations as Go writes them (`30m`, `1h30m0s`), which is how the original's clients spell `alert_interval`.

const secondsOf: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1 }

/** Seconds, or undefined for a text that is no duration in hours, minutes and seconds. */
export function goDurationSeconds(text: string): number | undefined {
  if (!/^(?:\d{1,6}[hms]){1,3}$/.test(text)) return undefined
  const parts = [...text.matchAll(/(\d+)([hms])/g)]
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * (secondsOf[unit ?? ''] ?? 0), 0)
}
