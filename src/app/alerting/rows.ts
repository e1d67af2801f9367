// Alert policies, destinations and silences as the API shows them (contract §5.2), from their rows in the state.
import type { Selectable } from 'kysely'
import type { StateTables } from '../../store/state-tables.ts'

type Row<T extends keyof StateTables> = Selectable<StateTables[T]>

/** What was never supplied is null, and lists come back as they were spelled, so that Terraform sees no difference. */
export function policyView(row: Row<'alert_policy'>) {
  const json = (text: string | null): unknown => (text === null ? null : JSON.parse(text))
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    enabled: row.enabled === 1,
    alert_type: row.alert_type,
    alert_interval: row.alert_interval,
    mechanisms: json(row.mechanisms),
    filters: json(row.filters),
    created: row.created_at,
    modified: row.modified_at,
  }
}

/** Without the secret, which nobody gets to see again. */
export function webhookView({ id, name, url, type, created_at, last_success, last_failure }: Row<'alert_webhook'>) {
  return { id, name, url, type, created_at, last_success, last_failure }
}

export function silenceView({ id, policy, start_time, end_time, created_at, updated_at }: Row<'alert_silence'>) {
  return { id, policy_id: policy, start_time, end_time, created_at, updated_at }
}
