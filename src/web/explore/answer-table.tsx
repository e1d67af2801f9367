// The groups of an answer as a table to sort, with the rest and the total below; a value filters by itself or leaves itself out.
import { Button } from '@cloudflare/kumo/components/button'
import { ArrowDownIcon } from '@phosphor-icons/react/dist/csr/ArrowDown'
import { ArrowUpIcon } from '@phosphor-icons/react/dist/csr/ArrowUp'
import { ProhibitIcon } from '@phosphor-icons/react/dist/csr/Prohibit'
import type { ReactNode } from 'react'
import type { FlowAnswerView, FlowDimensionView, FlowFigures } from '../../contract/flow-question.ts'
import { messages } from '../messages.ts'
import { exploreMessages } from '../messages/explore.ts'
import { groupColour, restColour } from '../view/explore-chart.ts'
import { conditionOf, excluded } from '../view/explore-filter.ts'
import type { KeyPart } from '../view/explore-labels.ts'
import { nextSort, type SortColumn } from '../view/explore-search.ts'
import { answerSeconds, changeOf, meanOf, rateOf, sortedRows, type AnswerRow } from '../view/explore-table.ts'
import { formatCount, formatRate, formatShare } from '../view/units.ts'
import type { ExploreControl } from './use-explore.ts'

const text = exploreMessages.table
const cell = 'py-1.5 pl-3 text-right whitespace-nowrap tabular-nums'

export interface AnswerTableProps {
  readonly answer: FlowAnswerView
  /** In the order of the answer. */
  readonly rows: readonly AnswerRow[]
  readonly dimensions: readonly FlowDimensionView[]
  readonly control: ExploreControl
  /** Adds a condition to the filter. */
  readonly onCondition: (condition: string) => void
}

/** Columns beside the key; some are there only when they were asked for. */
function columnsOf({ state }: ExploreControl): SortColumn[] {
  return [
    'average',
    'p95',
    'max',
    ...(state.order === 'flows' ? (['flows'] as const) : []),
    'share',
    ...(state.previous ? (['previous'] as const) : []),
    ...(state.reverse ? (['reverse'] as const) : []),
  ]
}

// What does not fit beside the key on a narrow screen scrolls; these are said in the key's own cell there.
const wideOnly: ReadonlySet<SortColumn> = new Set(['p95', 'max'])

function SortHead({ column, control }: { readonly column: SortColumn; readonly control: ExploreControl }) {
  const { sort } = control.state
  const active = sort.column === column
  const name = text.columns[column]
  const Arrow = active && sort.ascending ? ArrowUpIcon : ArrowDownIcon
  const side = column === 'key' ? 'pl-4 text-left' : 'pl-3 text-right'
  // The arrow stands inside, so that names end where their figures end.
  const inside = column === 'key' ? '' : 'flex-row-reverse'
  return (
    <th
      scope="col"
      aria-sort={active ? (sort.ascending ? 'ascending' : 'descending') : 'none'}
      className={`py-2 text-sm font-medium whitespace-nowrap text-kumo-subtle ${side} ${wideOnly.has(column) ? 'max-md:hidden' : ''}`}
    >
      <button
        type="button"
        className={`inline-flex cursor-pointer items-center gap-1 rounded-sm hover:text-kumo-link focus-visible:outline-2 focus-visible:outline-kumo-brand ${inside}`}
        title={text.sortBy(name)}
        onClick={() => control.set({ sort: nextSort(sort, column) })}
      >
        {name}
        <Arrow size={12} aria-hidden className={active ? '' : 'invisible'} />
      </button>
    </th>
  )
}

function Change({ change }: { readonly change: ReturnType<typeof changeOf> }) {
  if (change === undefined) return null
  if (change === 'new') return <span className="text-sm text-kumo-subtle">{text.fresh}</span>
  const share = formatShare(Math.abs(change))
  if (share === formatShare(0)) return <span className="text-sm text-kumo-subtle">{text.unchanged}</span>
  const Arrow = change > 0 ? ArrowUpIcon : ArrowDownIcon
  return (
    <span className="inline-flex items-center gap-0.5 text-sm text-kumo-subtle">
      <Arrow size={12} aria-hidden />
      <span aria-hidden>{share}</span>
      <span className="sr-only">{change > 0 ? text.more(share) : text.less(share)}</span>
    </span>
  )
}

function ShareBar({ share, colour }: { readonly share: number; readonly colour: string }) {
  return (
    <span className="flex items-center justify-end gap-2">
      <span aria-hidden className="h-1.5 w-16 overflow-hidden rounded-full bg-kumo-recessed max-md:hidden">
        <span className="block h-full rounded-full" style={{ width: `${Math.min(100, share * 100)}%`, backgroundColor: colour }} />
      </span>
      <span className="w-12">{formatShare(share)}</span>
    </span>
  )
}

interface FigureProps {
  readonly column: SortColumn
  readonly figures: FlowFigures
  readonly table: AnswerTableProps
  readonly colour: string
}

