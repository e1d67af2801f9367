// Creates rules: one, or up to a hundred of a type of which either all are made or none.
import { ApiError } from '../../contract/api-errors.ts'
import { defaultRuleExtension, type Rule } from '../../contract/rule.ts'
import { change } from '../change.ts'
import { timeText, type Principal, type RuleContext } from '../context.ts'
import { readMnmConfig } from '../mnm-config/rows.ts'
import { requireScope } from '../scopes.ts'
import { newId } from '../../base/secret.ts'
import { parseRule, parseRules, type RuleInput } from './fields.ts'
import { publishRules } from './publish.ts'
import { checkLimits, checkNames, insertRules, prefixCount } from './rows.ts'
import { ruleView, type RuleView } from './view.ts'
import { written, writtenRules, type Written } from './warnings.ts'

/** @throws ApiError rule_invalid, forbidden */
export async function createRule(context: RuleContext, principal: Principal, body: unknown): Promise<Written<RuleView>> {
  requireScope(principal, 'mnm:admin')
  const input = parseRule(body, context.config.rules)
  const rule = newRule(input, principal)
  await create(context, principal, [rule], [input.pointer])
  return written(context, rule)
}

/** @throws ApiError rule_invalid, forbidden */
export async function createRules(context: RuleContext, principal: Principal, body: unknown): Promise<Written<RuleView[]>> {
  requireScope(principal, 'mnm:admin')
  const inputs = parseRules(body, context.config.rules)
  const rules = inputs.map((input) => newRule(input, principal))
  const pointers = inputs.map(({ pointer }) => pointer)
  await create(context, principal, rules, pointers)
  return writtenRules(context, rules)
}

function newRule({ fields }: RuleInput, principal: Principal): Rule {
  return { ...fields, extension: fields.extension ?? defaultRuleExtension, id: newId(), account: principal.account.number }
}

async function create(context: RuleContext, principal: Principal, rules: readonly Rule[], pointers: readonly string[]): Promise<void> {
  const account = principal.account.number
  await change(context, principal, async (state) => {
    if (!(await readMnmConfig(state, account)))
      throw new ApiError('rule_invalid', { reason: 'rule can not be added without initial account configuration' })
    await checkNames(state, account, rules, pointers)
    await insertRules(state, rules, timeText(context.clock.now()))
    await checkLimits(state, context.config.rules, { rules: rules.length, prefixes: prefixCount(rules) })
    const target = rules.map(({ id }) => id).join(' ')
    return { result: undefined, audit: { action: 'rule.create', target, detail: { rules: rules.map(ruleView) } } }
  })
  await publishRules(context)
}
