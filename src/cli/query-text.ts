// The answer to a question about flows as text for a terminal: a table, where it comes from, a plot.
import type { FlowAnswerView, FlowFigures, FlowGroupView, FlowMeasure, FlowQuestionBody, FlowSumsView } from '../contract/flow-question.ts'
import { printable } from './capture-text.ts'
import { rateText } from './rule-text.ts'
import { plotSeries, type PlotSize } from './series-plot.ts'

interface Row {
  readonly group: FlowGroupView | undefined
  /** What stands in the first column instead of a key. */
  readonly title: string
  readonly figures: FlowFigures
}

interface Column {
  readonly head: string
  readonly isNumber: boolean
  readonly cell: (row: Row) => string
}

/** Factor from which on it is told that routers counted flows several times. */
const inflationTold = 1.05
const longestName = 40
const barLength = 10
const sparkLength = 16

const units = { bits: 'b/s', packets: 'p/s' } as const
type Rated = keyof typeof units

/** @param body the question, which says how dimensions were called and what was asked for */
export function answerText(answer: FlowAnswerView, body: FlowQuestionBody): string {
  if (answer.total.flows === 0 && answer.groups.length === 0) return `${emptyText(answer)}${sourceText(answer)}`
  // Without dimensions the only group is the total.
  const groups = answer.by.length === 0 ? [] : answer.groups
  const rows: Row[] = [
    ...groups.map((group) => ({ group, title: '', figures: group })),
    ...(answer.other === null ? [] : [{ group: undefined, title: 'Other', figures: answer.other }]),
    { group: undefined, title: 'Total', figures: answer.total },
  ]
  return `${columnsText(columnsOf(answer, body), rows)}\n${sourceText(answer)}`
}

function emptyText({ complete, since }: FlowAnswerView): string {
  const next = complete
    ? 'ask for a longer time with --last, or with a wider filter'
    : `flows are kept since ${since}: ask for a later time`
  return `No flow of that time matches.\nNext: ${next}\n\n`
}

/** Numbers end where their column ends. */
function columnsText(columns: readonly Column[], rows: readonly Row[]): string {
  const table = [columns.map(({ head }) => head), ...rows.map((row) => columns.map(({ cell }) => cell(row)))]
  const widths = columns.map((_, index) => Math.max(...table.map((cells) => (cells[index] ?? '').length)))
  const cellText = (text: string, index: number): string =>
    columns[index]?.isNumber ? text.padStart(widths[index] ?? 0) : text.padEnd(widths[index] ?? 0)
  return table.map((cells) => `${cells.map(cellText).join('  ').trimEnd()}\n`).join('')
}

function columnsOf(answer: FlowAnswerView, { by = [], order = 'bits', previous, reverse, series }: FlowQuestionBody): Column[] {
  const seconds = (Date.parse(answer.to) - Date.parse(answer.from)) / 1000
  const main: Rated = order === 'packets' ? 'packets' : 'bits'
  const meanOf = (sums: FlowSumsView | null | undefined) => (sums ? rateText(sums[main] / seconds, units[main]) : '–')
  const numbers: Column[] = [
    ...(order === 'flows' ? [number('FLOWS', ({ figures }) => String(figures.flows))] : []),
    ...rateColumns(main),
    number(main === 'bits' ? 'PACKETS/S' : 'BITS/S', ({ figures }) => averageText(figures, main === 'bits' ? 'packets' : 'bits')),
    number('SHARE', ({ figures }) => percent(figures.share)),
    text('', ({ group, figures }) => (group === undefined ? '' : bar(figures.share))),
    ...(previous
      ? [number('BEFORE', ({ figures }) => meanOf(figures.previous)), number('CHANGE', ({ figures }) => changeText(figures, order))]
      : []),
    ...(reverse ? [number('REVERSE', ({ figures }) => meanOf(figures.reverse))] : []),
    ...(series ? [text('COURSE', ({ figures }) => spark(figures.series?.[main] ?? []))] : []),
  ]
  return [...keyColumns(answer, by), ...numbers]
}

const number = (head: string, cell: Column['cell']): Column => ({ head, isNumber: true, cell })
const text = (head: string, cell: Column['cell']): Column => ({ head, isNumber: false, cell })

