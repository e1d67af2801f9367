// The bands of an answer's chart: the first groups, what is left over, the period before, and the other direction below the axis. Pure.
import type { FlowAnswerView, FlowFigures } from '../../contract/flow-question.ts'
import type { Metric } from '../api/flow-groups.ts'
import type { AnswerRow } from './explore-table.ts'
import type { Point } from './series.ts'

/** Told apart in both modes; the first six are those of Kumo's charts. More bands nobody can tell apart. */
const colours = ['#4290f0', '#f5b647', '#e8649d', '#8d58ee', '#50c3b6', '#d37536', '#7ba23f', '#b04a4a', '#3f7f93', '#9c8266'] as const
export const restColour = '#8b93a1'
export const chartedGroups = colours.length

/** Of the group at this place of the answer; those that have no band of their own are part of the rest. */
export function groupColour(index: number): string {
  return colours[index] ?? restColour
}

/** `ghost`: a line over the others, not one of what they add up to. */
export type BandRole = 'band' | 'mirrored' | 'ghost'

export interface Band {
  /** No two of a chart have the same. */
  readonly name: string
  readonly colour: string
  readonly role: BandRole
  readonly points: readonly Point[]
}

export interface BandNames {
  readonly rest: string
  readonly total: string
  readonly previous: string
  readonly mirrored: (name: string) => string
}

type Steps = NonNullable<FlowAnswerView['steps']>

/** @param until milliseconds since 1970: of steps that end later not all is known */
function pointsOf(values: readonly number[], { from, seconds }: Steps, until = Number.POSITIVE_INFINITY): Point[] {
  const [start, step] = [Date.parse(from), seconds * 1000]
  return values.map((value, index): Point => [start + index * step, value]).filter(([time]) => time + step <= until)
}

function added(lists: readonly (readonly number[])[], count: number): number[] {
  return Array.from({ length: count }, (_, step) => lists.reduce((sum, list) => sum + (list[step] ?? 0), 0))
}

interface Charted {
  readonly name: string
  readonly colour: string
  readonly figures: readonly FlowFigures[]
}

/** Each of the first groups alone, and all others together: both those of the table and those that are in none of its rows. */
function charted(answer: FlowAnswerView, rows: readonly AnswerRow[], names: BandNames): Charted[] {
  if (answer.by.length === 0) return [{ name: names.total, colour: groupColour(0), figures: [answer.total] }]
  const first = rows
    .slice(0, chartedGroups)
    .map(({ text, figures }, index) => ({ name: text, colour: groupColour(index), figures: [figures] }))
  const rest = rows.slice(chartedGroups).map(({ figures }) => figures)
  const others = answer.other === null ? rest : [...rest, answer.other]
  return others.length === 0 ? first : [...first, { name: names.rest, colour: restColour, figures: others }]
}

/** The total of the period before, moved to where the period of the answer is. Its steps may be others: another table answered. */
function ghostOf(answer: FlowAnswerView, before: FlowAnswerView | undefined, { metric, names }: BandOptions): Band[] {
  const series = before?.total.series?.[metric]
  if (before?.steps === undefined || series === undefined) return []
  const shift = Date.parse(answer.from) - Date.parse(before.from)
  const points = pointsOf(series, before.steps).map(([time, value]): Point => [time + shift, value])
  return [{ name: names.previous, colour: restColour, role: 'ghost', points }]
}

export interface BandOptions {
  readonly metric: Metric
  readonly names: BandNames
  /** Milliseconds since 1970, up to when flows had reached the store. */
  readonly until: number
}

/** @param rows in the order of the answer @param before answer about the period before, where it is wanted */
export function bandsOf(
  answer: FlowAnswerView,
  { rows, before }: { readonly rows: readonly AnswerRow[]; readonly before: FlowAnswerView | undefined },
  options: BandOptions,
): Band[] {
  const { metric, names, until } = options
  const { steps } = answer
  if (steps === undefined) return []
  const bands: Band[] = []
  const mirrored: Band[] = []
  for (const { name, colour, figures } of charted(answer, rows, names)) {
    const forth = figures.map(({ series }) => series?.[metric] ?? [])
    bands.push({ name, colour, role: 'band', points: pointsOf(added(forth, steps.count), steps, until) })
    const back = figures.flatMap(({ reverse }) => (reverse?.series === undefined ? [] : [reverse.series[metric]]))
    if (back.length === 0) continue
    const below = added(back, steps.count).map((value) => (value === 0 ? 0 : -value))
    mirrored.push({ name: names.mirrored(name), colour, role: 'mirrored', points: pointsOf(below, steps, until) })
  }
  return [...bands, ...mirrored, ...ghostOf(answer, before, options)]
}

/** The line of all that the question is about. */
export function totalPoints({ total, steps }: FlowAnswerView, metric: Metric): Point[] {
  return steps === undefined ? [] : pointsOf(total.series?.[metric] ?? [], steps)
}

/** The period of equal length before. */
export function periodBefore({ from, to }: Pick<FlowAnswerView, 'from' | 'to'>): { readonly from: string; readonly to: string } {
  const start = Date.parse(from)
  const length = Date.parse(to) - start
  return { from: new Date(start - length).toISOString(), to: new Date(start).toISOString() }
}
