// Whether an incident goes on, and for how long it has or had.
import { Badge } from '@cloudflare/kumo/components/badge'
import type { IncidentSummary } from '../../contract/incident.ts'
import { incidentMessages } from '../messages/incidents.ts'
import { incidentSeconds } from '../view/incident-view.ts'
import { formatDuration } from '../view/units.ts'

const text = incidentMessages

export interface IncidentStateProps {
  readonly incident: Pick<IncidentSummary, 'state' | 'started_at' | 'ended_at'>
  readonly now: number
}

export function IncidentState({ incident, now }: IncidentStateProps) {
  const duration = formatDuration(incidentSeconds(incident, now))
  const open = incident.state === 'open'
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-0.5">
      <Badge appearance="dot" variant={open ? 'error' : 'neutral'}>
        {text.states[incident.state]}
      </Badge>
      <span className="text-sm whitespace-nowrap text-kumo-subtle tabular-nums">{open ? text.since(duration) : text.lasted(duration)}</span>
    </span>
  )
}
