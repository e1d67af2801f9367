// The health of a router's export: templates, samplers, loss, what was not understood.
import { ApiError } from '../../contract/api-errors.ts'
import type { RouterHealth } from '../../contract/exporter-health.ts'
import type { AppContext, Principal } from '../context.ts'
import { readMnmConfig } from '../mnm-config/rows.ts'
import { requireScope } from '../scopes.ts'
import { registeredAddress } from './find.ts'

/**
 * @param text any spelling of the address
 * @throws ApiError router_not_found, forbidden
 */
export async function getRouterHealth(
  context: Pick<AppContext, 'state' | 'telemetry'>,
  principal: Principal,
  text: string,
): Promise<RouterHealth> {
  requireScope(principal, 'mnm:read')
  const address = registeredAddress(await readMnmConfig(context.state, principal.account.number), text)
  const health = await context.telemetry.health(address)
  if (health === undefined) throw new ApiError('router_not_found', { address: text })
  return health
}
