// What a request would send to whom, and what should be known before it is sent.
import type { AdvertisementPreview } from '../contract/advertisement.ts'
import { readLiveRoute, stateOf, type State } from './advertisement-rows.ts'
import type { AnnounceRequest } from './advertising.ts'
import type { AdvertisementDriver } from './driver.ts'
import type { GuardVerdict } from './guard.ts'
import { routeKey } from './route-key.ts'

export interface PreviewFacts {
  readonly state: State
  readonly request: AnnounceRequest
  readonly drivers: readonly AdvertisementDriver[]
}

/** Of an advertisement that does not exist. */
const noId = '0'.repeat(32)

export async function previewOf(verdict: GuardVerdict, facts: PreviewFacts): Promise<AdvertisementPreview> {
  const { route, owned, approval } = verdict
  const told = facts.drivers.filter(({ name }) => verdict.drivers.includes(name))
  const driverRoute = { id: noId, account: facts.request.account, route, originAs: owned.origin_as }
  return {
    route,
    owned_prefix: { id: owned.id, cidr: owned.cidr, description: owned.description, origin_as: owned.origin_as },
    approval,
    until: new Date(verdict.until).toISOString(),
    messages: told.flatMap((driver) => driver.preview(driverRoute)),
    warnings: [...verdict.warnings, ...(await thereAlready(verdict, facts)), ...told.flatMap(notReady)],
  }
}

async function thereAlready({ route, drivers }: GuardVerdict, { state, request }: PreviewFacts): Promise<string[]> {
  const warnings: string[] = []
  for (const driver of drivers) {
    const live = await readLiveRoute(state, { driver, routeKey: routeKey(route), dryRun: request.dryRun })
    if (live) warnings.push(`${route.prefix} is ${stateOf(live)} with ${driver} already: this becomes one more cause of it`)
  }
  return warnings
}

function notReady(driver: AdvertisementDriver): string[] {
  const { ready, detail } = driver.status()
  return ready ? [] : [`${driver.name} is not ready: ${detail}`]
}
