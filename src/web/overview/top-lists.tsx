// Top lists: who and what makes up the traffic of the chosen time. Two requests, because single flows answer more slowly.
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Suspense, useMemo } from 'react'
import type { RouterStatus } from '../../contract/collector-status.ts'
import type { FlowGroup, Reach } from '../api/flow-groups.ts'
import { asNamesQuery, topQuery, type WindowAnswer } from '../api/queries.ts'
import { messages } from '../messages.ts'
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
import { lazyPart } from '../shell/lazy-part.ts'

const ExploreThese = lazyPart(() => import('../explore/explore-these.tsx'), 'ExploreThese')

const text = messages.top
/** Rows fetched of each list; the card shows a few of them until it is opened. */
const fetched = 25
// Kept in every single flow only.
const flowLists: readonly Dimension[] = ['sourceAddress', 'destinationAddress', 'sourcePort', 'destinationPort']
// Kept in the sums by minute and hour as well, and so answered at once over any range.
const sumLists: readonly Dimension[] = [
  'protocol',
  'direction',
  'sourceAS',
  'destinationAS',
  'sourceCountry',
  'destinationCountry',
  'routerAddress',
  'inputInterface',
]
/** Order on the page, row by row of three. */
const shown: readonly Dimension[] = [
  'sourceAddress',
  'destinationAddress',
  'protocol',
  'sourcePort',
  'destinationPort',
  'direction',
  'sourceAS',
  'destinationAS',
  'routerAddress',
  'sourceCountry',
  'destinationCountry',
  'inputInterface',
]

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

export function TopLists({ control, routers }: { readonly control: ViewControl; readonly routers: readonly RouterStatus[] }) {
  const account = useAccount()
  const { view } = control
  const question = { account, time: view.time, conditions: view.conditions, metric: view.metric }
  const flows = useQuery({ ...topQuery(question, flowLists, fetched), placeholderData: keepPreviousData })
  const sums = useQuery({ ...topQuery(question, sumLists, fetched), placeholderData: keepPreviousData })
  const as = useAsNames([sums.data?.groups['sourceAS'], sums.data?.groups['destinationAS']])
  const interfaces = useInterfaceNames(view.conditions)
  const names: KnownNames = useMemo(() => ({ as, routers: routerNames(routers), interfaces }), [as, routers, interfaces])
  const failed = flows.data === undefined && sums.data === undefined ? (flows.error ?? sums.error) : null
  if (failed !== null) {
    const retry = () => void Promise.all([flows.refetch(), sums.refetch()])
    return <FailureBanner error={failed} onRetry={retry} />
  }
  return (
    <section aria-label={text.title} className="grid gap-5 md:grid-cols-2 xl:grid-cols-3">
      {shown.map((dimension) => {
        const query = flowLists.includes(dimension) ? flows : sums
        const answer = query.data
        const since = answer === undefined ? null : shortOf(answer.reach[dimension], answer.window)
        return (
          <TopList
            key={dimension}
            dimension={dimension}
            groups={answer?.groups[dimension]}
            total={answer?.groups['total']?.[0]?.[view.metric] ?? 0}
            seconds={answer === undefined ? 1 : knownSeconds(answer, since, view.conditions.length > 0)}
            note={noteOf(since, answer?.reach[dimension])}
            error={query.error}
            outdated={query.isPlaceholderData}
            metric={view.metric}
            names={names}
            link={
              <Suspense fallback={null}>
                <ExploreThese view={view} dimension={dimension} />
              </Suspense>
            }
            onCondition={control.addCondition}
          />
        )
      })}
    </section>
  )
}
