// The captures of an incident, and the ways to packets of its targets: from now on, or from before it.
import { Link } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import type { Incident } from '../../contract/incident.ts'
import { incidentCapturesQuery } from '../api/capture-queries.ts'
import { captureMessages } from '../messages/captures.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { Stale } from '../shell/card-state.tsx'
import { Permitted } from '../shell/permitted.tsx'
import { targetFilter } from '../view/capture-filter.ts'
import { gotText } from '../view/capture-view.ts'
import { CaptureName, CaptureState } from './capture-state.tsx'

const text = captureMessages.incident
const linked = 'rounded-sm text-base text-kumo-link hover:underline focus-visible:outline-2 focus-visible:outline-kumo-brand'

export function IncidentCaptures({ incident }: { readonly incident: Incident }) {
  const query = useQuery(incidentCapturesQuery(useAccount(), incident.id))
  const { items = [] } = query.data ?? {}
  const filter = targetFilter(incident.targets)
  return (
    <Card title={text.title} actions={<Stale query={query} />} flush>
      {items.length > 0 && (
        <ul className="border-b border-kumo-hairline">
          {items.map((capture) => (
            <li key={capture.id} className="flex flex-col gap-1 border-t border-kumo-hairline p-4 text-base first:border-t-0">
              <CaptureName capture={capture} />
              <span className="flex flex-wrap items-center gap-x-3 text-sm text-kumo-subtle tabular-nums">
                <CaptureState capture={capture} />
                {gotText(capture)}
              </span>
            </li>
          ))}
        </ul>
      )}
      <Permitted scope="captures:write">
        <p className="flex flex-wrap gap-x-5 gap-y-1 p-4">
          {incident.state === 'open' && (
            <Link to="/captures/new" search={{ filter }} className={linked}>
              {text.now}
            </Link>
          )}
          <Link to="/captures/new" search={{ filter, before: incident.opened_at }} className={linked}>
            {text.before}
          </Link>
        </p>
      </Permitted>
    </Card>
  )
}
