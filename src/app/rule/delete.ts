// Deletes a rule. Its incidents stay; one that is open is closed by the detector.
import { change } from '../change.ts'
import type { Principal, RuleContext } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { publishRules } from './publish.ts'
import { readRule } from './rows.ts'
import { ruleView, type RuleView } from './view.ts'

/**
 * @returns the rule that was
 * @throws ApiError rule_not_found, forbidden
 */
export async function deleteRule(context: RuleContext, principal: Principal, id: string): Promise<RuleView> {
  requireScope(principal, 'mnm:write')
  const rule = await change(context, principal, async (state) => {
    const result = ruleView(await readRule(state, principal.account.number, id))
    await state.deleteFrom('rule').where('id', '=', id).execute()
    return { result, audit: { action: 'rule.delete', target: id, detail: { rule: result } } }
  })
  await publishRules(context)
  return rule
}
