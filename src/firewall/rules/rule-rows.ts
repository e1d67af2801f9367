// Rules of the edge firewall in the state database: rows in, rows out.
import type { Insertable, Kysely, Selectable, Updateable } from 'kysely'
import type { FirewallAction, FirewallCalm, FirewallChange, FirewallState } from '../../contract/firewall.ts'
import type { PacketFilter } from '../../contract/packet-filter.ts'
import type { StateTables } from '../../store/state-tables.ts'
import type { FirewallFilter, FirewallRequest } from '../filtering.ts'

/** Either connection or transaction. */
export type State = Kysely<StateTables>
export type RuleRow = Selectable<StateTables['firewall_rule']>
export type PartRow = Selectable<StateTables['firewall_agent']>
type StopRow = Selectable<StateTables['firewall_stop']>
/** A row that has no place in the order yet. */
type NewRuleRow = Omit<RuleRow, 'position'>

/** Changes that are shown of one rule, the newest ones; as many are kept. */
const mostChanges = 500
/** Withdrawn rules that an account keeps; the oldest go when there are more. */
const mostWithdrawn = 10_000

/** A time as the state keeps it: RFC 3339 in UTC with milliseconds. */
export const timeText = (milliseconds: number): string => new Date(milliseconds).toISOString()

/** @param now ms since 1970 */
export function newRow(
  request: FirewallRequest,
  { id, now, countMs }: { readonly id: string; readonly now: number; readonly countMs: number },
): NewRuleRow {
  return {
    id,
    account: request.account,
    name: request.name,
    filter_text: request.filterText,
    filter: JSON.stringify(request.filter),
    state: 'counting',
    action: actionText({ kind: 'count' }),
    signature_id: request.signatureId,
    incident_id: request.incidentId,
    colo_name: request.coloName,
    interface: request.interface,
    created_at: timeText(now),
    state_since: timeText(now),
    until: timeText(now + request.lifetimeMs),
    calm: request.calm === null ? null : JSON.stringify(request.calm),
    calm_since: null,
    who: request.who,
    why: request.why,
    withdrawn_at: null,
    withdrawn_why: null,
    enforceable_at: timeText(now + countMs),
  }
}

export async function insertRule(db: State, row: NewRuleRow): Promise<RuleRow> {
  await db.insertInto('firewall_rule').values(row).execute()
  const old = db
    .selectFrom('firewall_rule')
    .select('id')
    .where('account', '=', row.account)
    .where('state', '=', 'withdrawn')
    .orderBy('position', 'desc')
    .limit(mostWithdrawn)
    .offset(mostWithdrawn)
  await db.deleteFrom('firewall_rule').where('id', 'in', old).execute()
  return await db.selectFrom('firewall_rule').selectAll().where('id', '=', row.id).executeTakeFirstOrThrow()
}

export async function updateRule(db: State, id: string, columns: Updateable<StateTables['firewall_rule']>): Promise<void> {
  await db.updateTable('firewall_rule').set(columns).where('id', '=', id).execute()
}

/** @param rule id; its state and its action afterwards stand in `change` */
export async function insertChange(db: State, rule: string, change: FirewallChange): Promise<void> {
  const { at, from, to, action, who, why } = change
  const row = { rule, at, from_state: from, to_state: to, action: actionText(action), who, why }
  await db.insertInto('firewall_change').values(row).execute()
  const old = db
    .selectFrom('firewall_change')
    .select('position')
    .where('rule', '=', rule)
    .orderBy('position', 'desc')
    .limit(mostChanges)
    .offset(mostChanges)
  await db.deleteFrom('firewall_change').where('position', 'in', old).execute()
}

export async function putPart(db: State, row: Insertable<StateTables['firewall_agent']>): Promise<void> {
  const { rule: _rule, agent: _agent, ...columns } = row
  await db
    .insertInto('firewall_agent')
    .values(row)
    .onConflict((conflict) => conflict.columns(['rule', 'agent']).doUpdateSet(columns))
    .execute()
}

