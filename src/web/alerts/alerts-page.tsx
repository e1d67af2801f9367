// Who is told of incidents, where that goes, what is silenced, and what was sent.
import { alertMessages } from '../messages/alerts.ts'
import { useTitle } from '../shell/use-title.ts'
import { DestinationCard } from './destination-card.tsx'
import { HistoryCard } from './history-card.tsx'
import { PolicyCard } from './policy-card.tsx'
import { SilenceCard } from './silence-card.tsx'
import { PageHeading } from '../shell/page-heading.tsx'

const text = alertMessages

export function AlertsPage() {
  useTitle(text.title)
  return (
    <div className="flex flex-col gap-5">
      <PageHeading title={text.title} intro={text.intro} />
      <PolicyCard />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-5 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <DestinationCard />
        <SilenceCard />
      </div>
      <HistoryCard />
    </div>
  )
}
