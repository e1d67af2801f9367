// What the address bar holds on the page Explore: the whole question and how its answer is shown. Links are kept for years, so
// names, meanings and defaults here never change: what is new gets a name of its own, what is unknown is ignored.
import type { FlowMeasure, FlowQuestionBody } from '../../contract/flow-question.ts'
import type { Metric } from '../api/flow-groups.ts'
import { preference } from '../shell/preferences.ts'
import { rangeNames, toTimeText, type RangeName, type TimeChoice } from './time-range.ts'

export const sortColumns = ['key', 'average', 'p95', 'max', 'share', 'flows', 'previous', 'reverse'] as const
export type SortColumn = (typeof sortColumns)[number]

/** `areas` stand on each other; `grid` is a chart for each group; `sankey` goes along the key. */
export const chartKinds = ['areas', 'lines', 'grid', 'sankey', 'heatmap'] as const
export type ChartKind = (typeof chartKinds)[number]

export interface Sort {
  readonly column: SortColumn
  readonly ascending: boolean
}

export interface ExploreState {
  /** Text in the filter language; empty for all flows. */
  readonly filter: string
  /** Names of dimensions, in the order of the key. */
  readonly by: readonly string[]
  readonly time: TimeChoice
  /** What chart and table show. */
  readonly metric: Metric
  /** What the first groups are first in. */
  readonly order: FlowMeasure
  readonly limit: number
  readonly chart: ChartKind
  readonly previous: boolean
  readonly reverse: boolean
  readonly distinct: boolean
  /** Of the rows that are there; the server has chosen them by `order`. */
  readonly sort: Sort
}

/** As the contract has them, whose file would bring its validator into the page. */
export const flowMeasureNames: readonly FlowMeasure[] = ['bits', 'packets', 'flows']
export const mostDimensions = 6
export const mostGroups = 1000
const defaultLimit = 10
const defaultRange: RangeName = '1h'
const defaultBy = 'sourceAS'
const defaultSort: Sort = { column: 'share', ascending: false }
const nameOfDimension = /^[\w.-]{1,64}$/

type Search = Readonly<Record<string, unknown>>

function textOf(search: Search, name: string): string {
  const value = search[name]
  return typeof value === 'string' ? value : ''
}

function readTime(search: Search): TimeChoice {
  const from = Date.parse(textOf(search, 'from'))
  const to = Date.parse(textOf(search, 'to'))
  if (from < to) return { kind: 'fixed', from, to }
  return { kind: 'preset', name: rangeNames.find((name) => name === search['range']) ?? defaultRange }
}

/** Without any `by` it is the default; an empty one asks for the total only. */
function readBy(search: Search): string[] {
  const names = typeof search['by'] === 'string' ? search['by'] : defaultBy
  const valid = names.split(',').filter((name) => nameOfDimension.test(name))
  return [...new Set(valid)].slice(0, mostDimensions)
}

function readLimit(search: Search): number {
  const limit = Number(textOf(search, 'limit'))
  return Number.isInteger(limit) && limit >= 1 && limit <= mostGroups ? limit : defaultLimit
}

/** `p95` is the largest first, `-p95` the smallest. */
function readSort(search: Search): Sort {
  const text = textOf(search, 'sort')
  const ascending = text.startsWith('-')
  const column = sortColumns.find((name) => name === text.slice(ascending ? 1 : 0))
  return column === undefined ? defaultSort : { column, ascending }
}

/** Reads search parameters of unknown origin. */
export function readExplore(search: Search): ExploreState {
  // A link without a unit has always meant bits; the choice of the reader decides where the address says nothing at all.
  const metric: Metric = Object.keys(search).length === 0 ? preference('unit') : search['unit'] === 'packets' ? 'packets' : 'bits'
  const order = flowMeasureNames.find((name) => name === search['order'])
  return {
    filter: textOf(search, 'filter'),
    by: readBy(search),
    time: readTime(search),
    metric,
    order: order ?? metric,
    limit: readLimit(search),
    chart: chartKinds.find((kind) => kind === search['chart']) ?? 'areas',
    previous: search['previous'] === 'yes',
    reverse: search['reverse'] === 'yes',
    distinct: search['distinct'] === 'yes',
    sort: readSort(search),
  }
}

function writeTime(time: TimeChoice): Record<string, string> {
  if (time.kind === 'fixed') return { from: toTimeText(time.from), to: toTimeText(time.to) }
  return time.name === defaultRange ? {} : { range: time.name }
}

/** The shortest search parameters that mean this state. */
export function writeExplore(state: ExploreState): Record<string, string> {
  const by = state.by.join(',')
  const { column, ascending } = state.sort
  const isDefaultSort = column === defaultSort.column && !ascending
  return {
    ...(state.filter === '' ? {} : { filter: state.filter }),
    ...(by === defaultBy ? {} : { by }),
    ...writeTime(state.time),
    ...(state.metric === preference('unit') && state.metric === 'bits' ? {} : { unit: state.metric }),
    ...(state.order === state.metric ? {} : { order: state.order }),
    ...(state.limit === defaultLimit ? {} : { limit: String(state.limit) }),
    ...(state.chart === 'areas' ? {} : { chart: state.chart }),
    ...(state.previous ? { previous: 'yes' } : {}),
    ...(state.reverse ? { reverse: 'yes' } : {}),
    ...(state.distinct ? { distinct: 'yes' } : {}),
    ...(isDefaultSort ? {} : { sort: `${ascending ? '-' : ''}${column}` }),
  }
}

/** The question that the API is asked: what is only a matter of showing is not part of it. */
export function questionOf({ filter, by, time, limit, order, previous, reverse, distinct }: ExploreState): FlowQuestionBody {
  const range = time.kind === 'preset' ? { last: time.name } : { from: toTimeText(time.from), to: toTimeText(time.to) }
  return { filter, by: [...by], ...range, limit, order, series: true, previous, reverse, distinct }
}

/** A column that is chosen again is turned round; another begins with the largest, keys with the first. */
export function nextSort(sort: Sort, column: SortColumn): Sort {
  if (sort.column !== column) return { column, ascending: column === 'key' }
  return { column, ascending: !sort.ascending }
}
