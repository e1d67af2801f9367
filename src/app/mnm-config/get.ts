// Reads the configuration of an account.
import type { AppContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'
import type { MnmConfig } from './fields.ts'
import { readMnmConfig } from './rows.ts'

/** null when there is none yet. */
export async function getMnmConfig(context: Pick<AppContext, 'state'>, principal: Principal): Promise<MnmConfig | null> {
  requireScope(principal, 'mnm:read')
  return readMnmConfig(context.state, principal.account.number)
}
