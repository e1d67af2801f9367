// What happened while traffic flowed, as marks on its time axis: attacks and their end, announcements and their withdrawal.
import type { Advertisement } from '../../contract/advertisement.ts'
import type { IncidentSummary } from '../../contract/incident.ts'
import { overviewMessages } from '../messages/overview.ts'
import type { ChartMark } from '../view/chart-marks.ts'
import { attackWhat } from './attack-verdict.tsx'

const text = overviewMessages.marks

function incidentMarks(incident: IncidentSummary): ChartMark[] {
  const description = attackWhat(incident)
  const begun: ChartMark = { time: Date.parse(incident.started_at), label: text.fired, description: text.incident(description) }
  if (incident.ended_at === null) return [begun]
  return [begun, { time: Date.parse(incident.ended_at), label: text.over, description, calm: true }]
}

/** What was recorded only was never announced. */
function announcementMarks({ announced_at, dry_run, state, state_since, route }: Advertisement): ChartMark[] {
  if (announced_at === null || dry_run) return []
  const { prefix } = route
  const begun: ChartMark = { time: Date.parse(announced_at), label: text.announcedShort, description: text.announced(prefix), calm: true }
  if (state !== 'withdrawn') return [begun]
  return [begun, { time: Date.parse(state_since), label: text.withdrawnShort, description: text.withdrawn(prefix), calm: true }]
}

export function marksOf(incidents: readonly IncidentSummary[], advertisements: readonly Advertisement[]): ChartMark[] {
  return [...incidents.flatMap(incidentMarks), ...advertisements.flatMap(announcementMarks)]
}
