// Reads one rule.
import type { AppContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { readRule } from './rows.ts'
import { ruleView, type RuleView } from './view.ts'

/** @throws ApiError rule_not_found, forbidden */
export async function getRule(context: Pick<AppContext, 'state'>, principal: Principal, id: string): Promise<RuleView> {
  requireScope(principal, 'mnm:read')
  return ruleView(await readRule(context.state, principal.account.number, id))
}
