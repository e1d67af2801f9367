// A withdrawal is a question: is the attack over? While the traffic comes back, rules are watched for the answer.
import type { DriverName } from '../contract/owned-prefix.ts'
import { routeOf, stateOf, timeText, type AdvertisementRow, type CauseRow, type State } from './advertisement-rows.ts'
import type { AnnounceRequest } from './advertising.ts'

/** A cause that let go because it was calm, of an advertisement that nobody holds any more. */
export interface Probe {
  readonly row: AdvertisementRow
  readonly cause: CauseRow
  readonly rule: string
}

/**
 * @param live all advertisements that are not withdrawn
 * @param after withdrawn since then are watched, ms since 1970; those that are being withdrawn always
 */
export async function readProbes(state: State, live: readonly AdvertisementRow[], after: number): Promise<Probe[]> {
  const gone = await state
    .selectFrom('advertisement')
    .selectAll()
    .where('state', '=', 'withdrawn')
    .where('state_since', '>=', timeText(after))
    .execute()
  const taken = new Set(live.map(routeWithDriver))
  const rows = [...live.filter((row) => stateOf(row) === 'withdrawing'), ...gone.filter((row) => !taken.has(routeWithDriver(row)))]
  if (rows.length === 0) return []
  const byId = new Map(rows.map((row) => [row.id, row]))
  const causes = await state
    .selectFrom('advertisement_cause')
    .selectAll()
    .where('advertisement', 'in', [...byId.keys()])
    .orderBy('released_at', 'desc')
    .execute()
  const held = new Set(causes.filter(({ released_at }) => released_at === null).map(({ advertisement }) => advertisement))
  const calm = causes.filter(
    ({ release_kind, signal, advertisement }) => release_kind === 'calm' && signal === 'probe' && !held.has(advertisement),
  )
  return newestOfEachRule(calm).flatMap(({ cause, rule }) => {
    const row = byId.get(cause.advertisement)
    return row ? [{ row, cause, rule }] : []
  })
}

const routeWithDriver = ({ driver, route_key, dry_run }: AdvertisementRow) => `${driver} ${dry_run} ${route_key}`

/** @param causes newest first */
function newestOfEachRule(causes: readonly CauseRow[]): { cause: CauseRow; rule: string }[] {
  const newest = new Map<string, { cause: CauseRow; rule: string }>()
  for (const cause of causes) {
    const key = `${cause.advertisement} ${cause.rule_id}`
    if (cause.rule_id !== null && !newest.has(key)) newest.set(key, { cause, rule: cause.rule_id })
  }
  return [...newest.values()]
}

/** The same once more, for the same incident. */
export function probeRequest({ row, cause, rule }: Probe): AnnounceRequest {
  const { purpose, prefix, flowspec } = routeOf(row)
  return {
    account: row.account,
    purpose,
    prefix,
    flowspec,
    // Written from a DriverName.
    driver: row.driver as DriverName,
    cause: {
      kind: 'rule',
      who: cause.who,
      why: 'the attack went on when it was withdrawn',
      rule_id: rule,
      incident_id: cause.incident_id,
      until: null,
      hold_seconds: cause.hold_seconds,
      // Only causes of this signal are probed.
      signal: 'probe',
    },
    dryRun: row.dry_run === 1,
    approval: false,
  }
}
