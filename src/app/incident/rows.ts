// Incidents as the state keeps them: a row with what lists show and filter by, and the whole as JSON.
import type { DetectedIncident, Incident, IncidentEntry, IncidentFacts, IncidentSummary } from '../../contract/incident.ts'
import { readAdvertisementEntries } from '../advertisement/incident-entries.ts'
import { readCaptureEntries } from '../capture/incident-entries.ts'
import type { State } from '../context.ts'

/** An incident with what was handed over of it. */
export interface KeptIncident {
  readonly incident: DetectedIncident
  readonly facts: IncidentFacts
  /** Its alerts were given to the notifier. */
  readonly startTold: boolean
  readonly endTold: boolean
}

/** Writes an incident over what is there of it. */
export async function writeIncident(state: State, { incident, facts, startTold, endTold }: KeptIncident): Promise<void> {
  const { account, ...detected } = incident
  const body: Incident = { ...detected, facts }
  const row = {
    account,
    rule_id: incident.rule_id,
    state: incident.state,
    started_at: incident.started_at,
    opened_at: incident.opened_at,
    ended_at: incident.ended_at,
    start_told: Number(startTold),
    end_told: Number(endTold),
    summary: JSON.stringify(summaryOf(incident)),
    body: JSON.stringify(body),
  }
  await state
    .insertInto('incident')
    .values({ id: incident.id, ...row })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute()
}

/** Incidents that are open or whose end was not told, as they were written last. */
export async function readUnfinished(state: State): Promise<KeptIncident[]> {
  const rows = await state
    .selectFrom('incident')
    .select(['account', 'body', 'start_told', 'end_told'])
    .where('end_told', '=', 0)
    .orderBy('started_at')
    .execute()
  return rows.map(({ account, body, start_told, end_told }) => {
    // Written by writeIncident and by nobody else.
    const { facts, ...incident } = JSON.parse(body) as Incident
    return { incident: { ...incident, account }, facts, startTold: start_told === 1, endTold: end_told === 1 }
  })
}

/** An incident with all lines of its timeline, undefined when the account has none of that id. */
export async function readIncident(state: State, account: number, id: string): Promise<Incident | undefined> {
  const row = await state.selectFrom('incident').select('body').where('account', '=', account).where('id', '=', id).executeTakeFirst()
  if (!row) return undefined
  const added = await state
    .selectFrom('incident_entry')
    .select(['at', 'kind', 'text'])
    .where('incident', '=', id)
    .orderBy('number')
    .execute()
  // Written by writeIncident and addIncidentEntry and by nobody else.
  const incident = JSON.parse(row.body) as Incident
  const derived = [...(await readAdvertisementEntries(state, id)), ...(await readCaptureEntries(state, id))]
  const timeline = [...incident.timeline, ...(added as IncidentEntry[]), ...derived]
  return { ...incident, timeline: timeline.toSorted((one, other) => one.at.localeCompare(other.at)) }
}

/** Adds a line that the detector knows nothing of to the timeline of an incident that is written. */
export async function addIncidentEntry(state: State, incident: string, entry: IncidentEntry): Promise<void> {
  const { at, kind, text } = entry
  await state.insertInto('incident_entry').values({ incident, at, kind, text }).execute()
}

/**
 * Deletes some of the incidents that ended long ago.
 * @param before RFC 3339
 * @returns how many; 0 when there are none left
 */
export async function deleteIncidents(state: State, before: string): Promise<number> {
  const old = state.selectFrom('incident').select('id').where('ended_at', '<', before).where('end_told', '=', 1).limit(deletedAtOnce)
  const { numDeletedRows } = await state.deleteFrom('incident').where('id', 'in', old).executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}

/** Some 10 MB of incidents. */
const deletedAtOnce = 200

function summaryOf(incident: DetectedIncident): IncidentSummary {
  const { account: _account, rule: _rule, timeline: _timeline, series: _series, series_step: _step, packets: _packets, ...rest } = incident
  return rest
}
