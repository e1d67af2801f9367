// Lists advertisements of an account, the newest first.
import { z } from 'zod'
import { advertisementStates, type Advertisement } from '../../contract/advertisement.ts'
import type { AdvertisingContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { parseInput } from '../validation.ts'

const states = ['current', ...advertisementStates] as const
const whole = (max: number) => {
  const message = `must be a whole number from 1 to ${max}`
  return z.coerce.number({ error: message }).int(message).min(1, message).max(max, message)
}
const input = z.object({
  state: z.enum(states, { error: `must be one of ${states.join(', ')}` }).optional(),
  prefix: z.string({ error: 'must be one prefix' }).max(64, 'must be a prefix like 203.0.113.0/24').optional(),
  incident_id: z
    .string()
    .regex(/^[0-9a-f]{32}$/, 'must be 32 hex digits')
    .optional(),
  page: whole(1_000_000).default(1),
  per_page: whole(100).default(20),
})

export interface AdvertisementPage {
  readonly advertisements: readonly Advertisement[]
  readonly page: number
  readonly per_page: number
  readonly total_count: number
}

/**
 * @param query `{state?, prefix?, incident_id?, page?, per_page?}`; `state=current` is all that is not withdrawn; a page behind the last is empty
 * @throws ApiError invalid_request, forbidden
 */
export async function listAdvertisements(context: AdvertisingContext, principal: Principal, query: unknown): Promise<AdvertisementPage> {
  requireScope(principal, 'advertisements:read')
  const { state, prefix, incident_id, page, per_page } = parseInput(input, query, 'invalid_request')
  const filter = {
    ...(state === undefined ? {} : { state }),
    ...(prefix === undefined ? {} : { prefix }),
    ...(incident_id === undefined ? {} : { incidentId: incident_id }),
    limit: per_page,
    offset: (page - 1) * per_page,
  }
  const { total, advertisements } = await context.advertising.list(principal.account.number, filter)
  return { advertisements, page, per_page, total_count: total }
}
