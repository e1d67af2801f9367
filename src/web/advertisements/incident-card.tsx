// What was announced for an incident.
import { useQuery } from '@tanstack/react-query'
import { advertisementsQuery } from '../api/advertisement-queries.ts'
import { advertisingMessages } from '../messages/advertising.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { Stale } from '../shell/card-state.tsx'
import { ShortList } from '../shell/short-list.tsx'
import { useNow } from '../shell/use-now.ts'
import { AdvertisementActions, Until } from './advertisement-rows.tsx'
import { AdvertisementState } from './advertisement-state.tsx'
import { RouteName } from './route-name.tsx'
import { useTask } from './use-task.tsx'

const text = advertisingMessages.incident
const shortList = 5

/** Nothing where nothing was announced. */
export function IncidentAdvertisements({ incident }: { readonly incident: string }) {
  const query = useQuery(advertisementsQuery(useAccount(), { incident, page: 1 }))
  const now = useNow(1)
  const [start, dialog] = useTask()
  const { items = [] } = query.data ?? {}
  if (items.length === 0) return null
  return (
    <Card title={text.title} actions={<Stale query={query} />} flush>
      <ShortList items={items} length={shortList}>
        {(shown) => (
          <ul>
            {shown.map((advertisement) => (
              <li key={advertisement.id} className="flex flex-col gap-2 border-t border-kumo-hairline p-4 text-base first:border-t-0">
                <span className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
                  <RouteName advertisement={advertisement} />
                  <AdvertisementActions advertisement={advertisement} onTask={start} />
                </span>
                <AdvertisementState advertisement={advertisement} now={now} />
                <Until advertisement={advertisement} now={now} labelled />
              </li>
            ))}
          </ul>
        )}
      </ShortList>
      {dialog}
    </Card>
  )
}
