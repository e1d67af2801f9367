// Changes that go over many advertisements: after a restart, after registered prefixes have changed, on the global stop.
import { toTell, wanted } from './advertisement-machine.ts'
import { driverRoute, readHolding, readLive, stateOf, timeText, updateCause, type AdvertisementRow } from './advertisement-rows.ts'
import { AdvertisementRefused, type Actor } from './advertising.ts'
import { byItself, type Step } from './change-queue.ts'
import type { DriverRoute } from './driver.ts'
import type { GuardFacts } from './guard.ts'
import { standRow } from './guard-facts.ts'
import { release } from './holding.ts'

/** What the guard does not let stand is withdrawn. A lock and the stop leave what is announced where it is. */
export async function releaseWhatMustGo(step: Step, facts: GuardFacts): Promise<void> {
  for (const row of await readLive(step.db)) {
    const refused = stateOf(row) === 'withdrawing' ? undefined : refusalOf(row, facts)
    if (!refused || leaves.has(refused.refusal)) continue
    if (refused.refusal === 'driver' && !facts.drivers.some((name) => name === row.driver)) await noteMissingDriver(step, row, refused)
    else await release(step, row, await readHolding(step.db, row.id), { kind: 'guard', who: byItself, why: refused.message })
  }
}

const leaves: ReadonlySet<string> = new Set(['locked', 'stopped', 'lifetime'])

function refusalOf(row: AdvertisementRow, facts: GuardFacts): AdvertisementRefused | undefined {
  try {
    standRow(row, facts)
    return undefined
  } catch (error) {
    if (error instanceof AdvertisementRefused) return error
    throw error
  }
}

/** Its driver was taken out of the configuration: nobody announces it until it is back. */
async function noteMissingDriver(step: Step, row: AdvertisementRow, { message }: AdvertisementRefused): Promise<void> {
  await step.apply(row, { event: 'announce_refused', who: byItself, why: message, columns: { detail: message } })
}

/** Everything that has to be there, by driver. */
export async function routesToBeginWith({ db }: Step, facts: GuardFacts): Promise<ReadonlyMap<string, readonly DriverRoute[]>> {
  const routes = new Map<string, DriverRoute[]>()
  for (const row of await readLive(db)) {
    if (row.dry_run === 1 || !wanted.has(stateOf(row)) || refusalOf(row, facts)) continue
    routes.set(row.driver, [...(routes.get(row.driver) ?? []), { ...driverRoute(row), announced: row.state === 'announced' }])
  }
  return routes
}

/** What waits for a time, or for somebody, is tried at once. */
export async function retryNow({ db, now }: Step, states: readonly ('locked' | 'failed')[]): Promise<void> {
  await db
    .updateTable('advertisement')
    .set({ retry_at: timeText(now) })
    .where('state', 'in', states)
    .execute()
}

/** @returns what a driver may have to be told of */
export async function stopAdvertising(step: Step, { who, why }: Actor, withdraw: boolean): Promise<AdvertisementRow[]> {
  const stop = { who, why, at: timeText(step.now) }
  await step.db
    .insertInto('advertising_stop')
    .values({ id: 1, ...stop })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(stop))
    .execute()
  if (withdraw) {
    for (const row of await readLive(step.db)) await releaseByHand(step, row, { who, why })
  }
  return (await readLive(step.db)).filter((row) => toTell[stateOf(row)] !== undefined)
}

/** @param since since when an incident is calm, ms since 1970; undefined while it is not */
export async function noteCalm({ db }: Step, incident: string, since: number | undefined): Promise<void> {
  const causes = await db
    .selectFrom('advertisement_cause')
    .select(['id', 'calm_since'])
    .where('incident_id', '=', incident)
    .where('released_at', 'is', null)
    .execute()
  for (const { id, calm_since } of causes) {
    if (since === undefined) await updateCause(db, id, { calm_since: null })
    else if (calm_since === null) await updateCause(db, id, { calm_since: timeText(since) })
  }
}

/** All of its causes. Nobody probes what a person wanted gone. */
export async function releaseByHand(step: Step, row: AdvertisementRow, { who, why }: Actor): Promise<void> {
  await release(step, row, await readHolding(step.db, row.id), { kind: 'person', who, why })
  await step.db
    .updateTable('advertisement_cause')
    .set({ release_kind: 'person' })
    .where('advertisement', '=', row.id)
    .where('release_kind', '=', 'calm')
    .execute()
}
