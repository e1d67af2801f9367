// Says what would be sent to whom, without sending or recording anything.
import type { AdvertisementPreview } from '../../contract/advertisement.ts'
import type { AdvertisingContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { refusedAsError } from './refused.ts'
import { parseAnnounceRequest } from './request.ts'

/**
 * @param body as for announceByHand
 * @throws ApiError invalid_request, advertisement_refused, forbidden
 */
export async function previewAdvertisement(
  context: AdvertisingContext,
  principal: Principal,
  body: unknown,
): Promise<AdvertisementPreview> {
  requireScope(principal, 'advertisements:read')
  const request = parseAnnounceRequest(principal, body, context.clock.now())
  return refusedAsError(request.prefix, context.advertising.preview(request))
}
