// Lists the registered routers of an account with what is known of each.
import type { RouterStatus } from '../../contract/collector-status.ts'
import type { AppContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { routerStatuses } from './status.ts'

export async function listRouters(
  context: Pick<AppContext, 'state' | 'telemetry' | 'reconciliation'>,
  principal: Principal,
): Promise<RouterStatus[]> {
  requireScope(principal, 'mnm:read')
  return routerStatuses(context, principal)
}