/** A column for each dimension, and one for the names of its values where some are known. */
function keyColumns({ by, groups }: FlowAnswerView, asked: readonly string[]): Column[] {
  if (by.length === 0) return [text('', ({ title }) => title)]
  return by.flatMap((name, index) => {
    const key = text((asked[index] ?? name).toUpperCase(), ({ group, title }) =>
      group === undefined ? (index === 0 ? title : '') : keyText(group.key[name]),
    )
    const hasNames = groups.some(({ labels }) => labels[name] !== undefined)
    return hasNames ? [key, text('', ({ group }) => cut(group?.labels[name] ?? ''))] : [key]
  })
}

function keyText(value: FlowGroupView['key'][string] | undefined): string {
  if (value === undefined) return ''
  const texts = typeof value === 'string' || typeof value === 'number' ? [String(value)] : value.map(shortId)
  return printable(texts.join(' ')) || '–'
}

/** Ids stand in lists, beside their names. */
const shortId = (text: string) => (/^[0-9a-f]{32}$/.test(text) ? text.slice(0, 8) : text)

function cut(name: string): string {
  return printable(name.length > longestName ? `${name.slice(0, longestName - 1)}…` : name)
}

function rateColumns(of: Rated): Column[] {
  const rate = (value: number | null): string => (value === null ? '–' : rateText(value, units[of]))
  const rates = ({ figures }: Row) => (of === 'bits' ? figures.bits_per_second : figures.packets_per_second)
  return [
    number(of === 'bits' ? 'BITS/S' : 'PACKETS/S', (row) => rate(rates(row).average)),
    number('P95', (row) => rate(rates(row).p95)),
    number('MAX', (row) => rate(rates(row).max)),
  ]
}

function averageText(figures: FlowFigures, of: Rated): string {
  return rateText((of === 'bits' ? figures.bits_per_second : figures.packets_per_second).average, units[of])
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const

function bar(share: number): string {
  const filled = Math.round(Math.min(Math.max(share, 0), 1) * barLength * 8)
  return '█'.repeat(Math.floor(filled / 8)) + (eighths[filled % 8] ?? '')
}

function changeText({ previous, ...now }: FlowFigures, order: FlowMeasure): string {
  if (!previous) return '–'
  if (previous[order] === 0) return now[order] === 0 ? '–' : 'new'
  const change = (now[order] / previous[order] - 1) * 100
  return Math.abs(change) < 0.5 ? '=' : `${change > 0 ? '▲' : '▼'} ${Math.abs(change) >= 10_000 ? '>9999' : Math.abs(change).toFixed(0)} %`
}

const heights = '▁▂▃▄▅▆▇█'

/** The largest value of each part of the time, against the largest of all. */
function spark(values: readonly number[]): string {
  const top = Math.max(...values)
  if (values.length === 0 || top <= 0) return ''
  const length = Math.min(sparkLength, values.length)
  return Array.from({ length }, (_, index) => {
    const part = values.slice(Math.floor((index * values.length) / length), Math.floor(((index + 1) * values.length) / length))
    return heights[Math.min(heights.length - 1, Math.floor((Math.max(...part) / top) * heights.length))] ?? ''
  }).join('')
}

/** The range, what answered and why, and what is to be known about the figures. */
function sourceText({ from, to, tier_reason: reason, complete, since, inflation }: FlowAnswerView): string {
  const notes = [
    ...(complete ? [] : [`nothing is kept from before ${since}`]),
    ...(inflation !== null && inflation.factor > inflationTold
      ? [`${inflation.routers} routers counted the traffic ${inflation.factor.toFixed(2)} times; --distinct counts each flow once`]
      : []),
  ]
  return `${from} to ${to}: ${[reason.replace(/\.$/, ''), ...notes].join('; ')}\n`
}

/** The total over time; empty where the answer has no series. */
export function totalPlot({ total, steps }: FlowAnswerView, order: FlowMeasure, size: PlotSize): string {
  const of: Rated = order === 'packets' ? 'packets' : 'bits'
  if (steps === undefined || total.series === undefined) return ''
  const begin = Date.parse(steps.from) / 1000
  const points = total.series[of].map((value, index) => ({ time: begin + index * steps.seconds, value }))
  return plotSeries(points, null, size, (value) => rateText(value, units[of]))
}
