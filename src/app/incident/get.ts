// Reads everything about one incident.
import { ApiError } from '../../contract/api-errors.ts'
import type { Incident } from '../../contract/incident.ts'
import type { AppContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { readIncident } from './rows.ts'

/** @throws ApiError incident_not_found, forbidden */
export async function getIncident(context: Pick<AppContext, 'state'>, principal: Principal, id: string): Promise<Incident> {
  requireScope(principal, 'mnm:read')
  const incident = await readIncident(context.state, principal.account.number, id)
  if (!incident) throw new ApiError('incident_not_found', { id })
  return incident
}
