// Lists the incidents of an account, the newest first.
import { z } from 'zod'
import type { IncidentSummary } from '../../contract/incident.ts'
import type { AppContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { parseInput } from '../validation.ts'

const whole = (max: number) => {
  const message = `must be a whole number from 1 to ${max}`
  return z.coerce.number({ error: message }).int(message).min(1, message).max(max, message)
}
const input = z.object({
  state: z.enum(['open', 'closed'], { error: 'must be open or closed' }).optional(),
  rule_id: z
    .string()
    .regex(/^[0-9a-f]{32}$/, 'must be 32 hex digits')
    .optional(),
  page: whole(1_000_000).default(1),
  per_page: whole(100).default(20),
})

export interface IncidentPage {
  readonly incidents: readonly IncidentSummary[]
  readonly page: number
  readonly per_page: number
  readonly total_count: number
}

/**
 * @param query `{state?, rule_id?, page?, per_page?}`; a page behind the last is empty
 * @throws ApiError invalid_request, forbidden
 */
export async function listIncidents(context: Pick<AppContext, 'state'>, principal: Principal, query: unknown): Promise<IncidentPage> {
  requireScope(principal, 'mnm:read')
  const { state, rule_id, page, per_page } = parseInput(input, query, 'invalid_request')
  let matching = context.state.selectFrom('incident').where('account', '=', principal.account.number)
  if (state !== undefined) matching = matching.where('state', '=', state)
  if (rule_id !== undefined) matching = matching.where('rule_id', '=', rule_id)
  const { total_count } = await matching.select(({ fn }) => fn.countAll<number>().as('total_count')).executeTakeFirstOrThrow()
  const rows = await matching
    .select('summary')
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(per_page)
    .offset((page - 1) * per_page)
    .execute()
  // Written by writeIncident and by nobody else.
  const incidents = rows.map(({ summary }) => JSON.parse(summary) as IncidentSummary)
  return { incidents, page, per_page, total_count }
}
