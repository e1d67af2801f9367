// The deliveries in the state database: what is due, in which order, and what became of it.
import { sql, type Kysely, type Updateable } from 'kysely'
import type { AlertPhase } from '../contract/alert.ts'
import type { StateTables } from '../store/state-tables.ts'
import type { AlertMessage } from './alert-message.ts'

type State = Kysely<StateTables>

export interface DueDelivery {
  readonly number: number
  readonly kind: string
  readonly destination: string
  readonly channel: string
  readonly attempts: number
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly message: AlertMessage
}

/** How the queue stands; what was never tried is counted from a row on. */
export interface QueueState {
  readonly waiting: number
  /** Milliseconds since 1970; undefined when nothing waits. */
  readonly oldest: number | undefined
}

const text = (milliseconds: number): string => new Date(milliseconds).toISOString()

export class DeliveryQueue {
  readonly #state: State

  constructor(state: State) {
    this.#state = state
  }

  /** What can be sent now, one row a destination: what has been due longest there, and an END not before its START. */
  async due(now: number): Promise<{ readonly number: number; readonly destination: string }[]> {
    // Goes from one destination to the next in the index: what waits behind the first of each costs nothing.
    const { rows } = await sql<{ number: number | null; destination: string }>`
      with recursive destinations (key) as (
        select min(kind || ' ' || destination) from alert_delivery where state = 'pending'
        union all
        select (select min(n.kind || ' ' || n.destination) from alert_delivery n where n.state = 'pending' and n.kind || ' ' || n.destination > key)
        from destinations where key is not null
      )
      select key as destination, (
        select d.number from alert_delivery d
        where d.state = 'pending' and d.kind || ' ' || d.destination = key and d.due_at <= ${text(now)}
          and not exists (select 1 from alert_delivery s where ${sameTold} and s.state = 'pending' and s.number < d.number)
        order by d.due_at, d.number limit 1
      ) as number
      from destinations where key is not null`.execute(this.#state)
    return rows.flatMap(({ number, destination }) => (number === null ? [] : [{ number, destination }]))
  }

  /** Deliveries by their number, as far as they still wait. */
  async read(numbers: readonly number[]): Promise<DueDelivery[]> {
    const rows = await this.#state
      .selectFrom('alert_delivery as d')
      .innerJoin('alert_event as e', 'e.id', 'd.event')
      .innerJoin('account as a', 'a.number', 'd.account')
      .select(['d.number', 'd.id', 'd.kind', 'd.destination', 'd.channel', 'd.attempts', 'd.created_at', 'd.policy', 'd.policy_name'])
      .select(['e.type', 'e.phase', 'e.correlation_id', 'e.at', 'e.name', 'e.text', 'e.data', 'e.link', 'a.id as account_id'])
      .select(
        sql<string | null>`(select s.id from alert_delivery s where ${sameTold} and s.number < d.number order by s.number limit 1)`.as(
          'started',
        ),
      )
      .where('d.number', 'in', numbers)
      .where('d.state', '=', 'pending')
      .execute()
    return rows.map((row) => ({
      number: row.number,
      kind: row.kind,
      destination: row.destination,
      channel: row.channel,
      attempts: row.attempts,
      createdAt: Date.parse(row.created_at),
      message: {
        delivery: row.id,
        started: row.started ?? undefined,
        account: row.account_id,
        policy: { id: row.policy, name: row.policy_name },
        type: row.type,
        // Written by enqueueAlert from an AlertEvent.
        phase: row.phase as AlertPhase,
        correlation: row.correlation_id,
        at: Date.parse(row.at),
        name: row.name,
        text: row.text,
        data: JSON.parse(row.data) as AlertMessage['data'],
        link: row.link,
      },
    }))
  }

  async sent(delivery: DueDelivery, now: number): Promise<void> {
    const attempts = delivery.attempts + 1
    await this.#state.transaction().execute(async (transaction) => {
      await finish(transaction, delivery.number, { state: 'sent', attempts, shown_at: text(now), error: null })
      if (delivery.kind === 'webhook') await touchWebhook(transaction, delivery.destination, { last_success: text(now) })
    })
  }

  /** @param next when to try again, milliseconds since 1970; undefined gives up, and what was to follow is cancelled */
  async failed(delivery: DueDelivery, error: string, { now, next }: { now: number; next: number | undefined }): Promise<void> {
    const attempts = delivery.attempts + 1
    await this.#state.transaction().execute(async (transaction) => {
      if (delivery.kind === 'webhook') await touchWebhook(transaction, delivery.destination, { last_failure: text(now) })
      if (next !== undefined) {
        await finish(transaction, delivery.number, { attempts, due_at: text(next), error })
        return delayRest(transaction, delivery, next)
      }
      await finish(transaction, delivery.number, { state: 'failed', attempts, shown_at: text(now), error })
      return cancelEnd(transaction, delivery, now)
    })
  }

  /** What it was for is gone. */
  async cancelled({ number }: DueDelivery, error: string, now: number): Promise<void> {
    await finish(this.#state, number, { state: 'cancelled', shown_at: text(now), error })
  }

  async standing(): Promise<QueueState> {
    const { waiting, oldest } = await this.#state
      .selectFrom('alert_delivery')
      .select(({ fn }) => [fn.countAll<number>().as('waiting'), fn.min<string | null>('created_at').as('oldest')])
      .where('state', '=', 'pending')
      .executeTakeFirstOrThrow()
    return { waiting, oldest: oldest === null ? undefined : Date.parse(oldest) }
  }

  /** What was written down after a row without ever being tried, and the last row there is. */
  async neverTried(after: number): Promise<{ last: number; counts: { channel: string; state: string; count: number }[] }> {
    const newest = await this.#state.selectFrom('alert_delivery').select('number').orderBy('number', 'desc').limit(1).executeTakeFirst()
    const counts = await this.#state
      .selectFrom('alert_delivery')
      .select(({ fn }) => ['channel', 'state', fn.countAll<number>().as('count')])
      .where('number', '>', after)
      .where('state', 'in', ['silenced', 'refused'])
      .groupBy(['channel', 'state'])
      .execute()
    return { last: newest?.number ?? 0, counts }
  }

  /** Forgets what is older than a time, and the oldest where there are more than `most` deliveries. What waits stays. */
  async prune(before: number, most: number): Promise<void> {
    const surplus = await this.#state
      .selectFrom('alert_delivery')
      .select('event')
      .orderBy('number', 'desc')
      .offset(most)
      .limit(1)
      .executeTakeFirst()
    await this.#state
      .deleteFrom('alert_event')
      .where((eb) => eb.or([eb('at', '<', text(before)), eb('id', '<=', surplus?.event ?? 0)]))
      .where('id', 'not in', this.#state.selectFrom('alert_delivery').select('event').where('state', '=', 'pending'))
      .execute()
  }
}

async function finish(state: State, number: number, change: Updateable<StateTables['alert_delivery']>): Promise<void> {
  // Still pending: somebody may have deleted the policy while this was under way.
  await state.updateTable('alert_delivery').set(change).where('number', '=', number).where('state', '=', 'pending').execute()
}

async function touchWebhook(state: State, id: string, change: { last_success: string } | { last_failure: string }): Promise<void> {
  await state.updateTable('alert_webhook').set(change).where('id', '=', id).execute()
}

/** Deliveries about the same alert to the same destination of the same policy. */
function toldWith(state: State, { kind, destination, message }: DueDelivery) {
  return state
    .selectFrom('alert_delivery')
    .select('number')
    .where('correlation_id', '=', message.correlation)
    .where('policy', '=', message.policy.id)
    .where('kind', '=', kind)
    .where('destination', '=', destination)
}

/** What waits for a delivery is not due before it: otherwise each look at the queue would find it in vain. */
async function delayRest(state: State, delivery: DueDelivery, next: number): Promise<void> {
  await state
    .updateTable('alert_delivery')
    .set({ due_at: text(next) })
    .where('number', 'in', toldWith(state, delivery).where('number', '>', delivery.number).where('state', '=', 'pending'))
    .where('due_at', '<', text(next))
    .execute()
}

/** Who was not told of the beginning is not told of the end. */
async function cancelEnd(state: State, delivery: DueDelivery, now: number): Promise<void> {
  const told = toldWith(state, delivery)
  if (await told.where('phase', '=', 'ALERT_STATE_EVENT_START').where('state', 'in', ['sent', 'pending']).executeTakeFirst()) return
  await state
    .updateTable('alert_delivery')
    .set({ state: 'cancelled', shown_at: text(now), error: 'the START was not delivered' })
    .where('number', 'in', told.where('phase', '=', 'ALERT_STATE_EVENT_END').where('state', '=', 'pending'))
    .execute()
}

/** Deliveries about one alert to one destination of one policy. */
const sameTold = sql`s.correlation_id = d.correlation_id and s.policy = d.policy and s.kind = d.kind and s.destination = d.destination`

/**
 * Takes back what still waits for a policy or destination that is being deleted, in the transaction that deletes it.
 * @param error what the history says
 */
export async function cancelDeliveries(
  transaction: State,
  of: { readonly policy: string } | { readonly kind: string; readonly destination: string },
  { now, error }: { readonly now: number; readonly error: string },
): Promise<void> {
  const pending = transaction
    .updateTable('alert_delivery')
    .set({ state: 'cancelled', shown_at: text(now), error })
    .where('state', '=', 'pending')
  const chosen =
    'policy' in of ? pending.where('policy', '=', of.policy) : pending.where('kind', '=', of.kind).where('destination', '=', of.destination)
  await chosen.execute()
}
