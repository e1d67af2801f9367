// Rules as pages and the API see them.
import type { FirewallAgent, FirewallChange, FirewallRule } from '../../contract/firewall.ts'
import type { LinkedAgent } from '../../capture/agent-links.ts'
import type { LiveRule } from './live-rule.ts'
import { RulePart, sumOf } from './rule-part.ts'
import { actionOf, calmOf, stateOf, timeText, type PartRow, type RuleRow } from './rule-rows.ts'

/** @param agents of the account, connected or not; @param now ms since 1970 */
export function liveView(
  rule: LiveRule,
  { agents, now, changes }: { readonly agents: readonly LinkedAgent[]; readonly now: number; readonly changes: readonly FirewallChange[] },
): FirewallRule {
  const calm_since = rule.calmSince === undefined ? null : timeText(rule.calmSince)
  return { ...viewOf(rule.row, rule.views(agents, now), changes), calm_since }
}

/** Of one that is withdrawn: no agent has it any more. */
export function pastView(row: RuleRow, parts: readonly PartRow[], changes: readonly FirewallChange[]): FirewallRule {
  const agents = parts.map((part) => RulePart.of(part).past())
  return viewOf(row, agents, changes)
}

function viewOf(row: RuleRow, agents: readonly FirewallAgent[], changes: readonly FirewallChange[]): FirewallRule {
  const { id, name, signature_id, incident_id, colo_name, created_at, state_since, until, calm_since, who, why } = row
  return {
    id,
    name,
    filter: row.filter_text,
    state: stateOf(row),
    action: actionOf(row),
    signature_id,
    incident_id,
    colo_name,
    interface: row.interface,
    created_at,
    state_since,
    until,
    calm: calmOf(row),
    calm_since,
    who,
    why,
    withdrawn_at: row.withdrawn_at,
    withdrawn_why: row.withdrawn_why,
    enforceable_at: row.enforceable_at,
    agents,
    total: sumOf(agents),
    changes,
  }
}
