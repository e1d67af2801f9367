// Advertisements in the state database: rows in, rows out, and what pages and the API see of them.
import type { Insertable, Kysely, Selectable, Updateable } from 'kysely'
import type {
  Advertisement,
  AdvertisementCause,
  AdvertisementChange,
  AdvertisementState,
  Route,
  WithdrawSignal,
} from '../contract/advertisement.ts'
import type { DriverName } from '../contract/owned-prefix.ts'
import type { StateTables } from '../store/state-tables.ts'
import type { AdvertisementFilter } from './advertising.ts'
import type { DriverRoute } from './driver.ts'

/** Either connection or transaction. */
export type State = Kysely<StateTables>
export type AdvertisementRow = Selectable<StateTables['advertisement']>
export type CauseRow = Selectable<StateTables['advertisement_cause']>
/** Why a cause was released; `calm` ones can be followed by a probe and by a longer hold time. */
export type ReleaseKind = 'calm' | 'person' | 'lifetime' | 'rejected' | 'guard'

/** A time as the state keeps it. */
export const timeText = (milliseconds: number): string => new Date(milliseconds).toISOString()

/** Causes that are shown of one advertisement: all that hold it, and the newest of the others. */
export const mostCauses = 200

export async function readAdvertisement(state: State, id: string): Promise<AdvertisementRow | undefined> {
  return await state.selectFrom('advertisement').selectAll().where('id', '=', id).executeTakeFirst()
}

/** All that are not withdrawn, oldest first. */
export async function readLive(state: State): Promise<AdvertisementRow[]> {
  return await state.selectFrom('advertisement').selectAll().where('state', '<>', 'withdrawn').orderBy('created_at').execute()
}

/** The one of a route with a driver that is not withdrawn. */
export async function readLiveRoute(
  state: State,
  key: { readonly driver: DriverName; readonly routeKey: string; readonly dryRun: boolean },
): Promise<AdvertisementRow | undefined> {
  return await state
    .selectFrom('advertisement')
    .selectAll()
    .where('state', '<>', 'withdrawn')
    .where('driver', '=', key.driver)
    .where('route_key', '=', key.routeKey)
    .where('dry_run', '=', Number(key.dryRun))
    .executeTakeFirst()
}

export async function insertAdvertisement(state: State, row: Insertable<StateTables['advertisement']>): Promise<void> {
  await state.insertInto('advertisement').values(row).execute()
}

export async function updateAdvertisement(state: State, id: string, change: Updateable<StateTables['advertisement']>): Promise<void> {
  await state.updateTable('advertisement').set(change).where('id', '=', id).execute()
}

export async function insertChange(state: State, id: string, change: AdvertisementChange): Promise<void> {
  const { at, from, to, who, why } = change
  await state.insertInto('advertisement_change').values({ advertisement: id, at, from_state: from, to_state: to, who, why }).execute()
}

/** Causes that hold an advertisement, oldest first. */
export async function readHolding(state: State, id: string): Promise<CauseRow[]> {
  return await state
    .selectFrom('advertisement_cause')
    .selectAll()
    .where('advertisement', '=', id)
    .where('released_at', 'is', null)
    .orderBy('since')
    .execute()
}

/** Causes that hold any advertisement, with what they hold. */
export async function readAllHolding(state: State): Promise<(CauseRow & Pick<AdvertisementRow, 'account' | 'prefix'>)[]> {
  return await state
    .selectFrom('advertisement_cause as c')
    .innerJoin('advertisement as a', 'a.id', 'c.advertisement')
    .selectAll('c')
    .select(['a.account', 'a.prefix'])
    .where('a.state', '<>', 'withdrawn')
    .where('c.released_at', 'is', null)
    .orderBy('c.since')
    .execute()
}

export async function insertCause(state: State, row: CauseRow): Promise<void> {
  await state.insertInto('advertisement_cause').values(row).execute()
  const surplus = state
    .selectFrom('advertisement_cause')
    .select('id')
    .where('advertisement', '=', row.advertisement)
    .where('released_at', 'is not', null)
    .orderBy('released_at', 'desc')
    .offset(mostCauses)
    .limit(mostCauses)
  await state.deleteFrom('advertisement_cause').where('id', 'in', surplus).execute()
}

