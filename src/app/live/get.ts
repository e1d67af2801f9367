// The traffic of an account in the last seconds, by the second.
import type { LiveSecond } from '../../contract/collector-status.ts'
import { z } from 'zod'
import type { AppContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { parseInput } from '../validation.ts'

const message = 'must be a whole number from 1 to 3600'
const input = z.object({ seconds: z.coerce.number({ error: message }).int(message).min(1, message).max(3600, message).default(300) })

/**
 * @param query `{seconds?}`, 300 when left out
 * @throws ApiError invalid_request, forbidden
 */
export function getLive(context: Pick<AppContext, 'telemetry'>, principal: Principal, query: unknown): LiveSecond[] {
  requireScope(principal, 'mnm:read')
  const { seconds } = parseInput(input, query, 'invalid_request')
  return context.telemetry.live(principal.account.number, seconds)
}
