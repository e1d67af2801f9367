// Removes a router; flows that it sends afterwards are counted and not stored, what is stored stays.
import { ApiError } from '../../contract/api-errors.ts'
import { change } from '../change.ts'
import { timeText, type Principal, type RouterContext } from '../context.ts'
import { readMnmConfig, writeMnmConfig } from '../mnm-config/rows.ts'
import { requireScope } from '../scopes.ts'
import { canonicalAddress } from './address.ts'
import { registeredAddress } from './find.ts'
import { publishRouters } from './publish.ts'

/**
 * @param text any spelling of the address
 * @returns the canonical address
 * @throws ApiError router_not_found, invalid_request when a WARP device stands on it, forbidden
 */
export async function unregisterRouter(context: RouterContext, principal: Principal, text: string): Promise<{ address: string }> {
  requireScope(principal, 'mnm:write')
  const account = principal.account.number
  const address = await change(context, principal, async (state) => {
    const config = await readMnmConfig(state, account)
    const address = registeredAddress(config, text)
    // registeredAddress has found it in the configuration, so there is one.
    if (!config) throw new ApiError('router_not_found', { address: text })
    const device = config.warp_devices?.find(({ router_ip }) => canonicalAddress(router_ip) === address)
    if (device) {
      throw new ApiError('invalid_request', { reason: `WARP device ${device.name} (${device.id}) sends for ${address}; remove it first` })
    }
    const router_ips = (config.router_ips ?? []).filter((spelling) => canonicalAddress(spelling) !== address)
    await writeMnmConfig(state, account, { config: { ...config, router_ips }, at: timeText(context.clock.now()) })
    return { result: address, audit: { action: 'router.unregister', target: address } }
  })
  await publishRouters(context)
  return { address }
}
