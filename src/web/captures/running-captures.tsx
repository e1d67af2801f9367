// What is captured right now, for the overview. Nothing where nothing is.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { runningCapturesQuery } from '../api/capture-queries.ts'
import { captureMessages } from '../messages/captures.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { Stale } from '../shell/card-state.tsx'
import { useNow } from '../shell/use-now.ts'
import { RunningList } from './running-list.tsx'

const text = captureMessages
// The page about captures has them all.
const mostShown = 3

export function RunningCaptures() {
  // Every other second is enough where they are one thing among others.
  const running = useQuery({ ...runningCapturesQuery(useAccount()), refetchInterval: 2000 })
  const now = useNow(1)
  const { items = [], total = 0 } = running.data ?? {}
  if (items.length === 0) return null
  return (
    <section aria-label={text.overview.label}>
      <Card
        title={text.now.title}
        actions={
          <span className="flex items-center gap-3">
            <Stale query={running} />
            <Link
              to="/captures"
              className="rounded-sm text-base text-kumo-link hover:underline focus-visible:outline-2 focus-visible:outline-kumo-brand"
            >
              {text.overview.all(total)}
            </Link>
          </span>
        }
        flush
      >
        <RunningList captures={items.slice(0, mostShown)} now={now} brief />
      </Card>
    </section>
  )
}
