// The first page: is collection healthy, how much traffic, from which routers, and who talks most.
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Suspense } from 'react'
import { ledgerQuery, routersQuery, unregisteredQuery } from '../api/queries.ts'
import { messages } from '../messages.ts'
import { useAccount } from '../shell/account.ts'
import { FailureBanner } from '../shell/failure.tsx'
import { useTitle } from '../shell/use-title.ts'
import { FilterBar } from './filter-bar.tsx'
import { TopLists } from './top-lists.tsx'
import { TrafficCard } from './traffic-card.tsx'
import { useView } from './use-view.ts'
import { VerdictLine } from './verdict-line.tsx'
import { ViewToolbar } from './view-toolbar.tsx'
import { lazyPart } from '../shell/lazy-part.ts'

// Seen once in the life of an installation.
const FirstSteps = lazyPart(() => import('./first-steps.tsx'), 'FirstSteps')

// Below the chart, which comes later as well. Its table would make the first load 13 kB larger.
const RouterCard = lazyPart(() => import('./router-card.tsx'), 'RouterCard')

// Mostly there is nothing to tell of these four.
const UnregisteredCard = lazyPart(() => import('./unregistered-card.tsx'), 'UnregisteredCard')
const FiringNow = lazyPart(() => import('./firing-now.tsx'), 'FiringNow')
const RunningCaptures = lazyPart(() => import('../captures/running-captures.tsx'), 'RunningCaptures')
const AnnouncedNow = lazyPart(() => import('../advertisements/announced-now.tsx'), 'AnnouncedNow')

const text = messages.overview

export function OverviewPage() {
  useTitle(text.title)
  const account = useAccount()
  const control = useView()
  const routers = useQuery({ ...routersQuery(account), placeholderData: keepPreviousData })
  const unregistered = useQuery(unregisteredQuery(account))
  const ledger = useQuery(ledgerQuery(account))
  const fresh = routers.data?.length === 0
  const senders = unregistered.data ?? []
  return (
    <div className="flex flex-col gap-5">
      <h1 className="sr-only">{text.title}</h1>
      {routers.error !== null && routers.data === undefined && (
        <FailureBanner error={routers.error} onRetry={() => void routers.refetch()} />
      )}
      {fresh ? (
        <>
          <Suspense fallback={null}>
            {senders.length > 0 && <UnregisteredCard senders={senders} />}
            <FirstSteps listeners={ledger.data?.listeners ?? []} />
          </Suspense>
        </>
      ) : (
        <>
          <Suspense fallback={null}>
            <FiringNow metric={control.view.metric} />
          </Suspense>
          <Suspense fallback={null}>
            <AnnouncedNow />
          </Suspense>
          <Suspense fallback={null}>
            <RunningCaptures />
          </Suspense>
          {!(routers.isError && routers.data === undefined) && (
            <VerdictLine routers={routers.data} unregistered={senders} ledger={ledger.data} />
          )}
          <ViewToolbar control={control}>
            <FilterBar control={control} routers={routers.data ?? []} />
          </ViewToolbar>
          <TrafficCard control={control} />
          <Suspense fallback={null}>{senders.length > 0 && <UnregisteredCard senders={senders} />}</Suspense>
          <Suspense fallback={<div className="min-h-80" aria-busy="true" />}>
            <RouterCard control={control} routers={routers.data} failed={routers.isError} updatedAt={routers.dataUpdatedAt} />
          </Suspense>
          <TopLists control={control} routers={routers.data ?? []} />
        </>
      )}
    </div>
  )
}
