// Lists who sends flow datagrams without being registered.
import type { UnregisteredSender } from '../../contract/collector-status.ts'
import type { AppContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'

export function listUnregistered(context: Pick<AppContext, 'telemetry'>, principal: Principal): UnregisteredSender[] {
  requireScope(principal, 'mnm:read')
  return context.telemetry.unregistered()
}
