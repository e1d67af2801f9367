// What is announced right now, for the overview: until when, and the way to withdraw it; a red banner while all is stopped.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Advertisement } from '../../contract/advertisement.ts'
import { advertisingStatusQuery, currentAdvertisementsQuery } from '../api/advertisement-queries.ts'
import { advertisingMessages } from '../messages/advertising.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { Stale } from '../shell/card-state.tsx'
import { useNow } from '../shell/use-now.ts'
import { byUrgency } from '../view/advertisement-view.ts'
import { AdvertisementActions, Until } from './advertisement-rows.tsx'
import { AdvertisementState } from './advertisement-state.tsx'
import { RouteName } from './route-name.tsx'
import { StopBanner } from './stop-banner.tsx'
import type { AdvertisingTask } from './task-dialogs.tsx'
import { useTask } from './use-task.tsx'

const text = advertisingMessages
// The page about advertising has them all.
const mostShown = 5

interface LineProps {
  readonly advertisement: Advertisement
  readonly now: number
  readonly onTask: (task: AdvertisingTask) => void
}

function Line({ advertisement, now, onTask }: LineProps) {
  return (
    <li className="flex flex-wrap items-center gap-x-6 gap-y-2 border-t border-kumo-hairline px-4 py-2.5 text-base first:border-t-0">
      <span className="min-w-0 flex-1 basis-56">
        <RouteName advertisement={advertisement} />
      </span>
      <span className="md:w-64">
        <AdvertisementState advertisement={advertisement} now={now} />
      </span>
      <span className="min-w-0 sm:w-60">
        <Until advertisement={advertisement} now={now} labelled />
      </span>
      <span className="flex justify-end md:w-48">
        <AdvertisementActions advertisement={advertisement} onTask={onTask} />
      </span>
    </li>
  )
}

export function AnnouncedNow() {
  const account = useAccount()
  const { data: status } = useQuery(advertisingStatusQuery(account))
  const current = useQuery(currentAdvertisementsQuery(account))
  const now = useNow(1)
  const [start, dialog] = useTask()
  const { items = [], total = 0 } = current.data ?? {}
  if (status?.stopped !== true && items.length === 0) return null
  return (
    <section aria-label={text.overview.label} className="flex flex-col gap-3">
      <StopBanner status={status} />
      {items.length > 0 && (
        <Card
          title={text.now.title}
          actions={
            <span className="flex items-center gap-3">
              <Stale query={current} />
              <Link
                to="/advertisements"
                className="rounded-sm text-base text-kumo-link hover:underline focus-visible:outline-2 focus-visible:outline-kumo-brand"
              >
                {text.overview.all(total)}
              </Link>
            </span>
          }
          flush
        >
          <ul>
            {items
              .toSorted(byUrgency)
              .slice(0, mostShown)
              .map((advertisement) => (
                <Line key={advertisement.id} advertisement={advertisement} now={now} onTask={start} />
              ))}
          </ul>
        </Card>
      )}
      {dialog}
    </section>
  )
}
