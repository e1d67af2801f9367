// The life of a rule: counting, enforcing and back, withdrawn. Each function is one transaction's work: it checks, writes the
// rule and its history, and returns the rows as they are then.
import { maxAgentMessage } from '../../contract/agent-protocol.ts'
import { ApiError } from '../../contract/api-errors.ts'
import type { Config } from '../../contract/config.ts'
import type { FirewallAction } from '../../contract/firewall.ts'
import type { FirewallActor, FirewallRequest } from '../filtering.ts'
import { breadth } from './filter-guard.ts'
import {
  actionOf,
  actionText,
  deleteStop,
  filterOf,
  insertChange,
  insertRule,
  newRow,
  putStop,
  readCurrent,
  readEarlierAction,
  readRule,
  readStop,
  stateOf,
  timeText,
  updateRule,
  type RuleRow,
  type State,
} from './rule-rows.ts'

/** One transaction, and when it is, in ms since 1970. */
export interface Change {
  readonly db: State
  readonly now: number
  readonly config: Config['firewall']
}

/** Which rule of which account. */
interface RuleKey {
  readonly account: number
  readonly id: string
}

/** Who does what happens by itself. */
const byItself = 'drawbridge'

/** Characters of filters as JSON that the rules of an account have together: all go to an agent in one message. */
const mostFilterText = (maxAgentMessage * 3) / 4

/** @throws ApiError firewall_refused while stopped, or when there are too many */
export async function addRule(change: Change, id: string, request: FirewallRequest): Promise<RuleRow> {
  const { db, now, config } = change
  checkLifetime(config, request.lifetimeMs)
  const stop = await readStop(db, request.account)
  if (stop) refuse(`the firewall is stopped by ${stop.who} since ${stop.at}: ${stop.why}; resume it first`)
  const row = newRow(request, { id, now, countMs: config.count_seconds * 1000 })
  const current = await readCurrent(db, request.account)
  if (current.length >= config.max_rules) {
    refuse(`${current.length} rules are there, which is the most (firewall.max_rules); withdraw one first`)
  }
  const text = [...current, row].reduce((sum, { filter }) => sum + filter.length, 0)
  if (text > mostFilterText)
    refuse('the filters of all rules together are too long for an agent; withdraw a rule first, or make this one shorter')
  const written = await insertRule(db, row)
  const { who, why } = request
  await insertChange(db, id, { at: row.created_at, from: null, to: 'counting', action: actionOf(row), who, why })
  return written
}

/**
 * Drops, limits or counts from now on. Nothing changes when it does that already.
 * @throws ApiError firewall_rule_not_found, firewall_state, firewall_refused
 */
export async function actBy(
  change: Change,
  key: RuleKey,
  { action, who, why, force }: FirewallActor & { readonly action: FirewallAction; readonly force: boolean },
): Promise<RuleRow> {
  const row = await currentRule(change, key)
  if (row.action === actionText(action)) return row
  if (action.kind !== 'count' && !force) checkEnforceable(row, change)
  return await enterAction(change, row, { action, who, why })
}

/** What it did before the last change of what it does. @throws ApiError firewall_rule_not_found, firewall_state */
export async function undoBy(change: Change, key: RuleKey, actor: FirewallActor): Promise<RuleRow> {
  const row = await currentRule(change, key)
  const action = await readEarlierAction(change.db, row)
  if (action === undefined) throw stateFault(row, 'it has done nothing else so far, there is nothing to undo')
  return await enterAction(change, row, { action, ...actor })
}

/** @throws ApiError firewall_rule_not_found, firewall_state, firewall_refused */
export async function extendBy(change: Change, key: RuleKey, { lifetimeMs, ...actor }: FirewallActor & { readonly lifetimeMs: number }) {
  checkLifetime(change.config, lifetimeMs)
  return await enter(change, await currentRule(change, key), { until: timeText(change.now + lifetimeMs) }, actor)
}

/** @throws ApiError firewall_rule_not_found, firewall_state */
export async function withdrawBy(change: Change, key: RuleKey, actor: FirewallActor): Promise<RuleRow> {
  return await withdrawRow(change, await currentRule(change, key), actor)
}

/** @returns undefined when it is withdrawn already, or gone */
export async function withdrawByItself(
  change: Change,
  id: string,
  { why, calmSince }: { readonly why: string; readonly calmSince: string | null },
) {
  const row = await readRule(change.db, id)
  if (row === undefined || stateOf(row) === 'withdrawn') return undefined
  return await withdrawRow(change, { ...row, calm_since: calmSince }, { who: byItself, why })
}

/** @returns the rules that were withdrawn */
export async function stopBy(change: Change, account: number, { who, why }: FirewallActor): Promise<RuleRow[]> {
  await putStop(change.db, { account, who, why, at: timeText(change.now) })
  const withdrawn: RuleRow[] = []
  for (const row of await readCurrent(change.db, account)) {
    withdrawn.push(await withdrawRow(change, row, { who, why: `the firewall was stopped: ${why}` }))
  }
  return withdrawn
}

export async function resumeIn({ db }: Change, account: number): Promise<void> {
  await deleteStop(db, account)
}

async function currentRule({ db }: Change, { account, id }: RuleKey): Promise<RuleRow> {
  const row = await readRule(db, id)
  if (row?.account !== account) throw new ApiError('firewall_rule_not_found', { id })
  if (stateOf(row) === 'withdrawn') throw stateFault(row, 'what is withdrawn stays so; make a new rule')
  return row
}

function stateFault(row: RuleRow, reason: string): ApiError {
  return new ApiError('firewall_state', { id: row.id, state: row.state, reason })
}

function checkEnforceable(row: RuleRow, { now, config }: Change): void {
  const left = Date.parse(row.enforceable_at) - now
  if (left > 0) {
    refuse(
      `a rule counts for ${config.count_seconds} s before it may drop (firewall.count_seconds); wait ${Math.ceil(left / 1000)} s, or force it`,
    )
  }
  const wide = breadth(filterOf(row))
  if (wide !== undefined) refuse(`${wide}; name at least a port, a prefix, a length or the like in each part of the filter, or force it`)
}

function checkLifetime({ max_lifetime_hours: hours }: Config['firewall'], lifetimeMs: number): void {
  if (lifetimeMs <= hours * 3_600_000) return
  const reason = `a rule stays ${hours} hours at the most (firewall.max_lifetime_hours); it can be extended later`
  throw new ApiError('firewall_refused', { reason }, '/lifetime_minutes')
}

function refuse(reason: string): never {
  throw new ApiError('firewall_refused', { reason })
}

async function enterAction(change: Change, row: RuleRow, { action, ...actor }: FirewallActor & { readonly action: FirewallAction }) {
  const state = action.kind === 'count' ? 'counting' : 'enforcing'
  return await enter(change, row, { state, action: actionText(action), state_since: timeText(change.now) }, actor)
}

async function withdrawRow(change: Change, row: RuleRow, actor: FirewallActor): Promise<RuleRow> {
  const at = timeText(change.now)
  const columns = { state: 'withdrawn', state_since: at, withdrawn_at: at, withdrawn_why: actor.why, calm_since: row.calm_since }
  return await enter(change, row, columns, actor)
}

async function enter({ db, now }: Change, row: RuleRow, columns: Partial<RuleRow>, { who, why }: FirewallActor): Promise<RuleRow> {
  const changed = { ...row, ...columns }
  await updateRule(db, row.id, columns)
  await insertChange(db, row.id, { at: timeText(now), from: stateOf(row), to: stateOf(changed), action: actionOf(changed), who, why })
  return changed
}
