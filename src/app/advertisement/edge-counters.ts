// Takes what an edge reports of the traffic that it dropped: the signal `edge` of withdrawals.
import { z } from 'zod'
import { ApiError } from '../../contract/api-errors.ts'
import { parseIpPrefix, formatIpPrefix } from '../../base/ip-prefix.ts'
import type { AdvertisingContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { objectFault, parseInput } from '../validation.ts'

const countMessage = 'must be a number of at least 0'
const count = z.number({ error: countMessage }).min(0, countMessage)
const secondsMessage = 'must be a number of seconds above 0, up to 3600'
const input = z.strictObject(
  {
    prefix: z.string({ error: 'must be text like 203.0.113.0/24' }),
    dropped_packets: count,
    dropped_bytes: count,
    seconds: z.number({ error: secondsMessage }).positive(secondsMessage).max(3600, secondsMessage),
  },
  { error: objectFault },
)

/**
 * No audit row: an edge reports every few seconds.
 * @param body `{prefix, dropped_packets, dropped_bytes, seconds}`
 * @throws ApiError invalid_request, forbidden
 */
export async function takeEdgeCounters(context: AdvertisingContext, principal: Principal, body: unknown): Promise<null> {
  requireScope(principal, 'advertisements:write')
  const counters = parseInput(input, body, 'invalid_request')
  const parsed = parseIpPrefix(counters.prefix)
  if (!parsed) throw new ApiError('invalid_request', { reason: 'prefix must be text like 203.0.113.0/24' }, '/prefix')
  await context.advertising.noteEdgeCounters(principal.account.number, { ...counters, prefix: formatIpPrefix(parsed.prefix) })
  return null
}
