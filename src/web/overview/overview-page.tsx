// The first page: is something wrong, which routers can be believed, how much traffic, what is done about it, who talks most.
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Suspense } from 'react'
import type { UnregisteredSender } from '../../contract/collector-status.ts'
import { ledgerQuery, routersQuery, unregisteredQuery } from '../api/queries.ts'
import { messages } from '../messages.ts'
import { useAccount } from '../shell/account.ts'
import { FailureBanner } from '../shell/failure.tsx'
import { lazyPart } from '../shell/lazy-part.ts'
import { useTitle } from '../shell/use-title.ts'
import { useView, type ViewControl } from './use-view.ts'
import { ViewToolbar } from './view-toolbar.tsx'

// The parts ask at the same time as their code comes; all of it in the first load would make that 20 kB larger.
const FilterBar = lazyPart(() => import('./filter-bar.tsx'), 'FilterBar')
const VerdictLine = lazyPart(() => import('./verdict-line.tsx'), 'VerdictLine')
const RouterStrip = lazyPart(() => import('./router-strip.tsx'), 'RouterStrip')
const TrafficCard = lazyPart(() => import('./traffic-card.tsx'), 'TrafficCard')
const TopLists = lazyPart(() => import('./top-lists.tsx'), 'TopLists')

// Seen once in the life of an installation.
const FirstSteps = lazyPart(() => import('./first-steps.tsx'), 'FirstSteps')

// Mostly there is nothing to tell of these.
const UnregisteredCard = lazyPart(() => import('../routers/unregistered-card.tsx'), 'UnregisteredCard')
const FiringNow = lazyPart(() => import('./firing-now.tsx'), 'FiringNow')
const RunningCaptures = lazyPart(() => import('../captures/running-captures.tsx'), 'RunningCaptures')
const AnnouncedNow = lazyPart(() => import('../advertisements/announced-now.tsx'), 'AnnouncedNow')

const text = messages.overview

/** Keeps the place of a part whose code or first answer is on its way, so that nothing below it jumps. */
function Place({ className }: { readonly className: string }) {
  return <div className={`animate-pulse rounded-lg bg-kumo-recessed motion-reduce:animate-none ${className}`} aria-busy="true" />
}

function Checking() {
  return <p className="min-h-6 px-1 text-base text-kumo-subtle">{messages.verdict.checking}</p>
}

function FreshInstallation({ senders }: { readonly senders: readonly UnregisteredSender[] }) {
  const ledger = useQuery(ledgerQuery(useAccount()))
  return (
    <Suspense fallback={null}>
      {senders.length > 0 && <UnregisteredCard senders={senders} />}
      <FirstSteps listeners={ledger.data?.listeners ?? []} />
    </Suspense>
  )
}

/** What goes on beside the traffic: it stands together, since an attack, its announcement and its capture are one thing. */
function HappeningNow({ control, senders }: { readonly control: ViewControl; readonly senders: readonly UnregisteredSender[] }) {
  return (
    <Suspense fallback={null}>
      <FiringNow metric={control.view.metric} />
      <AnnouncedNow />
      <RunningCaptures />
      {senders.length > 0 && <UnregisteredCard senders={senders} />}
    </Suspense>
  )
}

function Verdict({ control, senders }: { readonly control: ViewControl; readonly senders: readonly UnregisteredSender[] }) {
  const account = useAccount()
  const routers = useQuery(routersQuery(account))
  const ledger = useQuery(ledgerQuery(account))
  if (routers.data === undefined && routers.error !== null)
    return <FailureBanner error={routers.error} onRetry={() => void routers.refetch()} />
  if (routers.data === undefined) return <Checking />
  return (
    <Suspense fallback={<Checking />}>
      <VerdictLine routers={routers.data} unregistered={senders} ledger={ledger.data} metric={control.view.metric} />
    </Suspense>
  )
}

export function OverviewPage() {
  useTitle(text.title)
  const account = useAccount()
  const control = useView()
  const routers = useQuery({ ...routersQuery(account), placeholderData: keepPreviousData })
  const unregistered = useQuery(unregisteredQuery(account))
  const senders = unregistered.data ?? []
  const known = routers.data
  return (
    <div className="flex flex-col gap-4">
      <h1 className="sr-only">{text.title}</h1>
      {known?.length === 0 ? (
        <FreshInstallation senders={senders} />
      ) : (
        <>
          <Verdict control={control} senders={senders} />
          <ViewToolbar control={control}>
            <Suspense fallback={<div className="h-8" />}>
              <FilterBar control={control} routers={known ?? []} />
            </Suspense>
          </ViewToolbar>
          <Suspense fallback={<Place className="h-40" />}>
            {known === undefined ? (
              !routers.isError && <Place className="h-40" />
            ) : (
              <RouterStrip view={control.view} routers={known} failed={routers.isError} updatedAt={routers.dataUpdatedAt} />
            )}
          </Suspense>
          <Suspense fallback={<Place className="h-96" />}>
            <TrafficCard control={control} rules />
          </Suspense>
          <HappeningNow control={control} senders={senders} />
          <Suspense fallback={<Place className="h-96" />}>
            <TopLists control={control} routers={known ?? []} />
          </Suspense>
        </>
      )}
    </div>
  )
}