function Figure({ column, figures, table, colour }: FigureProps) {
  const { metric } = table.control.state
  const rate = (value: number | null | undefined) => (value === null || value === undefined ? messages.none : formatRate(value, metric))
  const seconds = answerSeconds(table.answer)
  switch (column) {
    case 'share':
      return <ShareBar share={figures.share} colour={colour} />
    case 'flows':
      return formatCount(figures.flows)
    case 'reverse':
      return rate(meanOf(figures.reverse, metric, seconds))
    case 'previous':
      return (
        <span className="flex items-baseline justify-end gap-2" title={figures.previous === null ? text.unknownBefore : undefined}>
          <Change change={changeOf(figures, metric)} />
          {rate(meanOf(figures.previous, metric, seconds))}
        </span>
      )
    case 'average':
    case 'p95':
    case 'max': {
      const value = rateOf(figures, metric)[column]
      return <span title={value === null ? text.p95Missing : undefined}>{rate(value)}</span>
    }
    default:
      return null
  }
}

function partCondition({ dimension, raw }: Pick<KeyPart, 'dimension' | 'raw'>, { dimensions }: AnswerTableProps): string | undefined {
  return conditionOf(
    dimensions.find(({ name }) => name === dimension),
    raw,
  )
}

/** The values of a key; each that can be filtered by is a button. */
function Key({ parts, table }: { readonly parts: readonly KeyPart[]; readonly table: AnswerTableProps }) {
  return parts.map(({ dimension, raw, value, name }) => {
    const condition = partCondition({ dimension, raw }, table)
    const written = (
      <>
        <span className="break-all">{value}</span>
        {name !== '' && <span className="text-sm text-kumo-subtle"> {name}</span>}
      </>
    )
    if (condition === undefined) return <span key={dimension}>{written}</span>
    return (
      <button
        key={dimension}
        type="button"
        className="min-w-0 cursor-pointer rounded-sm text-left hover:text-kumo-link hover:underline focus-visible:outline-2 focus-visible:outline-kumo-brand"
        title={text.only(condition)}
        onClick={(event) => table.onCondition(event.altKey ? excluded(condition) : condition)}
      >
        {written}
      </button>
    )
  })
}

interface RowProps {
  readonly figures: FlowFigures
  readonly columns: readonly SortColumn[]
  readonly table: AnswerTableProps
  readonly colour: string
  readonly label: ReactNode
  readonly action?: ReactNode
}

function Row({ figures, columns, table, colour, label, action }: RowProps) {
  const { metric } = table.control.state
  const { p95, max } = rateOf(figures, metric)
  return (
    <tr className="group border-t border-kumo-hairline text-base text-kumo-default">
      <th scope="row" className="min-w-44 py-1.5 pl-4 text-left font-normal">
        <span className="flex items-baseline gap-2.5">
          <span aria-hidden className="size-2.5 shrink-0 rounded-xs" style={{ backgroundColor: colour }} />
          <span className="flex min-w-0 flex-wrap items-baseline gap-x-3 gap-y-0.5">{label}</span>
        </span>
        {p95 !== null && max !== null && (
          <span className="block pl-5 text-sm text-kumo-subtle md:hidden">
            {text.peaks(formatRate(p95, metric), formatRate(max, metric))}
          </span>
        )}
      </th>
      {columns.map((column) => (
        <td key={column} className={`${cell} ${wideOnly.has(column) ? 'max-md:hidden' : ''}`}>
          <Figure column={column} figures={figures} table={table} colour={colour} />
        </td>
      ))}
      <td className="px-1 text-right">{action}</td>
    </tr>
  )
}

/** Leaves out flows that have all values of the key. */
function LeaveOut({ row, table }: { readonly row: AnswerRow; readonly table: AnswerTableProps }) {
  const conditions = row.parts.map((part) => partCondition(part, table))
  if (conditions.length === 0 || conditions.includes(undefined)) return null
  return (
    <Button
      variant="ghost"
      size="sm"
      shape="square"
      className="text-kumo-subtle opacity-0 group-hover:opacity-100 focus-visible:opacity-100 pointer-coarse:opacity-100"
      aria-label={text.without(row.text)}
      title={text.without(row.text)}
      icon={ProhibitIcon}
      onClick={() => table.onCondition(excluded(conditions.join(' and ')))}
    />
  )
}

export function AnswerTable(table: AnswerTableProps) {
  const { answer, rows, control } = table
  const { metric, sort } = control.state
  const columns = columnsOf(control)
  const places = new Map(rows.map((row, index) => [row.text, index]))
  const shared = { columns, table }
  // Without a key the one group is the total.
  const groups = answer.by.length === 0 ? [] : sortedRows(rows, sort, metric)
  return (
    <div className="overflow-x-auto">
      <table aria-label={text.label} className="w-full">
        <thead>
          <tr>
            <SortHead column="key" control={control} />
            {columns.map((column) => (
              <SortHead key={column} column={column} control={control} />
            ))}
            <th scope="col" className="w-10">
              <span className="sr-only">{text.leaveOut}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {groups.map((row) => (
            <Row
              key={row.text}
              {...shared}
              figures={row.figures}
              colour={groupColour(places.get(row.text) ?? rows.length)}
              label={<Key parts={row.parts} table={table} />}
              action={<LeaveOut row={row} table={table} />}
            />
          ))}
          {answer.other !== null && (
            <Row
              {...shared}
              figures={answer.other}
              colour={restColour}
              label={<span className="italic">{exploreMessages.answer.rest}</span>}
            />
          )}
          <Row {...shared} figures={answer.total} colour="transparent" label={<strong>{exploreMessages.answer.total}</strong>} />
        </tbody>
      </table>
    </div>
  )
}
