// Who holds an advertisement: causes come and go, the first one announces and the last one withdraws.
import { ApiError } from '../contract/api-errors.ts'
import type { CauseRequest, Route } from '../contract/advertisement.ts'
import type { DriverName, OwnedPrefix } from '../contract/owned-prefix.ts'
import {
  insertAdvertisement,
  insertCause,
  readHolding,
  readLiveRoute,
  timeText,
  updateAdvertisement,
  updateCause,
  type AdvertisementRow,
  type CauseRow,
  type ReleaseKind,
} from './advertisement-rows.ts'
import { AdvertisementRefused } from './advertising.ts'
import { byItself, type Step } from './change-queue.ts'
import { routeKey } from './route-key.ts'
import { holdSeconds, type EarlierCalm } from './withdrawal.ts'

/** What the guard allowed somebody to announce with one driver. */
export interface Ask {
  readonly account: number
  readonly route: Route
  readonly owned: Pick<OwnedPrefix, 'id' | 'origin_as'>
  readonly driver: DriverName
  readonly dryRun: boolean
  readonly approval: boolean
  /** Milliseconds since 1970. */
  readonly until: number
  readonly cause: CauseRequest
  /** Since when the cause has been calm from its beginning on, ms since 1970; undefined when it is not. */
  readonly calmSince: number | undefined
}

export interface HoldingConfig {
  readonly newId: () => string
  /** Longest hold time that repeated attacks lead to, in seconds. */
  readonly maxHoldSeconds: number
}

/** Who lets go, and why. */
export interface Release {
  readonly kind: ReleaseKind
  readonly who: string
  readonly why: string
}

/** Causes that hold one advertisement at a time: people, and incidents of rules that watch the same prefix. */
const mostHolding = 100

/** Adds a cause to the advertisement of a route with a driver, which begins with its first cause. @returns its id */
export async function hold(step: Step, ask: Ask, config: HoldingConfig): Promise<string> {
  const key = { driver: ask.driver, routeKey: routeKey(ask.route), dryRun: ask.dryRun }
  const live = await readLiveRoute(step.db, key)
  if (live && live.account !== ask.account) throw new AdvertisementRefused('not_owned', 'another account announces it')
  const { who, why } = ask.cause
  if (!live) {
    const id = await begin(step, ask, { id: config.newId(), key: key.routeKey })
    await addCause(step, id, ask, config)
    return id
  }
  await addCause(step, live.id, ask, config)
  await step.apply(live, { event: ask.approval ? 'asked_approval' : 'asked', who, why })
  await keepUntil(step, live.id)
  return live.id
}

async function begin(step: Step, ask: Ask, { id, key }: { id: string; key: string }): Promise<string> {
  const at = timeText(step.now)
  const state = ask.approval ? 'pending' : 'announcing'
  await insertAdvertisement(step.db, {
    id,
    account: ask.account,
    route_key: key,
    prefix: ask.route.prefix,
    route: JSON.stringify(ask.route),
    driver: ask.driver,
    owned_prefix: ask.owned.id,
    origin_as: ask.owned.origin_as,
    state,
    dry_run: Number(ask.dryRun),
    created_at: at,
    state_since: at,
    announced_at: null,
    until: timeText(ask.until),
    retry_at: null,
    attempts: 0,
    detail: ask.approval ? 'waits for approval' : '',
  })
  await step.enter(id, null, state, ask.cause)
  return id
}

/** One cause a person, and one an incident: whoever asks again renews it. */
async function addCause(step: Step, id: string, ask: Ask, config: HoldingConfig): Promise<void> {
  const { cause } = ask
  const holding = await readHolding(step.db, id)
  const calm = ask.calmSince === undefined ? null : timeText(ask.calmSince)
  const renewed = holding.find(
    ({ kind, who, rule_id, incident_id }) =>
      kind === cause.kind && rule_id === cause.rule_id && incident_id === cause.incident_id && (kind === 'rule' || who === cause.who),
  )
  if (renewed) return await updateCause(step.db, renewed.id, { until: timeText(ask.until), why: cause.why, calm_since: calm })
  if (holding.length >= mostHolding) throw new AdvertisementRefused('cap', `${holding.length} causes hold it already`)
  const earlier = cause.hold_seconds === null || cause.rule_id === null ? undefined : await earlierCalm(step, ask, cause.rule_id)
  const seconds = cause.hold_seconds
  await insertCause(step.db, {
    id: config.newId(),
    advertisement: id,
    kind: cause.kind,
    who: cause.who,
    why: cause.why,
    rule_id: cause.rule_id,
    incident_id: cause.incident_id,
    since: timeText(step.now),
    until: timeText(ask.until),
    calm_since: calm,
    hold_seconds: seconds === null ? null : holdSeconds(seconds, earlier, { now: step.now, most: config.maxHoldSeconds }),
    signal: cause.signal,
    released_at: null,
    released_why: null,
    release_kind: null,
  })
}

async function earlierCalm({ db }: Step, { route, driver, dryRun }: Ask, rule: string): Promise<EarlierCalm | undefined> {
  const row = await db
    .selectFrom('advertisement_cause as c')
    .innerJoin('advertisement as a', 'a.id', 'c.advertisement')
    .select(['c.released_at', 'c.hold_seconds'])
    .where('c.rule_id', '=', rule)
    .where('c.release_kind', '=', 'calm')
    .where('a.route_key', '=', routeKey(route))
    .where('a.driver', '=', driver)
    .where('a.dry_run', '=', Number(dryRun))
    .orderBy('c.released_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!row || row.released_at === null || row.hold_seconds === null) return undefined
  return { releasedAt: Date.parse(row.released_at), holdSeconds: row.hold_seconds }
}

/** Releases causes; when none holds it any more, it is withdrawn. */
export async function release(step: Step, row: AdvertisementRow, causes: readonly CauseRow[], { kind, who, why }: Release): Promise<void> {
  for (const { id } of causes) {
    const released = who === byItself ? why : `${who}: ${why}`
    await updateCause(step.db, id, { released_at: timeText(step.now), released_why: released, release_kind: kind })
  }
  if ((await readHolding(step.db, row.id)).length > 0) return await keepUntil(step, row.id)
  const after = await step.apply(row, { event: kind === 'rejected' ? 'rejected' : 'released', who, why })
  if (after === 'impossible') throw new ApiError('advertisement_state', { id: row.id, state: row.state, reason: impossible(kind) })
}

const impossible = (kind: ReleaseKind) =>
  kind === 'rejected' ? 'only what waits for approval can be rejected; withdraw it instead' : 'nothing holds it any more'

/** It lasts as long as the last of its causes. */
async function keepUntil({ db }: Step, id: string): Promise<void> {
  const until = (await readHolding(db, id)).map((cause) => cause.until).sort()
  const latest = until.at(-1)
  if (latest !== undefined) await updateAdvertisement(db, id, { until: latest })
}
