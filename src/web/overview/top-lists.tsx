// Top lists: who and what makes up the traffic of the chosen time. Requests of their own for single flows, which
// answer more slowly, and for what is folded.
import { Button } from '@cloudflare/kumo/components/button'
import { CaretDownIcon } from '@phosphor-icons/react/dist/csr/CaretDown'
import { CaretUpIcon } from '@phosphor-icons/react/dist/csr/CaretUp'
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { RouterStatus } from '../../contract/collector-status.ts'
import type { FlowGroup, Reach } from '../api/flow-groups.ts'
import { asNamesQuery, topQuery, type WindowAnswer } from '../api/queries.ts'
import { ExploreThese } from '../explore/explore-these.tsx'
import { messages } from '../messages.ts'
import { overviewMessages } from '../messages/overview.ts'
import { useAccount } from '../shell/account.ts'
import { FailureBanner } from '../shell/failure.tsx'
import type { Dimension } from '../view/filter.ts'
import type { KnownNames } from '../view/labels.ts'
import { firstKnown, shortOf } from '../view/series.ts'
import { elapsedSeconds } from '../view/time-range.ts'
import { formatDayTime } from '../view/units.ts'
import { routerNames } from './router-names.ts'
import { TopList } from './top-list.tsx'
import { useInterfaceNames } from './use-interface-names.ts'
import type { ViewControl } from './use-view.ts'

const text = messages.top
/** Rows fetched of each list; the card shows a few of them until it is opened. */
const fetched = 25
// Kept in every single flow only.
const flowLists: readonly Dimension[] = ['sourceAddress', 'destinationAddress', 'sourcePort', 'destinationPort']
// Kept in the sums by minute and hour as well, and so answered at once over any range.
const firstSums: readonly Dimension[] = ['protocol', 'sourceAS']
const moreSums: readonly Dimension[] = [
  'destinationAS',
  'routerAddress',
  'direction',
  'sourceCountry',
  'destinationCountry',
  'inputInterface',
]
/** Who, to whom, by what: what is asked first in an attack. Row by row of three. */
const firstLists: readonly Dimension[] = ['sourceAddress', 'destinationAddress', 'sourceAS', 'sourcePort', 'destinationPort', 'protocol']

/** Length of what the answer is about, so that rates agree with the chart on a server that has just been set up. */
function knownSeconds({ groups, window }: WindowAnswer, since: number | null, filtered: boolean): number {
  return elapsedSeconds(window, Math.max(since ?? window.start, firstKnown(groups['first'] ?? [], window, filtered)))
}

function useAsNames(groups: readonly (readonly FlowGroup[] | undefined)[]): Readonly<Record<string, string>> {
  const numbers = groups.flatMap((list) => (list ?? []).map((group) => Number(group.key)))
  const { data } = useQuery({ ...asNamesQuery(useAccount(), numbers), placeholderData: keepPreviousData })
  return data ?? {}
}

function noteOf(since: number | null, reach: Reach | undefined): string | undefined {
  if (since !== null) return text.reach(formatDayTime(since))
  return reach?.tier === 'top' ? text.lowerBounds : undefined
}

type Answer = Pick<UseQueryResult<WindowAnswer>, 'data' | 'error' | 'isPlaceholderData'>

interface ListProps {
  readonly dimension: Dimension
  readonly query: Answer
  readonly control: ViewControl
  readonly names: KnownNames
}

function List({ dimension, query, control, names }: ListProps) {
  const { view } = control
  const answer = query.data
  const since = answer === undefined ? null : shortOf(answer.reach[dimension], answer.window)
  return (
    <TopList
      dimension={dimension}
      groups={answer?.groups[dimension]}
      total={answer?.groups['total']?.[0]?.[view.metric] ?? 0}
      seconds={answer === undefined ? 1 : knownSeconds(answer, since, view.conditions.length > 0)}
      note={noteOf(since, answer?.reach[dimension])}
      error={query.error}
      outdated={query.isPlaceholderData}
      metric={view.metric}
      names={names}
      link={<ExploreThese view={view} dimension={dimension} />}
      onCondition={control.addCondition}
    />
  )
}

const grid = 'grid gap-4 md:grid-cols-2 xl:grid-cols-3'
// On a narrow screen, where they stand below each other, only the most urgent.
const folded = 'max-md:[&>:nth-child(n+4)]:hidden'

export function TopLists({ control, routers }: { readonly control: ViewControl; readonly routers: readonly RouterStatus[] }) {
  const account = useAccount()
  const [open, setOpen] = useState(false)
  const { view } = control
  const question = { account, time: view.time, conditions: view.conditions, metric: view.metric }
  const flows = useQuery({ ...topQuery(question, flowLists, fetched), placeholderData: keepPreviousData })
  const sums = useQuery({ ...topQuery(question, firstSums, fetched), placeholderData: keepPreviousData })
  const more = useQuery({ ...topQuery(question, moreSums, fetched), placeholderData: keepPreviousData, enabled: open })
  const as = useAsNames([sums.data?.groups['sourceAS'], more.data?.groups['destinationAS']])
  const interfaces = useInterfaceNames(view.conditions)
  const names: KnownNames = useMemo(() => ({ as, routers: routerNames(routers), interfaces }), [as, routers, interfaces])
  const failed = flows.data === undefined && sums.data === undefined ? (flows.error ?? sums.error) : null
  if (failed !== null) {
    const retry = () => void Promise.all([flows.refetch(), sums.refetch()])
    return <FailureBanner error={failed} onRetry={retry} />
  }
  return (
    <section aria-label={text.title} className="flex flex-col gap-4">
      <div className={open ? grid : `${grid} ${folded}`}>
        {firstLists.map((dimension) => (
          <List
            key={dimension}
            dimension={dimension}
            query={flowLists.includes(dimension) ? flows : sums}
            control={control}
            names={names}
          />
        ))}
      </div>
      {open && (
        <div className={grid}>
          {moreSums.map((dimension) => (
            <List key={dimension} dimension={dimension} query={more} control={control} names={names} />
          ))}
        </div>
      )}
      <div>
        <Button variant="ghost" aria-expanded={open} icon={open ? CaretUpIcon : CaretDownIcon} onClick={() => setOpen(!open)}>
          {open ? overviewMessages.fewerDimensions : overviewMessages.more}
        </Button>
      </div>
    </section>
  )
}
