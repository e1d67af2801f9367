// Lists firewall rules of an account, the newest first.
import { z } from 'zod'
import { firewallStates, type FirewallRule } from '../../contract/firewall.ts'
import type { FirewallContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { parseInput } from '../validation.ts'

const states = ['current', ...firewallStates] as const
const whole = (max: number) => {
  const message = `must be a whole number from 1 to ${max}`
  return z.coerce.number({ error: message }).int(message).min(1, message).max(max, message)
}
const id = z
  .string({ error: 'must be one id' })
  .regex(/^[0-9a-f]{32}$/, 'must be 32 hex digits')
  .optional()
const input = z.object({
  state: z.enum(states, { error: `must be one of ${states.join(', ')}` }).optional(),
  signature_id: id,
  incident_id: id,
  page: whole(1_000_000).default(1),
  per_page: whole(100).default(20),
})

export interface FirewallPage {
  readonly rules: readonly FirewallRule[]
  readonly page: number
  readonly per_page: number
  readonly total_count: number
}

/**
 * @param query `{state?, signature_id?, incident_id?, page?, per_page?}`; `state=current` is all that is not withdrawn; a page behind the last is empty
 * @throws ApiError invalid_request, forbidden
 */
export async function listFirewallRules({ filtering }: FirewallContext, principal: Principal, query: unknown): Promise<FirewallPage> {
  requireScope(principal, 'firewall:read')
  const { state, signature_id, incident_id, page, per_page } = parseInput(input, query, 'invalid_request')
  const { total, rules } = await filtering.list(principal.account.number, {
    ...(state === undefined ? {} : { state }),
    ...(signature_id === undefined ? {} : { signatureId: signature_id }),
    ...(incident_id === undefined ? {} : { incidentId: incident_id }),
    limit: per_page,
    offset: (page - 1) * per_page,
  })
  return { rules, page, per_page, total_count: total }
}
