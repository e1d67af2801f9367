// What an earlier run left of automatic advertisement: incidents to go on with, and those whose end nobody was told of.
import type { Incident } from '../../contract/incident.ts'
import type { State } from '../context.ts'
import type { AttackIncident } from './automatic.ts'

/** Incidents that are told of at most; the others have been over for long. */
const mostUntold = 1000
const type = 'fbm_auto_advertisement'

export interface LeftIncident {
  readonly id: string
  readonly account: number
}

export async function openIncidents(state: State): Promise<AttackIncident[]> {
  const rows = await state.selectFrom('incident').select(['account', 'body']).where('state', '=', 'open').orderBy('started_at').execute()
  // Written by writeIncident and by nobody else.
  return rows.map(({ account, body }) => Object.assign(JSON.parse(body) as Incident, { account }))
}

/** Incidents that hold something as if they were open, and are not: closed, or never written because of a kill. */
export async function lostIncidents(state: State): Promise<LeftIncident[]> {
  const rows = await state
    .selectFrom('advertisement_cause as c')
    .innerJoin('advertisement as a', 'a.id', 'c.advertisement')
    .select(['c.incident_id', 'a.account'])
    .distinct()
    .where('c.kind', '=', 'rule')
    .where('c.released_at', 'is', null)
    .where('c.calm_since', 'is', null)
    .where('c.incident_id', 'not in', state.selectFrom('incident').select('id').where('state', '=', 'open'))
    .execute()
  return rows.flatMap(({ incident_id: id, account }) => (id === null ? [] : [{ id, account }]))
}

/** Incidents whose advertisement was told, and not that it is over; newest first. */
export async function untoldIncidents(state: State): Promise<LeftIncident[]> {
  const ended = state
    .selectFrom('alert_event')
    .select('correlation_id')
    .where('type', '=', type)
    .where('phase', '=', 'ALERT_STATE_EVENT_END')
  return await state
    .selectFrom('alert_event')
    .select(({ fn }) => ['correlation_id as id', 'account', fn.max('id').as('last')])
    .where('type', '=', type)
    .where('correlation_id', 'not in', ended)
    .groupBy(['correlation_id', 'account'])
    .orderBy('last', 'desc')
    .limit(mostUntold)
    .execute()
}
