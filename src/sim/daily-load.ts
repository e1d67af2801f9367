// How busy the simulated network is at a moment: a day's curve with the small waves of real traffic on it.

const day = 86_400_000

/** Periods in ms and heights of the waves: minutes, so that the live graph moves, and no common multiple, so that it never repeats. */
const waves: readonly (readonly [number, number])[] = [
  [37_000, 0.03],
  [211_000, 0.05],
  [1_021_000, 0.05],
]

/**
 * Load at a time, in parts of the highest of a day without waves: about 0.4 at 4:00 UTC and 1 at 20:00.
 * @param milliseconds since 1970
 */
export function dailyLoad(milliseconds: number): number {
  const curve = 0.7 + 0.3 * Math.cos(((milliseconds - day * (20 / 24)) / day) * 2 * Math.PI)
  // The lowest point of a cosine lies 12 h from its highest; 8:00 is no quiet hour, so the night is moved to 4:00.
  const night = 0.08 * Math.cos(((milliseconds - day * (12 / 24)) / day) * 4 * Math.PI)
  return waves.reduce((load, [period, height]) => load * (1 + height * Math.sin((milliseconds / period) * 2 * Math.PI)), curve + night)
}
