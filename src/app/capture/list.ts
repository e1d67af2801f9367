// Lists captures of an account, the newest first.
import { z } from 'zod'
import type { Capture } from '../../contract/capture.ts'
import type { CaptureContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { parseInput } from '../validation.ts'

const whole = (max: number) => {
  const message = `must be a whole number from 1 to ${max}`
  return z.coerce.number({ error: message }).int(message).min(1, message).max(max, message)
}
const input = z.object({
  state: z.enum(['running', 'ended'], { error: 'must be running or ended' }).optional(),
  incident_id: z
    .string({ error: 'must be one id' })
    .regex(/^[0-9a-f]{32}$/, 'must be 32 hex digits')
    .optional(),
  page: whole(1_000_000).default(1),
  per_page: whole(100).default(20),
})

/** What the original lists (contract §3.1). */
const newest = 50

export interface CapturePage {
  readonly captures: readonly Capture[]
  readonly page: number
  readonly per_page: number
  readonly total_count: number
}

type Context = Pick<CaptureContext, 'capturing'>

/**
 * @param query `{state?, incident_id?, page?, per_page?}`; a page behind the last is empty
 * @throws ApiError invalid_request, forbidden
 */
export async function listCaptures({ capturing }: Context, principal: Principal, query: unknown): Promise<CapturePage> {
  requireScope(principal, 'captures:read')
  const { state, incident_id, page, per_page } = parseInput(input, query, 'invalid_request')
  const { total, captures } = await capturing.list(principal.account.number, {
    ...(state === undefined ? {} : { state }),
    ...(incident_id === undefined ? {} : { incidentId: incident_id }),
    limit: per_page,
    offset: (page - 1) * per_page,
  })
  return { captures, page, per_page, total_count: total }
}

/** The newest ones, as the original lists them. @throws ApiError forbidden */
export async function listNewestCaptures({ capturing }: Context, principal: Principal): Promise<readonly Capture[]> {
  requireScope(principal, 'captures:read')
  return (await capturing.list(principal.account.number, { limit: newest, offset: 0 })).captures
}
