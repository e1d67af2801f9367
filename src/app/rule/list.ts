// Lists the rules of an account in the order of their creation.
import type { AppContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { readRules } from './rows.ts'
import { ruleView, type RuleView } from './view.ts'

/** null when there are none, as the original answers. @throws ApiError forbidden */
export async function listRules(context: Pick<AppContext, 'state'>, principal: Principal): Promise<RuleView[] | null> {
  requireScope(principal, 'mnm:read')
  const rules = await readRules(context.state, principal.account.number)
  return rules.length === 0 ? null : rules.map(ruleView)
}
