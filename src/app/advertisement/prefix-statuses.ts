// What became of the prefixes that an incident's rule asked for, in the words of contract §1.6.
import type { Advertisement, AdvertiseStatus, AdvertisementState } from '../../contract/advertisement.ts'
import type { PrefixStatus } from '../../contract/alert.ts'
import { readFiltered, readViews } from '../../mitigate/advertisement-rows.ts'
import type { State } from '../context.ts'

export interface PrefixOutcome extends PrefixStatus {
  /** It was announced and is withdrawn again. */
  readonly over: boolean
}

/** As many as can be announced at a time, with every driver and some that are withdrawn again. */
const mostAdvertisements = 1000

/** Advertisements that an incident holds or held, newest first. */
export async function readAdvertisedFor(state: State, account: number, incident: string): Promise<Advertisement[]> {
  const { rows } = await readFiltered(state, account, { incidentId: incident, limit: mostAdvertisements, offset: 0 })
  return readViews(state, rows)
}

/** For the alerts of an incident: what it has advertised, withdrawn or not, without dry runs. */
export async function readAdvertised(state: State, incident: { readonly id: string; readonly account: number }): Promise<PrefixStatus[]> {
  const advertisements = await readAdvertisedFor(state, incident.account, incident.id)
  const sent = advertisements.filter(({ dry_run }) => !dry_run)
  return prefixOutcomes(sent, incident.id).map(({ over: _over, ...status }) => status)
}

/** The worst of several drivers counts, so that a prefix is Advertised when nothing is left to do. */
const fromBest: readonly AdvertiseStatus[] = ['Already Advertised', 'Advertised', 'Delayed', 'Locked', 'Could not Advertise', 'Error']

/**
 * @param advertisements newest first: of a prefix and driver only the newest one counts
 * @returns one for each prefix
 */
export function prefixOutcomes(advertisements: readonly Advertisement[], incident: string): PrefixOutcome[] {
  const newest = new Map<string, Advertisement>()
  for (const one of advertisements) {
    const key = `${one.driver} ${one.route.prefix}`
    if (!newest.has(key)) newest.set(key, one)
  }
  const byPrefix = new Map<string, Advertisement[]>()
  for (const one of newest.values()) byPrefix.set(one.route.prefix, [...(byPrefix.get(one.route.prefix) ?? []), one])
  return [...byPrefix].map(([prefix, parts]) => outcomeOf(prefix, parts, incident))
}

function outcomeOf(prefix: string, parts: readonly Advertisement[], incident: string): PrefixOutcome {
  const live = parts.filter((part) => !isOver(part))
  const counted = live.length > 0 ? live : parts
  const worst = Math.max(...counted.map((part) => fromBest.indexOf(statusOf(part, incident))))
  const detail = counted.map((part) => (counted.length === 1 ? part.detail : `${part.driver}: ${part.detail}`)).join('; ')
  return { prefix, status: fromBest[worst] ?? 'Error', detail, over: live.length === 0 }
}

const isOver = ({ state, announced_at }: Advertisement): boolean =>
  announced_at !== null && (state === 'withdrawn' || state === 'withdrawing')

const statuses: Readonly<Record<AdvertisementState, AdvertiseStatus>> = {
  pending: 'Delayed',
  announcing: 'Delayed',
  delayed: 'Delayed',
  announced: 'Advertised',
  withdrawing: 'Could not Advertise',
  withdrawn: 'Could not Advertise',
  locked: 'Locked',
  failed: 'Could not Advertise',
}

function statusOf(advertisement: Advertisement, incident: string): AdvertiseStatus {
  const { state, announced_at, retry_at, already, causes } = advertisement
  // What is tried again may work yet.
  if (state === 'failed' && retry_at !== null) return 'Error'
  if (isOver(advertisement)) return 'Advertised'
  const since = causes.find(({ incident_id }) => incident_id === incident)?.since
  const wasThere = already || (announced_at !== null && since !== undefined && announced_at < since)
  return state === 'announced' && wasThere ? 'Already Advertised' : statuses[state]
}
