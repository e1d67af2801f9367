// When an incident was, and to whom: what sampled packets of it are looked for by.
import type { IncidentTraffic } from '../../signature/jobs/jobs-context.ts'
import { attackedFilter } from '../capture/attacked-filter.ts'
import type { StateContext } from '../context.ts'
import { readIncident } from '../incident/rows.ts'

/** Undefined when the account has none of that id. */
export async function incidentTraffic({ state, clock }: StateContext, account: number, id: string): Promise<IncidentTraffic | undefined> {
  const incident = await readIncident(state, account, id)
  if (!incident) return undefined
  const { rule, rule_name, targets, started_at, ended_at } = incident
  const to = ended_at === null ? clock.now() : Date.parse(ended_at)
  return { name: rule_name, from: Date.parse(started_at), to, filter: attackedFilter(rule, targets).filter }
}
