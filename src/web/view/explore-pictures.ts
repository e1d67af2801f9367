// What the other pictures of an answer are drawn from: a Sankey diagram along the key, a heat map of groups over time. Pure.
import type { FlowFigures } from '../../contract/flow-question.ts'
import type { Metric } from '../api/flow-groups.ts'
import { groupColour, restColour, type Band } from './explore-chart.ts'
import type { KeyPart } from './explore-labels.ts'
import { rateOf, type AnswerRow } from './explore-table.ts'

export interface SankeyNode {
  /** No two of a diagram have the same: the column and the value. */
  readonly id: string
  readonly label: string
  readonly column: number
  readonly colour: string
  /** Mean per second of all that goes through. */
  readonly value: number
  /** What it stands for; undefined for the rest and for the total. */
  readonly part: KeyPart | undefined
}

export interface SankeyLink {
  readonly source: string
  readonly target: string
  readonly value: number
}

export interface Sankey {
  readonly nodes: readonly SankeyNode[]
  readonly links: readonly SankeyLink[]
}

interface Stop {
  readonly id: string
  readonly label: string
  readonly part: KeyPart | undefined
}

function stopsOf(parts: readonly KeyPart[], total: string): Stop[] {
  const stops = parts.map((part, column) => {
    const label = part.name === '' ? part.value : `${part.value} ${part.name}`
    return { id: `${column}:${JSON.stringify(part.raw)}`, label, part }
  })
  // One column alone has nothing to flow to.
  return parts.length === 1 ? [{ id: 'total', label: total, part: undefined }, ...stops] : stops
}

/** Groups that a picture shows; of more paths nobody can follow one. */
export const mostPaths = 50

/** Each group is a path through the values of its key. The rest would be a broad band that says nothing: a sentence tells it. */
export function sankeyOf(rows: readonly AnswerRow[], { metric, total }: { readonly metric: Metric; readonly total: string }): Sankey {
  const nodes = new Map<string, SankeyNode>()
  const links = new Map<string, SankeyLink>()
  const add = (stops: readonly Stop[], value: number) => {
    if (value <= 0) return
    for (const [column, { id, label, part }] of stops.entries()) {
      const known = nodes.get(id)
      const colour =
        known?.colour ??
        (part === undefined
          ? restColour
          : groupColour([...nodes.values()].filter((node) => node.column === column && node.part !== undefined).length))
      nodes.set(id, { id, label, column, colour, part, value: (known?.value ?? 0) + value })
      const before = stops[column - 1]
      if (before === undefined) continue
      const name = `${before.id}\n${id}`
      links.set(name, { source: before.id, target: id, value: (links.get(name)?.value ?? 0) + value })
    }
  }
  const rate = (figures: FlowFigures) => rateOf(figures, metric).average
  for (const { parts, figures } of rows.slice(0, mostPaths)) add(stopsOf(parts, total), rate(figures))
  return { nodes: [...nodes.values()], links: [...links.values()] }
}

export interface HeatMap {
  /** Milliseconds since 1970, one a column. */
  readonly times: readonly number[]
  /** One a row, the first at the top. */
  readonly names: readonly string[]
  /** Column, row from below, rate. */
  readonly cells: readonly (readonly [number, number, number])[]
  readonly most: number
}

/** More columns than this nobody sees on a screen: neighbours are joined, and the largest of them is shown. */
const mostColumns = 180

/** Of single groups: beside what is left over they would all look empty. */
export function groupBands(bands: readonly Band[]): Band[] {
  return bands.filter(({ role, colour }) => role === 'band' && colour !== restColour)
}

export function heatMapOf(bands: readonly Band[]): HeatMap {
  const shown = groupBands(bands)
  const length = Math.max(0, ...shown.map(({ points }) => points.length))
  const joined = Math.max(1, Math.ceil(length / mostColumns))
  const columns = Math.ceil(length / joined)
  const longest = shown.find(({ points }) => points.length === length)?.points ?? []
  const times = Array.from({ length: columns }, (_, column) => longest[column * joined]?.[0] ?? 0)
  const cells = shown.flatMap(({ points }, row) =>
    times.map((_, column): [number, number, number] => {
      const values = points.slice(column * joined, (column + 1) * joined).map(([, value]) => value)
      return [column, shown.length - 1 - row, Math.max(0, ...values)]
    }),
  )
  return { times, names: shown.map(({ name }) => name), cells, most: cells.reduce((most, [, , value]) => Math.max(most, value), 0) }
}
