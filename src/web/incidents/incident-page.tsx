// One incident: what happened to whom, how much, by what, and what was done.
import { LinkButton } from '@cloudflare/kumo/components/button'
import { Empty } from '@cloudflare/kumo/components/empty'
import { Loader } from '@cloudflare/kumo/components/loader'
import { ArrowRightIcon } from '@phosphor-icons/react/dist/csr/ArrowRight'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import type { Incident } from '../../contract/incident.ts'
import { IncidentAdvertisements } from '../advertisements/incident-card.tsx'
import { ApiFailure } from '../api/envelope.ts'
import { incidentQuery } from '../api/incident-queries.ts'
import { IncidentCaptures } from '../captures/incident-captures.tsx'
import { messages } from '../messages.ts'
import { incidentMessages } from '../messages/incidents.ts'
import { serverText } from '../messages/server-text.ts'
import { useUnit } from '../rules/use-unit.ts'
import { useAccount } from '../shell/account.ts'
import { Stale, type CardQuery } from '../shell/card-state.tsx'
import { FailureBanner } from '../shell/failure.tsx'
import { Trail } from '../shell/trail.tsx'
import { useNow } from '../shell/use-now.ts'
import { useTitle } from '../shell/use-title.ts'
import { DeriveButton } from '../signatures/derive-button.tsx'
import { overviewOf } from '../view/incident-view.ts'
import { writeView } from '../view/search.ts'
import { IncidentChart } from './incident-chart.tsx'
import { IncidentFacts } from './incident-facts.tsx'
import { IncidentState } from './incident-state.tsx'
import { PacketCard } from './packet-card.tsx'
import { TalkerLists } from './talker-lists.tsx'
import { TimelineCard } from './timeline-card.tsx'
import { TargetCard, VectorCard } from './vector-card.tsx'

const text = incidentMessages.page

interface DetailsProps {
  readonly incident: Incident
  readonly query: CardQuery<Incident>
}

function Heading({ incident, query }: DetailsProps) {
  const now = useNow(1)
  return (
    <div className="flex flex-col gap-1.5">
      <Trail to="/incidents" name={incidentMessages.title} here={incident.rule_name} />
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <h1 className="max-w-4xl min-w-0 text-xl font-semibold break-words text-kumo-default">{serverText(incident.headline)}</h1>
        <DeriveButton from={{ incident: incident.id }} />
      </div>
      <div className="flex flex-wrap items-center gap-x-5 gap-y-2">
        <IncidentState incident={incident} now={now} />
        <Link
          to="/"
          search={writeView(overviewOf(incident, now))}
          className="inline-flex items-center gap-1.5 rounded-sm text-base text-kumo-link hover:underline focus-visible:outline-2 focus-visible:outline-kumo-brand"
        >
          {text.toOverview}
          <ArrowRightIcon size={14} aria-hidden />
        </Link>
        <Stale query={query} />
      </div>
    </div>
  )
}

function Details({ incident, query }: DetailsProps) {
  useTitle(serverText(incident.headline))
  const [metric, setMetric] = useUnit(incident.metric)
  return (
    <div className="flex flex-col gap-5">
      <Heading incident={incident} query={query} />
      <IncidentFacts incident={incident} />
      <IncidentChart incident={incident} metric={metric} onMetric={setMetric} />
      <VectorCard vectors={incident.vectors} />
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-5 xl:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <div className="flex min-w-0 flex-col gap-5">
          <TalkerLists incident={incident} metric={metric} />
          <PacketCard packets={incident.packets} />
        </div>
        {/* What was done comes before who took part where there is no room beside it. */}
        <div className="order-first flex min-w-0 flex-col gap-5 xl:order-none">
          <IncidentAdvertisements incident={incident.id} />
          <IncidentCaptures incident={incident} />
          <TimelineCard incident={incident} />
          <TargetCard targets={incident.targets} />
        </div>
      </div>
    </div>
  )
}

function NoSuchIncident() {
  return (
    <Empty
      title={text.notFound}
      description={text.notFoundDetail}
      contents={
        <LinkButton href="/incidents" variant="primary">
          {text.toList}
        </LinkButton>
      }
    />
  )
}

export function IncidentPage() {
  const { id } = useParams({ from: '/shell/incidents/$id' })
  const query = useQuery(incidentQuery(useAccount(), id))
  const { data, error, refetch } = query
  if (data !== undefined) return <Details key={data.id} incident={data} query={query} />
  if (error instanceof ApiFailure && error.status === 404) return <NoSuchIncident />
  if (error !== null) return <FailureBanner error={error} onRetry={() => void refetch()} />
  return (
    <div className="flex justify-center py-16">
      <Loader size="lg" aria-label={messages.loading} />
    </div>
  )
}
