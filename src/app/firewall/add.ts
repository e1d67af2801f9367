// Makes a firewall rule, which begins by counting.
import { ApiError } from '../../contract/api-errors.ts'
import type { FirewallRule } from '../../contract/firewall.ts'
import { change } from '../change.ts'
import type { FirewallContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { parseAddition } from './fields.ts'

/**
 * @param body `{name, filter, colo_name?, interface?, lifetime_minutes, calm?, signature_id?, incident_id?, why}`
 * @throws ApiError firewall_invalid, firewall_refused, filter_invalid, capture_no_agent, forbidden
 */
export async function addFirewallRule(context: FirewallContext, principal: Principal, body: unknown): Promise<FirewallRule> {
  requireScope(principal, 'firewall:write')
  const request = { ...parseAddition(body), account: principal.account.number, who: principal.user.email }
  await checkKnown(context, request.account, { signature: request.signatureId, incident: request.incidentId })
  const result = await context.filtering.add(request)
  const { name, filter, colo_name, until, calm, signature_id, incident_id, agents } = result
  const asked = agents.map(({ agent, name, colo }) => ({ agent, name, colo }))
  const detail = {
    name,
    filter,
    colo_name,
    interface: result.interface,
    until,
    calm,
    signature_id,
    incident_id,
    agents: asked,
    why: request.why,
  }
  return change(context, principal, async () => ({ result, audit: { action: 'firewall.add', target: result.id, detail } }))
}

/** What a rule refers to is the account's own. */
async function checkKnown(
  { state }: FirewallContext,
  account: number,
  named: { readonly signature: string | null; readonly incident: string | null },
): Promise<void> {
  for (const [table, id] of Object.entries(named) as ['signature' | 'incident', string | null][]) {
    if (id === null) continue
    const row = await state.selectFrom(table).select('id').where('id', '=', id).where('account', '=', account).executeTakeFirst()
    if (row) continue
    throw new ApiError('firewall_invalid', { reason: `${table}_id there is no ${table} ${id}` }, `/${table}_id`)
  }
}
