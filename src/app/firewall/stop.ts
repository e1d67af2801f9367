// Withdraws all firewall rules of an account until somebody resumes.
import type { FirewallStatus } from '../../contract/firewall.ts'
import { change } from '../change.ts'
import type { FirewallContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { parseReason } from './fields.ts'

/**
 * All rules are withdrawn, and none can be made.
 * @param body `{why}`
 * @throws ApiError firewall_invalid, forbidden
 */
export async function stopFirewall(context: FirewallContext, principal: Principal, body: unknown): Promise<FirewallStatus> {
  requireScope(principal, 'firewall:write')
  const { why } = parseReason(body)
  await context.filtering.stopAll(principal.account.number, { who: principal.user.email, why })
  return recorded(context, principal, { action: 'firewall.stop', target: 'all', detail: { why } })
}

/**
 * @param body `{why}`
 * @throws ApiError firewall_invalid, forbidden
 */
export async function resumeFirewall(context: FirewallContext, principal: Principal, body: unknown): Promise<FirewallStatus> {
  requireScope(principal, 'firewall:write')
  const { why } = parseReason(body)
  await context.filtering.resume(principal.account.number, { who: principal.user.email, why })
  return recorded(context, principal, { action: 'firewall.resume', target: 'all', detail: { why } })
}

async function recorded(
  context: FirewallContext,
  principal: Principal,
  audit: { readonly action: string; readonly target: string; readonly detail: Readonly<Record<string, unknown>> },
): Promise<FirewallStatus> {
  const result = await context.filtering.status(principal.account.number)
  return change(context, principal, async () => ({ result, audit }))
}
