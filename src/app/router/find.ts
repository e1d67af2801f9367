// Finds one router of the account that asks, by any spelling of its address.
import { ApiError } from '../../contract/api-errors.ts'
import type { RouterStatus } from '../../contract/collector-status.ts'
import type { AppContext, Principal } from '../context.ts'
import { canonicalSet } from '../mnm-config/rows.ts'
import type { MnmConfig } from '../mnm-config/fields.ts'
import { canonicalAddress } from './address.ts'
import { routerStatuses } from './status.ts'

/**
 * Canonical address of a registered router.
 * @throws ApiError router_not_found
 */
export function registeredAddress(config: MnmConfig | null, text: string): string {
  const address = canonicalAddress(text)
  if (address === undefined || !canonicalSet(config?.router_ips ?? null).has(address))
    throw new ApiError('router_not_found', { address: text })
  return address
}

/**
 * Status of a registered router.
 * @param address canonical
 * @throws ApiError router_not_found
 */
export async function routerStatus(
  context: Pick<AppContext, 'state' | 'telemetry' | 'reconciliation'>,
  principal: Principal,
  address: string,
): Promise<RouterStatus> {
  const status = (await routerStatuses(context, principal)).find((router) => router.address === address)
  if (!status) throw new ApiError('router_not_found', { address })
  return status
}
