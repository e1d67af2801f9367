// What the guard has to know, read from the state: registered prefixes, the global stop, and what is there already.
import type { Selectable } from 'kysely'
import type { Config } from '../contract/config.ts'
import { driverNames, type DriverName, type OwnedPrefix } from '../contract/owned-prefix.ts'
import type { Route } from '../contract/advertisement.ts'
import type { StateTables } from '../store/state-tables.ts'
import { readLive, routeOf, stateOf, timeText, type AdvertisementRow, type State } from './advertisement-rows.ts'
import { canonicalRoute } from './canonical-route.ts'
import type { AnnounceRequest } from './advertising.ts'
import { standing, type GuardFacts, type RouteFacts } from './guard.ts'
import { nlriKey, routeKey } from './route-key.ts'

/** What does not come from the state. */
export interface GuardConfig {
  readonly limits: Config['advertise']
  /** Those that are configured. */
  readonly drivers: readonly DriverName[]
}

const hourMs = 3_600_000

/** All registered prefixes of all accounts. */
export async function readOwnedPrefixes(state: State): Promise<OwnedPrefix[]> {
  return (await state.selectFrom('owned_prefix').selectAll().execute()).map(ownedPrefixOf)
}

export function ownedPrefixOf(row: Selectable<StateTables['owned_prefix']>): OwnedPrefix {
  const flags = { flowspec: row.flowspec === 1, automatic: row.automatic === 1, approval: row.approval === 1, locked: row.locked === 1 }
  // Written from a checked list of names.
  return { ...row, ...flags, drivers: JSON.parse(row.drivers) as DriverName[] }
}

export async function readStop(state: State): Promise<{ who: string; why: string; at: string } | null> {
  const row = await state.selectFrom('advertising_stop').select(['who', 'why', 'at']).executeTakeFirst()
  return row ?? null
}

/** Facts for something that was accepted before. @param now ms since 1970 */
export async function readGuardFacts(state: State, config: GuardConfig, now: number): Promise<GuardFacts> {
  const stopped = (await readStop(state)) !== null
  return { ownedPrefixes: await readOwnedPrefixes(state), drivers: config.drivers, stopped, now }
}

/**
 * Facts for a request. What failed takes its place too: it is tried again. Dry runs count among themselves.
 * @param now ms since 1970
 * @throws AdvertisementRefused when what is asked for is no route
 */
export async function readRequestFacts(
  state: State,
  config: GuardConfig,
  { request, now }: { readonly request: AnnounceRequest; readonly now: number },
): Promise<GuardFacts & RouteFacts> {
  const route = canonicalRoute(request)
  const live = (await readLive(state)).filter(({ dry_run }) => (dry_run === 1) === request.dryRun)
  const recent = await recentAnnouncements(state, { key: routeKey(route), dryRun: request.dryRun, after: now - hourMs })
  return { ...(await readGuardFacts(state, config, now)), limits: config.limits, ...countRoutes(live), there: thereOf(live, route), recent }
}

/** Routes, however many drivers each of them has. */
export function countRoutes(live: readonly AdvertisementRow[]): { announcements: number; flowspecRules: number } {
  const keys = new Map(live.map((row) => [row.route_key, routeOf(row).purpose]))
  const flowspecRules = [...keys.values()].filter((purpose) => purpose === 'flowspec').length
  return { announcements: keys.size - flowspecRules, flowspecRules }
}

function thereOf(live: readonly AdvertisementRow[], route: Route): Route | null {
  const found = live.filter(({ prefix }) => prefix === route.prefix).map(routeOf)
  return found.find((other) => nlriKey(other) === nlriKey(route)) ?? null
}

/** By the driver that was told most often. */
async function recentAnnouncements(
  state: State,
  { key, dryRun, after }: { readonly key: string; readonly dryRun: boolean; readonly after: number },
): Promise<number> {
  const counts = await state
    .selectFrom('advertisement as a')
    .innerJoin('advertisement_change as c', 'c.advertisement', 'a.id')
    .select(({ fn }) => ['a.driver', fn.countAll<number>().as('count')])
    .where('a.route_key', '=', key)
    .where('a.dry_run', '=', Number(dryRun))
    // What was withdrawn before the hour has no change in it.
    .where('a.state_since', '>=', timeText(after))
    .where('c.to_state', '=', 'announcing')
    .where('c.at', '>=', timeText(after))
    .groupBy('a.driver')
    .execute()
  return Math.max(0, ...counts.map(({ count }) => count))
}

/** The guard's look at what was accepted before. @throws AdvertisementRefused */
export function standRow(row: AdvertisementRow, facts: GuardFacts): void {
  // Written from a DriverName.
  const driver = row.driver as DriverName
  const announced = stateOf(row) === 'announced'
  const known = row.dry_run === 1 ? { ...facts, drivers: driverNames } : facts
  standing({ account: row.account, route: routeOf(row), driver, until: Date.parse(row.until), announced }, known)
}
