// The rows of an answer: rates in the unit that is shown, what was before, sorted by a column. Pure.
import type { FlowAnswerView, FlowFigures, FlowGroupView, FlowRateView, FlowSumsView } from '../../contract/flow-question.ts'
import type { Metric } from '../api/flow-groups.ts'
import { keyParts, keyText, type KeyPart } from './explore-labels.ts'
import type { Sort, SortColumn } from './explore-search.ts'

/** A group with its key as it is written. */
export interface AnswerRow {
  readonly parts: readonly KeyPart[]
  /** Of the whole key; no two rows have the same. */
  readonly text: string
  readonly figures: FlowFigures
}

/** Values that are written alike get numbers behind them. */
function told(texts: readonly string[]): string[] {
  const seen = new Map<string, number>()
  return texts.map((text) => {
    const count = (seen.get(text) ?? 0) + 1
    seen.set(text, count)
    return count === 1 ? text : `${text} (${count})`
  })
}

/** One for each group, in the order of the answer. */
export function answerRows(groups: readonly FlowGroupView[], by: readonly string[]): AnswerRow[] {
  const parts = groups.map((group) => keyParts(group, by))
  const texts = told(parts.map(keyText))
  return groups.map((figures, index) => ({ parts: parts[index] ?? [], text: texts[index] ?? '', figures }))
}

export function rateOf(figures: FlowFigures, metric: Metric): FlowRateView {
  return metric === 'bits' ? figures.bits_per_second : figures.packets_per_second
}

export function answerSeconds({ from, to }: Pick<FlowAnswerView, 'from' | 'to'>): number {
  return Math.max(1, (Date.parse(to) - Date.parse(from)) / 1000)
}

/** Mean per second of a sum; undefined where there is none. */
export function meanOf(sums: FlowSumsView | null | undefined, metric: Metric, seconds: number): number | undefined {
  return sums === null || sums === undefined ? undefined : sums[metric] / seconds
}

/** What changed since the period before: 0.5 is half as much again; `new` where there was nothing. Undefined where nobody knows. */
export function changeOf(figures: FlowFigures, metric: Metric): number | 'new' | undefined {
  const { previous } = figures
  if (previous === null || previous === undefined) return undefined
  if (previous[metric] === 0) return figures[metric] === 0 ? 0 : 'new'
  return figures[metric] / previous[metric] - 1
}

function valueOf({ figures }: AnswerRow, column: Exclude<SortColumn, 'key'>, metric: Metric): number {
  // What nobody knows comes last.
  const unknown = -1
  switch (column) {
    case 'average':
    case 'p95':
    case 'max':
      return rateOf(figures, metric)[column] ?? unknown
    case 'previous':
    case 'reverse':
      return figures[column]?.[metric] ?? unknown
    default:
      return figures[column]
  }
}

/** A key is compared by its first value: numbers as numbers. */
function compareKeys(a: AnswerRow, b: AnswerRow): number {
  return a.text.localeCompare(b.text, 'en', { numeric: true })
}

export function sortedRows(rows: readonly AnswerRow[], { column, ascending }: Sort, metric: Metric): AnswerRow[] {
  const sign = ascending ? 1 : -1
  return rows.toSorted((a, b) =>
    column === 'key' ? sign * compareKeys(a, b) : sign * (valueOf(a, column, metric) - valueOf(b, column, metric)),
  )
}