export async function updateCause(state: State, id: string, change: Updateable<StateTables['advertisement_cause']>): Promise<void> {
  await state.updateTable('advertisement_cause').set(change).where('id', '=', id).execute()
}

export async function readChanges(state: State, id: string): Promise<AdvertisementChange[]> {
  const rows = await state.selectFrom('advertisement_change').selectAll().where('advertisement', '=', id).orderBy('number').execute()
  // Written by insertChange and by nobody else.
  return rows.map(({ at, from_state, to_state, who, why }) => ({
    at,
    from: from_state as AdvertisementState | null,
    to: to_state as AdvertisementState,
    who,
    why,
  }))
}

/** Newest first. */
export async function readFiltered(
  state: State,
  account: number,
  filter: AdvertisementFilter,
): Promise<{ total: number; rows: AdvertisementRow[] }> {
  let query = state.selectFrom('advertisement').where('account', '=', account)
  if (filter.state === 'current') query = query.where('state', '<>', 'withdrawn')
  else if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.prefix !== undefined) query = query.where('prefix', '=', filter.prefix)
  if (filter.incidentId !== undefined) {
    const held = state.selectFrom('advertisement_cause').select('advertisement').where('incident_id', '=', filter.incidentId)
    query = query.where('id', 'in', held)
  }
  const { total } = await query.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  const page = query.selectAll().orderBy('created_at', 'desc').orderBy('id')
  return { total, rows: await page.limit(filter.limit).offset(filter.offset).execute() }
}

/** Rows as the API shows them, with their causes. */
export async function readViews(state: State, rows: readonly AdvertisementRow[]): Promise<Advertisement[]> {
  if (rows.length === 0) return []
  const ids = rows.map(({ id }) => id)
  const causes = await state.selectFrom('advertisement_cause').selectAll().where('advertisement', 'in', ids).orderBy('since').execute()
  const byAdvertisement = new Map(ids.map((id) => [id, [] as CauseRow[]]))
  for (const cause of causes) byAdvertisement.get(cause.advertisement)?.push(cause)
  return rows.map((row) => viewOf(row, byAdvertisement.get(row.id) ?? []))
}

/**
 * Deletes some of those that were withdrawn long ago.
 * @param before RFC 3339
 * @returns how many; 0 when there are none left
 */
export async function deleteWithdrawn(state: State, before: string): Promise<number> {
  const old = state.selectFrom('advertisement').select('id').where('state', '=', 'withdrawn').where('state_since', '<', before).limit(200)
  const { numDeletedRows } = await state.deleteFrom('advertisement').where('id', 'in', old).executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}

export function driverRoute(row: AdvertisementRow): DriverRoute {
  return { id: row.id, account: row.account, route: routeOf(row), originAs: row.origin_as }
}

export function stateOf(row: AdvertisementRow): AdvertisementState {
  // Written by the machine's answers only.
  return row.state as AdvertisementState
}

/** Written from a canonical route of the guard, and by nobody else. */
export function routeOf(row: AdvertisementRow): Route {
  return JSON.parse(row.route) as Route
}

function viewOf(row: AdvertisementRow, causes: readonly CauseRow[]): Advertisement {
  return {
    id: row.id,
    route: routeOf(row),
    // Written from a DriverName.
    driver: row.driver as DriverName,
    owned_prefix_id: row.owned_prefix,
    state: stateOf(row),
    dry_run: row.dry_run === 1,
    created_at: row.created_at,
    state_since: row.state_since,
    announced_at: row.announced_at,
    already: row.already === 1,
    until: row.until,
    retry_at: row.retry_at,
    detail: row.detail,
    causes: causes.map(causeView),
  }
}

function causeView({ advertisement: _advertisement, release_kind: _kind, ...cause }: CauseRow): AdvertisementCause {
  // Written from a CauseRequest.
  return { ...cause, kind: cause.kind as AdvertisementCause['kind'], signal: cause.signal as WithdrawSignal | null }
}
