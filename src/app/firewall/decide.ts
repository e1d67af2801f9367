// What people do with a firewall rule: enforce it, let it count again, undo, extend, withdraw.
import type { FirewallRule } from '../../contract/firewall.ts'
import { change } from '../change.ts'
import type { FirewallContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { parseEnforcement, parseExtension, parseReason } from './fields.ts'

/** Which rule, and what the client sent. */
export interface RuleDecision {
  readonly id: string
  readonly body: unknown
}

/**
 * Drops or limits from now on.
 * @param decision.body `{action: {kind: drop} or {kind: limit, packets_per_second}, why, force?}`
 * @throws ApiError firewall_rule_not_found, firewall_state, firewall_refused, firewall_invalid, forbidden
 */
export async function enforceFirewallRule(
  context: FirewallContext,
  principal: Principal,
  { id, body }: RuleDecision,
): Promise<FirewallRule> {
  const { account, who } = writer(principal)
  const { action, why, force } = parseEnforcement(body)
  const result = await context.filtering.act(account, id, action, { who, why, force })
  return recorded(context, principal, { action: 'firewall.enforce', result, detail: { action, force, why } })
}

/**
 * Counts only from now on.
 * @param decision.body `{why}`
 * @throws ApiError firewall_rule_not_found, firewall_state, firewall_invalid, forbidden
 */
export async function countFirewallRule(context: FirewallContext, principal: Principal, { id, body }: RuleDecision): Promise<FirewallRule> {
  const { account, who } = writer(principal)
  const { why } = parseReason(body)
  const result = await context.filtering.act(account, id, { kind: 'count' }, { who, why, force: false })
  return recorded(context, principal, { action: 'firewall.count', result, detail: { why } })
}

/**
 * Does what it did before the last change of that.
 * @param decision.body `{why}`
 * @throws ApiError firewall_rule_not_found, firewall_state, firewall_invalid, forbidden
 */
export async function undoFirewallRule(context: FirewallContext, principal: Principal, { id, body }: RuleDecision): Promise<FirewallRule> {
  const { account, who } = writer(principal)
  const { why } = parseReason(body)
  const result = await context.filtering.undo(account, id, { who, why })
  return recorded(context, principal, { action: 'firewall.undo', result, detail: { action: result.action, why } })
}

/**
 * @param decision.body `{lifetime_minutes, why}`; from now on
 * @throws ApiError firewall_rule_not_found, firewall_state, firewall_refused, firewall_invalid, forbidden
 */
export async function extendFirewallRule(
  context: FirewallContext,
  principal: Principal,
  { id, body }: RuleDecision,
): Promise<FirewallRule> {
  const { account, who } = writer(principal)
  const { lifetimeMs, why } = parseExtension(body)
  const result = await context.filtering.extend(account, id, lifetimeMs, { who, why })
  return recorded(context, principal, { action: 'firewall.extend', result, detail: { until: result.until, why } })
}

/**
 * @param decision.body `{why}`
 * @throws ApiError firewall_rule_not_found, firewall_state, firewall_invalid, forbidden
 */
export async function withdrawFirewallRule(
  context: FirewallContext,
  principal: Principal,
  { id, body }: RuleDecision,
): Promise<FirewallRule> {
  const { account, who } = writer(principal)
  const { why } = parseReason(body)
  const result = await context.filtering.withdraw(account, id, { who, why })
  return recorded(context, principal, { action: 'firewall.withdraw', result, detail: { total: result.total, why } })
}

function writer(principal: Principal): { readonly account: number; readonly who: string } {
  requireScope(principal, 'firewall:write')
  return { account: principal.account.number, who: principal.user.email }
}

interface Recorded {
  readonly action: string
  readonly result: FirewallRule
  readonly detail: Readonly<Record<string, unknown>>
}

function recorded(context: FirewallContext, principal: Principal, { action, result, detail }: Recorded): Promise<FirewallRule> {
  return change(context, principal, async () => ({
    result,
    audit: { action, target: result.id, detail: { name: result.name, ...detail } },
  }))
}
