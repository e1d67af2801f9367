// One interface, both directions: as two rows of a table, or as an item of a list on narrow screens.
import { Badge } from '@cloudflare/kumo/components/badge'
import { Table } from '@cloudflare/kumo/components/table'
import { ArrowDownLeftIcon } from '@phosphor-icons/react/dist/csr/ArrowDownLeft'
import { ArrowUpRightIcon } from '@phosphor-icons/react/dist/csr/ArrowUpRight'
import { Link } from '@tanstack/react-router'
import type { CounterComparison, InterfaceStatus } from '../../contract/exporter-health.ts'
import { messages } from '../messages.ts'
import { routerMessages } from '../messages/router.ts'
import { causeText, formatRatio } from '../view/counter-text.ts'
import { withCondition, type FlowCondition } from '../view/filter.ts'
import { interfaceLabel } from '../view/interface-names.ts'
import { writeView, type View } from '../view/search.ts'
import { formatDuration, formatRate } from '../view/units.ts'

const text = routerMessages

type Way = 'in' | 'out'

// Kumo's stripes would run through the middle of an interface, which takes two rows.
const plainRow = '!bg-transparent [&>td]:!py-1.5 [&>td]:!bg-transparent'

export interface InterfaceRowProps {
  readonly status: InterfaceStatus
  readonly view: View
  readonly now: number
}

function InterfaceName({ status, now }: Omit<InterfaceRowProps, 'view'>) {
  const { name, description, speed, updated, if_index } = status
  const details = [
    ...(name === '' ? [] : [messages.top.interface(String(if_index))]),
    ...(speed === null ? [] : [formatRate(speed, 'bits')]),
    ...(updated === null ? [] : [text.counted(formatDuration((now - Date.parse(updated)) / 1000))]),
  ]
  return (
    <div className="flex min-w-0 flex-col gap-0.5">
      <span className="font-medium break-words text-kumo-default">{interfaceLabel(status)}</span>
      {description !== '' && (
        <span className="truncate text-sm text-kumo-default" title={description}>
          {description}
        </span>
      )}
      <span className="text-sm text-kumo-subtle tabular-nums">{details.join(' · ')}</span>
    </div>
  )
}

/** Leads to the overview, filtered by this router, interface and direction. */
function Direction({ status, view, way }: Omit<InterfaceRowProps, 'now'> & { readonly way: Way }) {
  const Icon = way === 'in' ? ArrowDownLeftIcon : ArrowUpRightIcon
  const label = (way === 'in' ? text.showIn : text.showOut)(interfaceLabel(status))
  const condition: FlowCondition = {
    dimension: way === 'in' ? 'inputInterface' : 'outputInterface',
    value: String(status.if_index),
    exclude: false,
  }
  return (
    <Link
      to="/"
      search={writeView({ ...view, conditions: withCondition(view.conditions, condition) })}
      aria-label={label}
      title={label}
      className="inline-flex items-center gap-1.5 rounded-sm whitespace-nowrap text-kumo-link hover:underline focus-visible:outline-2 focus-visible:outline-kumo-brand"
    >
      <Icon size={14} aria-hidden />
      {text[way]}
    </Link>
  )
}

function counterText({ counter_bps }: CounterComparison): string {
  return counter_bps === null ? messages.none : formatRate(counter_bps, 'bits')
}

/** Two bars of one scale: counters above, flows below. The figures beside them say the same in numbers. */
function Bars({ comparison }: { readonly comparison: CounterComparison }) {
  const { counter_bps, flow_bps, ratio } = comparison
  if (counter_bps === null || ratio === null) return null
  const most = Math.max(counter_bps, flow_bps)
  const bar = (value: number, colour: string) => (
    <span className="block h-1 w-full overflow-hidden rounded-full bg-kumo-recessed">
      <span
        className={`block h-full rounded-full ${colour}`}
        style={{ width: `${value === 0 ? 0 : Math.max((100 * value) / most, 1)}%` }}
      />
    </span>
  )
  return (
    <span aria-hidden className="flex w-24 shrink-0 flex-col gap-0.5">
      {bar(counter_bps, 'bg-kumo-interact')}
      {bar(flow_bps, causeText(comparison).tone === 'warning' ? 'bg-kumo-warning' : 'bg-kumo-info')}
    </span>
  )
}

