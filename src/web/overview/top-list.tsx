// One top list: value, mean rate and share, with a bar behind each row; a click filters, Alt or the button leaves out.
import { Button } from '@cloudflare/kumo/components/button'
import { SkeletonLine } from '@cloudflare/kumo/components/loader'
import { ProhibitIcon } from '@phosphor-icons/react/dist/csr/Prohibit'
import { useState, type MouseEvent, type ReactNode } from 'react'
import type { FlowGroup, Metric } from '../api/flow-groups.ts'
import { messages } from '../messages.ts'
import { Card } from '../shell/card.tsx'
import { explain } from '../shell/failure.tsx'
import { dimensions, type Dimension, type FlowCondition } from '../view/filter.ts'
import { labelOf, type KnownNames, type Label } from '../view/labels.ts'
import { formatRate, formatShare } from '../view/units.ts'

const text = messages.top
const shortList = 7

export interface TopListProps {
  readonly dimension: Dimension
  /** Undefined while loading. */
  readonly groups: readonly FlowGroup[] | undefined
  /** Sum of everything that matches, in the metric: what shares refer to. */
  readonly total: number
  /** Length of the window, to make a rate of a sum. */
  readonly seconds: number
  readonly note: string | undefined
  readonly error: Error | null
  readonly outdated: boolean
  readonly metric: Metric
  readonly names: KnownNames
  /** Leads to more about the list. */
  readonly link: ReactNode
  readonly onCondition: (condition: FlowCondition) => void
}

interface RowProps {
  readonly label: Label
  readonly rate: string
  /** Of everything that matches. */
  readonly share: number
  /** Of the greatest of the list. */
  readonly part: number
  readonly mono: boolean
  readonly onChoose: (exclude: boolean) => void
}

const bar = 'linear-gradient(var(--color-kumo-info-tint), var(--color-kumo-info-tint))'

// Below this a share would need more digits than its column has, and says no more.
const tiny = 0.001

function shareText(share: number): string {
  return share > 0 && share < tiny ? text.tinyShare : formatShare(share)
}

function spokenLabel({ value, name }: Label): string {
  return name === '' ? value : `${value} ${name}`
}

/** Value and name: the part that filters when pressed. */
function Choice({ label, mono, onChoose }: RowProps) {
  const named = label.name !== ''
  return (
    <button
      type="button"
      className="flex min-h-7 w-full min-w-0 cursor-pointer items-center rounded-sm py-0.5 text-left focus-visible:outline-2 focus-visible:outline-kumo-brand"
      title={`${spokenLabel(label)}\n${text.filterBy(label.value)}`}
      onClick={(event: MouseEvent) => onChoose(event.altKey)}
    >
      <span className="flex w-full min-w-0 items-baseline gap-2 text-base/5 text-kumo-default group-hover:text-kumo-link">
        {/* A long IPv6 address takes a second line: an address cut short is of no use. */}
        <span className={mono ? 'line-clamp-2 font-mono text-sm/5 break-all' : named ? 'max-w-[65%] shrink-0 truncate' : 'truncate'}>
          {label.value}
        </span>
        {named && <span className="min-w-0 truncate text-sm/5 text-kumo-subtle">{label.name}</span>}
      </span>
    </button>
  )
}

function Row(row: RowProps) {
  const { label, rate, share, part, onChoose } = row
  const spoken = spokenLabel(label)
  return (
    // The bar lies behind the row and is relative to the greatest of the list: the share says how much of all it is.
    <tr
      className="group bg-no-repeat hover:bg-kumo-tint"
      style={{ backgroundImage: bar, backgroundSize: `${Math.max(part * 100, 0.5)}% calc(100% - 4px)`, backgroundPosition: '0 2px' }}
    >
      <td className="pl-3">
        <Choice {...row} />
      </td>
      <td className="pl-2 text-right text-base whitespace-nowrap text-kumo-default tabular-nums">{rate}</td>
      <td className="pl-2 text-right text-sm whitespace-nowrap text-kumo-subtle tabular-nums group-hover:text-kumo-default">
        {shareText(share)}
      </td>
      <td className="pr-1 pl-1">
        <Button
          variant="ghost"
          size="xs"
          shape="square"
          className="text-kumo-subtle opacity-0 group-hover:opacity-100 focus-visible:opacity-100 pointer-coarse:opacity-100"
          aria-label={text.exclude(spoken)}
          title={text.exclude(spoken)}
          icon={ProhibitIcon}
          onClick={() => onChoose(true)}
        />
      </td>
    </tr>
  )
}

function Rows({ list, groups }: { readonly list: TopListProps; readonly groups: readonly FlowGroup[] }) {
  const { dimension, total, seconds, metric, names, onCondition } = list
  const greatest = Math.max(1, ...groups.map((group) => group[metric]))
  const mono = dimensions[dimension] === 'address' || dimensions[dimension] === 'port'
  return (
    <table className="w-full table-fixed">
      <colgroup>
        <col />
        <col className="w-22" />
        <col className="w-14" />
        <col className="w-8" />
      </colgroup>
      {/* The title of the card and the units say it for the eye. */}
      <thead className="sr-only">
        <tr>
          <th scope="col">{messages.filter.names[dimension]}</th>
          <th scope="col">{text.rate[metric]}</th>
          <th scope="col">{text.share}</th>
          <th scope="col">{text.excludeColumn}</th>
        </tr>
      </thead>
      <tbody>
        {groups.map((group) => (
          <Row
            key={group.key}
            label={labelOf(dimension, group.key, names)}
            rate={formatRate(group[metric] / seconds, metric)}
            share={total > 0 ? group[metric] / total : 0}
            part={group[metric] / greatest}
            mono={mono}
            onChoose={(exclude) => onCondition({ dimension, value: String(group.key), exclude })}
          />
        ))}
      </tbody>
    </table>
  )
}

function Body({ list, open }: { readonly list: TopListProps; readonly open: boolean }) {
  const { groups, error } = list
  if (groups === undefined && error !== null) {
    return (
      <p className="px-4 py-3 text-base text-kumo-subtle">
        <span className="font-medium text-kumo-danger">
          {text.unreadable}
          {messages.fullStop}
        </span>{' '}
        {explain(error).fix}
      </p>
    )
  }
  if (groups === undefined) {
    return (
      <div className="flex flex-col gap-4 px-4 py-3" aria-busy="true">
        <SkeletonLine />
        <SkeletonLine />
        <SkeletonLine />
      </div>
    )
  }
  if (groups.length === 0) return <p className="px-4 py-3 text-base text-kumo-subtle">{text.empty}</p>
  return <Rows list={list} groups={open ? groups : groups.slice(0, shortList)} />
}

export function TopList(list: TopListProps) {
  const [open, setOpen] = useState(false)
  const count = list.groups?.length ?? 0
  const more =
    count > shortList ? (
      <Button variant="ghost" size="xs" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? text.fewer : text.more(count)}
      </Button>
    ) : null
  return (
    <Card
      title={text.lists[list.dimension]}
      actions={
        <span className="flex items-center gap-2">
          {more}
          {list.link}
        </span>
      }
      flush
    >
      <div
        className={`${count === 0 && list.groups !== undefined ? '' : 'min-h-52'} py-1.5 transition-opacity ${list.outdated ? 'opacity-60' : ''}`}
        aria-busy={list.outdated}
      >
        <Body list={list} open={open} />
        {list.note !== undefined && <p className="px-3 pt-1.5 text-sm text-kumo-subtle">{list.note}</p>}
      </div>
    </Card>
  )
}
