// Names of a router's interfaces, for people who read ifIndex numbers in flows.
import { z } from 'zod'
import type { InterfaceName } from '../../contract/exporter-health.ts'
import type { AppContext, Principal } from '../context.ts'
import { readMnmConfig } from '../mnm-config/rows.ts'
import { requireScope } from '../scopes.ts'
import { parseInput } from '../validation.ts'
import { registeredAddress } from './find.ts'

const input = z.object({ router: z.string({ error: 'must be the address of a router' }) })

/**
 * @param query `{router}`, any spelling of the address
 * @returns by ifIndex; interfaces of which no name is known are left out
 * @throws ApiError router_not_found, invalid_request, forbidden
 */
export async function listInterfaceNames(
  context: Pick<AppContext, 'state' | 'telemetry'>,
  principal: Principal,
  query: unknown,
): Promise<Record<string, InterfaceName>> {
  requireScope(principal, 'mnm:read')
  const { router } = parseInput(input, query, 'invalid_request')
  const address = registeredAddress(await readMnmConfig(context.state, principal.account.number), router)
  return Object.fromEntries(context.telemetry.interfaceNames(address))
}