export async function readRule(db: State, id: string): Promise<RuleRow | undefined> {
  return await db.selectFrom('firewall_rule').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Those of all accounts, or of one, that are not withdrawn; oldest first. */
export async function readCurrent(db: State, account?: number): Promise<RuleRow[]> {
  const current = db.selectFrom('firewall_rule').selectAll().where('state', '<>', 'withdrawn').orderBy('position')
  return await (account === undefined ? current : current.where('account', '=', account)).execute()
}

export async function readFiltered(
  db: State,
  account: number,
  filter: FirewallFilter,
): Promise<{ readonly total: number; readonly rows: readonly RuleRow[] }> {
  let query = db.selectFrom('firewall_rule').where('account', '=', account)
  if (filter.state === 'current') query = query.where('state', '<>', 'withdrawn')
  else if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.incidentId !== undefined) query = query.where('incident_id', '=', filter.incidentId)
  if (filter.signatureId !== undefined) query = query.where('signature_id', '=', filter.signatureId)
  const { total } = await query.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  const rows = await query.selectAll().orderBy('position', 'desc').limit(filter.limit).offset(filter.offset).execute()
  return { total, rows }
}

export async function readParts(db: State, rules: readonly string[]): Promise<PartRow[]> {
  if (rules.length === 0) return []
  return await db.selectFrom('firewall_agent').selectAll().where('rule', 'in', rules).orderBy('name').orderBy('agent').execute()
}

/** Oldest first. */
export async function readChanges(db: State, rule: string): Promise<FirewallChange[]> {
  const rows = await db.selectFrom('firewall_change').selectAll().where('rule', '=', rule).orderBy('position').execute()
  // States are written by insertChange and by nobody else.
  return rows.map(({ at, from_state, to_state, action, who, why }) => ({
    at,
    from: from_state as FirewallState | null,
    to: to_state as FirewallState,
    action: actionOf({ action }),
    who,
    why,
  }))
}

/** What the rule did before the last change of its action; undefined when that has never changed. */
export async function readEarlierAction(db: State, { id, action }: RuleRow): Promise<FirewallAction | undefined> {
  const row = await db
    .selectFrom('firewall_change')
    .select('action')
    .where('rule', '=', id)
    .where('action', '<>', action)
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && actionOf(row)
}

export async function readStop(db: State, account: number): Promise<StopRow | undefined> {
  return await db.selectFrom('firewall_stop').selectAll().where('account', '=', account).executeTakeFirst()
}

export async function putStop(db: State, row: StopRow): Promise<void> {
  const { account: _account, ...columns } = row
  await db
    .insertInto('firewall_stop')
    .values(row)
    .onConflict((conflict) => conflict.column('account').doUpdateSet(columns))
    .execute()
}

export async function deleteStop(db: State, account: number): Promise<void> {
  await db.deleteFrom('firewall_stop').where('account', '=', account).execute()
}

export function stateOf({ state }: Pick<RuleRow, 'state'>): FirewallState {
  // Written from a FirewallState.
  return state as FirewallState
}

/** The same action is always the same text, so that texts can be compared. */
export function actionText(action: FirewallAction): string {
  const { kind } = action
  return JSON.stringify(kind === 'limit' ? { kind, packets_per_second: action.packets_per_second } : { kind })
}

export function actionOf({ action }: Pick<RuleRow, 'action'>): FirewallAction {
  // Written by actionText.
  return JSON.parse(action) as FirewallAction
}

export function calmOf({ calm }: Pick<RuleRow, 'calm'>): FirewallCalm | null {
  // Written from a FirewallCalm.
  return calm === null ? null : (JSON.parse(calm) as FirewallCalm)
}

export function filterOf({ filter }: Pick<RuleRow, 'filter'>): PacketFilter {
  // Written from a PacketFilter.
  return JSON.parse(filter) as PacketFilter
}
