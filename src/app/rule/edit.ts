// Changes fields of a rule: what is not sent stays, null clears.
import { change } from '../change.ts'
import { timeText, type Principal, type RuleContext } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { changedExtension, parseRuleChange } from './fields.ts'
import { publishRules } from './publish.ts'
import { checkLimits, checkNames, readRule, updateRules } from './rows.ts'
import { ruleView, type RuleView } from './view.ts'
import { written, type Written } from './warnings.ts'

/** @throws ApiError rule_not_found, rule_invalid, forbidden */
export async function editRule(
  context: RuleContext,
  principal: Principal,
  { id, body }: { id: string; body: unknown },
): Promise<Written<RuleView>> {
  requireScope(principal, 'mnm:write')
  const { fields, extension } = parseRuleChange(body, context.config.rules)
  const account = principal.account.number
  const rule = await change(context, principal, async (state) => {
    const before = await readRule(state, account, id)
    const rule = { ...before, ...fields, extension: changedExtension(before.extension, extension) }
    await checkNames(state, account, [rule], [''])
    await updateRules(state, [rule], timeText(context.clock.now()))
    await checkLimits(state, context.config.rules, { rules: 0, prefixes: rule.prefixes.length - before.prefixes.length })
    const detail = { before: ruleView(before), rule: ruleView(rule) }
    return { result: rule, audit: { action: 'rule.edit', target: id, detail } }
  })
  await publishRules(context)
  return written(context, rule)
}