function Ratio({ comparison }: { readonly comparison: CounterComparison }) {
  return (
    <span className="flex items-center gap-3">
      <span className="w-16 whitespace-nowrap tabular-nums">{formatRatio(comparison.ratio)}</span>
      <Bars comparison={comparison} />
    </span>
  )
}

/** @param way said where the two directions differ and stand apart from their figures */
function Cause({ comparison, way }: { readonly comparison: CounterComparison; readonly way?: Way }) {
  const { name, meaning, tone } = causeText(comparison)
  return (
    <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
      {way !== undefined && <span className="text-sm text-kumo-subtle">{text[way]}</span>}
      <Badge appearance="dot" variant={tone}>
        {name}
      </Badge>
      {meaning !== '' && <span className="text-sm text-kumo-subtle">{meaning}</span>}
    </span>
  )
}

/** Usually both directions suffer from the same; then it is said once. */
function sameCause(status: InterfaceStatus): boolean {
  return causeText(status.in).name === causeText(status.out).name
}

function FigureCells({ status, view, way }: Omit<InterfaceRowProps, 'now'> & { readonly way: Way }) {
  const comparison = status[way]
  return (
    <>
      <Table.Cell className="w-24">
        <Direction status={status} view={view} way={way} />
      </Table.Cell>
      <Table.Cell className="w-32 text-right whitespace-nowrap tabular-nums">{counterText(comparison)}</Table.Cell>
      <Table.Cell className="w-32 text-right whitespace-nowrap tabular-nums">{formatRate(comparison.flow_bps, 'bits')}</Table.Cell>
      <Table.Cell className="w-60">
        <Ratio comparison={comparison} />
      </Table.Cell>
    </>
  )
}

export function InterfaceRows({ status, view, now }: InterfaceRowProps) {
  const together = sameCause(status)
  return (
    <>
      <Table.Row className={`${plainRow} border-t border-kumo-hairline`}>
        <Table.Cell rowSpan={2} className="max-w-72 align-top">
          <InterfaceName status={status} now={now} />
        </Table.Cell>
        <FigureCells status={status} view={view} way="in" />
        <Table.Cell rowSpan={together ? 2 : 1}>
          <Cause comparison={status.in} />
        </Table.Cell>
      </Table.Row>
      <Table.Row className={plainRow}>
        <FigureCells status={status} view={view} way="out" />
        {!together && (
          <Table.Cell>
            <Cause comparison={status.out} />
          </Table.Cell>
        )}
      </Table.Row>
    </>
  )
}

/** One line of the list on narrow screens, aligned with the head of its columns. */
function DirectionLine({ status, view, way }: Omit<InterfaceRowProps, 'now'> & { readonly way: Way }) {
  const comparison = status[way]
  const tone = causeText(comparison).tone === 'warning' ? 'font-medium text-kumo-warning' : 'text-kumo-default'
  return (
    <tr>
      <th scope="row" className="py-1 text-left font-normal">
        <Direction status={status} view={view} way={way} />
      </th>
      <td className="py-1 text-right text-kumo-default">{counterText(comparison)}</td>
      <td className="py-1 text-right text-kumo-default">{formatRate(comparison.flow_bps, 'bits')}</td>
      <td className={`py-1 text-right ${tone}`}>{formatRatio(comparison.ratio)}</td>
    </tr>
  )
}

export function InterfaceItem({ status, view, now }: InterfaceRowProps) {
  const together = sameCause(status)
  return (
    <li className="flex flex-col gap-2 border-t border-kumo-hairline p-4 first:border-t-0">
      <InterfaceName status={status} now={now} />
      <table className="w-full table-fixed text-base whitespace-nowrap tabular-nums">
        <thead className="text-sm text-kumo-subtle">
          <tr>
            <th scope="col" className="w-1/5">
              <span className="sr-only">{text.direction}</span>
            </th>
            <th scope="col" className="text-right font-normal">
              {text.byCounters}
            </th>
            <th scope="col" className="text-right font-normal">
              {text.byFlows}
            </th>
            <th scope="col" className="w-1/5 text-right font-normal">
              {text.ratioShort}
            </th>
          </tr>
        </thead>
        <tbody>
          <DirectionLine status={status} view={view} way="in" />
          <DirectionLine status={status} view={view} way="out" />
        </tbody>
      </table>
      <Cause comparison={status.in} {...(together ? {} : { way: 'in' })} />
      {!together && <Cause comparison={status.out} way="out" />}
    </li>
  )
}
