// Reads one advertisement with its history, and how advertising stands as a whole.
import type { AdvertisementHistory, AdvertisingStatus } from '../../contract/advertisement.ts'
import type { AdvertisingContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'

/** @throws ApiError advertisement_not_found, forbidden */
export async function getAdvertisement(context: AdvertisingContext, principal: Principal, id: string): Promise<AdvertisementHistory> {
  requireScope(principal, 'advertisements:read')
  return context.advertising.get(principal.account.number, id)
}

/** @throws ApiError forbidden */
export async function getAdvertisingStatus(context: AdvertisingContext, principal: Principal): Promise<AdvertisingStatus> {
  requireScope(principal, 'advertisements:read')
  return context.advertising.status(principal.account.number)
}
