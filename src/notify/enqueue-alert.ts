// Writes down who is to be told of an alert, in the transaction of whoever found it: once that is committed, the notifier
// delivers it whatever happens to the process.
import type { Insertable, Kysely, Selectable } from 'kysely'
import { newId } from '../base/secret.ts'
import type { AlertEvent } from '../contract/alert.ts'
import type { StateTables } from '../store/state-tables.ts'
import { destinationKey, knownDestinations, policyDestinations, type Destination, type Mechanisms } from './destinations.ts'
import { goDurationSeconds } from './go-duration.ts'

type State = Kysely<StateTables>
type Policy = Selectable<StateTables['alert_policy']>
type Delivery = Selectable<StateTables['alert_delivery']>
type NewDelivery = Omit<Insertable<StateTables['alert_delivery']>, 'event'>

/** Deliveries that wait at a time. A thousand incidents at once for ten destinations; each takes about 500 bytes. */
export const maxWaiting = 10_000

/**
 * Adds one delivery for each enabled policy of the event's type and each of its destinations.
 *
 * A START that was enqueued before adds nothing, unless the policy has an `alert_interval` and that has passed: then it is
 * told again; one with `news` is told again at once. An END goes to those that got the START or will get it, once, also while the policy is silenced or off.
 * `event.at` counts as now.
 * @param transaction of the caller: what made the alert is to be committed together with it
 * @returns deliveries that were added and wait to be sent
 */
export async function enqueueAlert(transaction: State, event: AlertEvent): Promise<number> {
  if (event.phase === 'ALERT_STATE_EVENT_END') return insert(transaction, event, await endings(transaction, event))
  const policies = await transaction
    .selectFrom('alert_policy')
    .selectAll()
    .where('account', '=', event.account)
    .where('alert_type', '=', event.type)
    .where('enabled', '=', 1)
    .execute()
  return insert(transaction, event, await beginnings(transaction, event, policies))
}

/**
 * Adds a START for the destinations of one policy, whether it is enabled and silenced or not: somebody tries it out.
 * @returns deliveries that were added and wait to be sent
 */
export async function enqueueTest(transaction: State, event: AlertEvent, policy: Policy): Promise<number> {
  const known = await knownDestinations(transaction, event.account)
  const rows = policyDestinations(parseMechanisms(policy), known).map((to) => newDelivery(event, policy, to))
  return insert(transaction, event, rows)
}

async function beginnings(state: State, event: AlertEvent, policies: readonly Policy[]): Promise<NewDelivery[]> {
  if (policies.length === 0) return []
  const known = await knownDestinations(state, event.account)
  const earlier = await deliveriesOf(state, event)
  const silenced = await silencedPolicies(state, event)
  return policies.flatMap((policy) =>
    policyDestinations(parseMechanisms(policy), known).flatMap((to) => {
      const told = earlier.filter((row) => row.policy === policy.id && row.kind === to.kind && row.destination === to.id)
      const round = event.news === true ? (told.at(-1)?.round ?? -1) + 1 : nextRound(told, policy, event.at)
      if (round === undefined) return []
      const row = { ...newDelivery(event, policy, to), round }
      return [silenced.has(policy.id) ? { ...row, state: 'silenced' } : row]
    }),
  )
}

/** 0 for the first START, more for a reminder, undefined where there is nothing to be told (again). */
function nextRound(told: readonly Delivery[], policy: Policy, now: number): number | undefined {
  if (told.some(({ phase }) => phase === 'ALERT_STATE_EVENT_END')) return undefined
  const last = told.at(-1)
  if (!last) return 0
  const seconds = policy.alert_interval === null ? undefined : goDurationSeconds(policy.alert_interval)
  if (!seconds || last.state === 'pending') return undefined
  return now >= Date.parse(last.created_at) + seconds * 1000 ? last.round + 1 : undefined
}

