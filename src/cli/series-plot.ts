// A series as a plot of characters, with a limit as a line through it.

export interface PlotPoint {
  /** Seconds since 1970. */
  readonly time: number
  readonly value: number
}

export interface PlotSize {
  readonly columns: number
  readonly rows: number
}

/** Eighths of a character's height. */
const blocks = ' ▁▂▃▄▅▆▇█'
const line = '╌'
const labelWidth = 9

/**
 * The largest value of each column, with the time below.
 * @param limit drawn where it lies, also above all values; null for none
 * @param label text of a value, for the axis
 */
export function plotSeries(
  points: readonly PlotPoint[],
  limit: number | null,
  { columns, rows }: PlotSize,
  label: (value: number) => string,
): string {
  const width = Math.max(1, Math.min(columns - labelWidth - 2, points.length))
  const heights = largestOf(points, width)
  const top = Math.max(...heights, limit ?? 0)
  if (top === 0) return 'no traffic\n'
  const limitRow = limit === null ? -1 : Math.min(rows - 1, Math.floor((limit / top) * rows))
  const lines = Array.from({ length: rows }, (_, index) => {
    const row = rows - 1 - index
    const name = row === limitRow ? label(limit ?? 0) : row === rows - 1 ? label(top) : row === 0 ? label(0) : ''
    const cells = heights.map((height) => cell((height / top) * rows - row, row === limitRow))
    return `${name.padStart(labelWidth)} │${cells.join('')}`
  })
  return `${lines.join('\n')}\n${timeAxis(points, width)}\n`
}

function cell(filled: number, onLimit: boolean): string {
  const eighths = Math.round(Math.min(Math.max(filled, 0), 1) * 8)
  if (onLimit && eighths < 8) return line
  return blocks[eighths] ?? ' '
}

function largestOf(points: readonly PlotPoint[], width: number): number[] {
  const heights = Array.from({ length: width }, () => 0)
  for (const [index, { value }] of points.entries()) {
    const column = Math.floor((index * width) / points.length)
    heights[column] = Math.max(heights[column] ?? 0, value)
  }
  return heights
}

function timeAxis(points: readonly PlotPoint[], width: number): string {
  const text = (point: PlotPoint | undefined) => (point === undefined ? '' : `${new Date(point.time * 1000).toISOString().slice(0, 16)}Z`)
  const [first, last] = [text(points[0]), text(points.at(-1))]
  const gap = width - first.length - last.length
  return `${' '.repeat(labelWidth + 2)}${gap < 1 ? first : first + ' '.repeat(gap) + last}`
}
