// Reads one firewall rule with its history, and how the firewall stands as a whole.
import type { FirewallRule, FirewallStatus } from '../../contract/firewall.ts'
import type { FirewallContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'

/** @throws ApiError firewall_rule_not_found, forbidden */
export async function getFirewallRule({ filtering }: FirewallContext, principal: Principal, id: string): Promise<FirewallRule> {
  requireScope(principal, 'firewall:read')
  return filtering.get(principal.account.number, id)
}

/** @throws ApiError forbidden */
export async function getFirewallStatus({ filtering }: FirewallContext, principal: Principal): Promise<FirewallStatus> {
  requireScope(principal, 'firewall:read')
  return filtering.status(principal.account.number)
}