async function endings(state: State, event: AlertEvent): Promise<NewDelivery[]> {
  const earlier = await deliveriesOf(state, event)
  const known = await knownDestinations(state, event.account)
  const policies = await state.selectFrom('alert_policy').selectAll().where('account', '=', event.account).execute()
  const byId = new Map(policies.map((policy) => [policy.id, policy]))
  const ended = new Set(
    earlier.filter(({ phase }) => phase === event.phase).map((row) => `${row.policy} ${destinationKey(row.kind, row.destination)}`),
  )
  const rows = new Map<string, NewDelivery>()
  for (const { policy: id, kind, destination, destination_name: name, channel, phase, state } of earlier) {
    const policy = byId.get(id)
    const key = `${id} ${destinationKey(kind, destination)}`
    const exists = kind === 'email' || known.has(destinationKey(kind, destination))
    const told = phase === 'ALERT_STATE_EVENT_START' && (state === 'pending' || state === 'sent')
    if (!policy || !exists || !told || ended.has(key)) continue
    // kind and channel come from a row that newDelivery made.
    rows.set(key, newDelivery(event, policy, { kind, id: destination, name, channel } as Destination))
  }
  return [...rows.values()]
}

/** What was enqueued of its type under the correlation id of the event before, in order: an incident has alerts of several types. */
function deliveriesOf(state: State, { account, correlation_id, type }: AlertEvent): Promise<Delivery[]> {
  return state
    .selectFrom('alert_delivery as d')
    .innerJoin('alert_event as e', 'e.id', 'd.event')
    .selectAll('d')
    .where('d.correlation_id', '=', correlation_id)
    .where('d.account', '=', account)
    .where('e.type', '=', type)
    .orderBy('d.number')
    .execute()
}

async function silencedPolicies(state: State, { account, at }: AlertEvent): Promise<ReadonlySet<string>> {
  const now = new Date(at).toISOString()
  const rows = await state
    .selectFrom('alert_silence')
    .select('policy')
    .where('account', '=', account)
    .where('start_time', '<=', now)
    .where('end_time', '>', now)
    .execute()
  return new Set(rows.map(({ policy }) => policy))
}

function parseMechanisms(policy: Policy): Mechanisms {
  // Written by the verbs of policies, which check it.
  return JSON.parse(policy.mechanisms) as Mechanisms
}

function newDelivery(event: AlertEvent, policy: Policy, to: Destination): NewDelivery {
  const at = new Date(event.at).toISOString()
  return {
    id: newId(),
    account: event.account,
    correlation_id: event.correlation_id,
    phase: event.phase,
    round: 0,
    policy: policy.id,
    policy_name: policy.name,
    policy_description: policy.description,
    kind: to.kind,
    destination: to.id,
    destination_name: to.name,
    channel: to.channel,
    state: 'pending',
    attempts: 0,
    due_at: at,
    created_at: at,
    shown_at: at,
    error: null,
  }
}

async function insert(state: State, event: AlertEvent, deliveries: readonly NewDelivery[]): Promise<number> {
  if (deliveries.length === 0) return 0
  const { account, correlation_id, phase, type, name, text, link } = event
  const { id } = await state
    .insertInto('alert_event')
    .values({
      account,
      correlation_id,
      phase,
      type,
      name,
      text,
      link,
      at: new Date(event.at).toISOString(),
      data: JSON.stringify(event.data),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  // An END is due to whoever got the START, however many wait.
  let room = phase === 'ALERT_STATE_EVENT_END' ? Infinity : maxWaiting - (await waiting(state))
  let added = 0
  for (const delivery of deliveries) {
    const refused = delivery.state === 'pending' && room <= 0
    const row = refused ? { ...delivery, state: 'refused', error: `${maxWaiting} deliveries wait already` } : delivery
    const { numInsertedOrUpdatedRows: inserted = 0n } = await state
      .insertInto('alert_delivery')
      .values({ ...row, event: id })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    if (row.state !== 'pending' || inserted === 0n) continue
    room--
    added++
  }
  return added
}

async function waiting(state: State): Promise<number> {
  const { count } = await state
    .selectFrom('alert_delivery')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('state', '=', 'pending')
    .executeTakeFirstOrThrow()
  return count
}
