// Rows of policies and destinations, and events, for tests of what is enqueued and delivered.
import type { Kysely } from 'kysely'
import type { AlertEvent } from '../../contract/alert.ts'
import type { StateTables } from '../../store/state-tables.ts'
import type { Mechanisms } from '../destinations.ts'

type State = Kysely<StateTables>

const created_at = '2026-01-01T00:00:00.000Z'

/** Fields of a policy that a test sets. */
interface PolicyFields {
  readonly enabled?: boolean
  readonly alert_interval?: string | null
  readonly alert_type?: string
}

export async function addPolicy(state: State, id: string, mechanisms: Mechanisms, fields: PolicyFields = {}): Promise<void> {
  const { enabled = true, alert_interval = null, alert_type = 'fbm_volumetric_attack' } = fields
  await state
    .insertInto('alert_policy')
    .values({
      id,
      account: 1,
      name: `policy ${id}`,
      description: null,
      alert_type,
      enabled: enabled ? 1 : 0,
      alert_interval,
      mechanisms: JSON.stringify(mechanisms),
      filters: null,
      created_at,
      modified_at: created_at,
    })
    .execute()
}

export async function addWebhook(
  state: State,
  id: string,
  url: string,
  fields: { type?: string; secret?: string | null } = {},
): Promise<void> {
  const { type = 'generic', secret = null } = fields
  await state
    .insertInto('alert_webhook')
    .values({ id, account: 1, name: `webhook ${id}`, url, type, secret, created_at, last_success: null, last_failure: null })
    .execute()
}

export async function addPagerduty(state: State, id: string, routing_key: string): Promise<void> {
  await state
    .insertInto('alert_pagerduty')
    .values({ id, account: 1, name: `service ${id}`, routing_key, created_at })
    .execute()
}

/** An event of account 1. */
export function alertEvent(correlation: number, fields: Partial<AlertEvent> = {}): AlertEvent {
  return {
    account: 1,
    type: 'fbm_volumetric_attack',
    phase: 'ALERT_STATE_EVENT_START',
    correlation_id: correlation.toString(16).padStart(32, '0'),
    at: Date.UTC(2026, 0, 1, 12),
    name: 'Magic Network Monitoring: Volumetric Attack',
    text: `alert ${correlation}`,
    data: { rule_name: 'my_rule_1', bits_per_second: '6.4Gb/s' },
    link: 'http://localhost:8080/incidents/1',
    ...fields,
  }
}

export const endOf = (event: AlertEvent, later = 1000): AlertEvent => ({ ...event, phase: 'ALERT_STATE_EVENT_END', at: event.at + later })

/** `policy destination phase round state` of every delivery, in order. */
export async function deliveries(state: State): Promise<string[]> {
  const rows = await state.selectFrom('alert_delivery').selectAll().orderBy('number').execute()
  return rows.map(({ policy, destination, phase, round, state }) => `${policy} ${destination} ${phase.slice(18)} ${round} ${state}`)
}
