// Announces a prefix by hand.
import type { Advertisement } from '../../contract/advertisement.ts'
import { change } from '../change.ts'
import type { AdvertisingContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { refusedAsError } from './refused.ts'
import { parseAnnounceRequest } from './request.ts'

/**
 * @param body `{prefix, purpose?, flowspec?, driver?, why, until? or minutes?, dry_run?}`
 * @returns one advertisement for each driver, once the drivers have answered
 * @throws ApiError invalid_request, advertisement_refused, forbidden
 */
export async function announceByHand(context: AdvertisingContext, principal: Principal, body: unknown): Promise<readonly Advertisement[]> {
  requireScope(principal, 'advertisements:write')
  const request = parseAnnounceRequest(principal, body, context.clock.now())
  const result = await refusedAsError(request.prefix, context.advertising.announce(request))
  const { purpose, driver, cause, dryRun: dry_run } = request
  const detail = { purpose, driver, dry_run, why: cause.why, until: cause.until, advertisements: result.map(({ id }) => id) }
  const target = result[0]?.route.prefix ?? request.prefix
  return change(context, principal, async () => ({ result, audit: { action: 'advertisement.announce', target, detail } }))
}
