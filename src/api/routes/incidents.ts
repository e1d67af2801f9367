// Routes of incidents: lists, everything about one, notes.
import { addIncidentNote } from '../../app/incident/add-note.ts'
import { getIncident } from '../../app/incident/get.ts'
import { listIncidents } from '../../app/incident/list.ts'
import { Answer } from '../envelope.ts'
import type { Call, Route } from '../route-table.ts'

const path = '/accounts/:account_id/drawbridge/incidents'
const id = ({ params }: Call) => params['incident_id'] ?? ''

export const incidentRoutes: readonly Route[] = [
  { method: 'GET', path, handle: list },
  { method: 'GET', path: `${path}/:incident_id`, handle: (call) => getIncident(call.context, call.principal, id(call)) },
  {
    method: 'POST',
    path: `${path}/:incident_id/notes`,
    handle: (call) => addIncidentNote(call.context, call.principal, { id: id(call), body: call.body }),
  },
]

async function list({ context, principal, query }: Call): Promise<Answer> {
  const { incidents, page, per_page, total_count } = await listIncidents(context, principal, query)
  const total_pages = Math.ceil(total_count / per_page)
  return new Answer(incidents, { pages: { page, per_page, count: incidents.length, total_count, total_pages } })
}
