// Registers a router by its address; from the next datagram on its flows are stored.
import { z } from 'zod'
import { ApiError } from '../../contract/api-errors.ts'
import type { RouterStatus } from '../../contract/collector-status.ts'
import { change } from '../change.ts'
import { timeText, type Principal, type RouterContext } from '../context.ts'
import { maxRouters, type MnmConfig } from '../mnm-config/fields.ts'
import { canonicalSet, readMnmConfig, writeMnmConfig } from '../mnm-config/rows.ts'
import { requireScope } from '../scopes.ts'
import { parseInput } from '../validation.ts'
import { canonicalAddress } from './address.ts'
import { routerStatus } from './find.ts'
import { publishRouters } from './publish.ts'

const input = z.object({ address: z.string({ error: 'must be text' }) }, { error: 'must be a JSON object with an address' })

/**
 * Adds an address to `router_ips`, creating the configuration when there is none. Doing it twice changes nothing.
 * @throws ApiError invalid_request, router_taken, forbidden
 */
export async function registerRouter(context: RouterContext, principal: Principal, body: unknown): Promise<RouterStatus> {
  requireScope(principal, 'mnm:write')
  const { address: text } = parseInput(input, body, 'invalid_request')
  const address = canonicalAddress(text)
  if (address === undefined) throw new ApiError('invalid_request', { reason: `address ${text} is not an IPv4 or IPv6 address` }, '/address')
  const account = principal.account.number
  const audit = { action: 'router.register', target: address }
  await change(context, principal, async (state) => {
    const config = (await readMnmConfig(state, account)) ?? firstConfig(principal)
    const addresses = config.router_ips ?? []
    if (canonicalSet(addresses).has(address)) return { result: undefined, audit }
    if (addresses.length >= maxRouters)
      throw new ApiError('invalid_request', { reason: `an account has ${maxRouters} routers at the most` })
    const at = timeText(context.clock.now())
    await writeMnmConfig(state, account, { config: { ...config, router_ips: [...addresses, address] }, at })
    return { result: undefined, audit }
  })
  await publishRouters(context)
  return routerStatus(context, principal, address)
}

const firstConfig = (principal: Principal): MnmConfig => ({
  name: principal.account.name,
  default_sampling: 1,
  router_ips: null,
  warp_devices: null,
})
