// The interfaces of a router: names, counters, and whether its flows add up to them.
import type { InterfaceStatus } from '../../contract/exporter-health.ts'
import type { AppContext, Principal } from '../context.ts'
import { readMnmConfig } from '../mnm-config/rows.ts'
import { requireScope } from '../scopes.ts'
import { registeredAddress } from './find.ts'

/**
 * @param text any spelling of the address
 * @throws ApiError router_not_found, forbidden; StoreUnavailableError when the flows cannot be asked
 */
export async function getRouterInterfaces(
  context: Pick<AppContext, 'state' | 'reconciliation'>,
  principal: Principal,
  text: string,
): Promise<readonly InterfaceStatus[]> {
  requireScope(principal, 'mnm:read')
  const account = principal.account.number
  const address = registeredAddress(await readMnmConfig(context.state, account), text)
  return context.reconciliation.interfaces(account, address)
}
