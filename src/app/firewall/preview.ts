// Says what a firewall rule would do, without making it.
import type { FirewallPreview } from '../../contract/firewall.ts'
import { expectedTraffic } from '../capture/expected-traffic.ts'
import type { FirewallContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { parsePreviewed } from './fields.ts'

/**
 * @param body `{filter, colo_name?, interface?}`
 * @throws ApiError firewall_invalid, filter_invalid, forbidden
 */
export async function previewFirewallRule(context: FirewallContext, principal: Principal, body: unknown): Promise<FirewallPreview> {
  requireScope(principal, 'firewall:read')
  const request = parsePreviewed(body)
  const account = principal.account.number
  const found = await expectedTraffic(context, account, request.filter)
  return {
    ...(await context.filtering.preview(account, request)),
    packets_per_second: found?.packetsPerSecond ?? null,
    bits_per_second: found?.bitsPerSecond ?? null,
    not_estimated: found?.notExpressible ?? [],
  }
}
