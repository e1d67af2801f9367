// Replaces rules, found by the id in the body or else by their name: the path of the original's PUT has no id.
import { ApiError } from '../../contract/api-errors.ts'
import type { Rule } from '../../contract/rule.ts'
import { change } from '../change.ts'
import { timeText, type Principal, type RuleContext } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { parseRule, parseRules, type RuleInput } from './fields.ts'
import { publishRules } from './publish.ts'
import { checkLimits, checkNames, prefixCount, readRules, updateRules } from './rows.ts'
import { ruleView, type RuleView } from './view.ts'
import { written, writtenRules, type Written } from './warnings.ts'

/** @throws ApiError rule_not_found, rule_invalid, forbidden */
export async function replaceRule(context: RuleContext, principal: Principal, body: unknown): Promise<Written<RuleView>> {
  requireScope(principal, 'mnm:write')
  const [rule] = await replace(context, principal, [parseRule(body, context.config.rules)])
  // One for each input.
  return written(context, rule)
}

/** All or none. @throws ApiError rule_not_found, rule_invalid, forbidden */
export async function replaceRules(context: RuleContext, principal: Principal, body: unknown): Promise<Written<RuleView[]>> {
  requireScope(principal, 'mnm:write')
  return writtenRules(context, await replace(context, principal, parseRules(body, context.config.rules)))
}

async function replace(context: RuleContext, principal: Principal, inputs: readonly RuleInput[]): Promise<Rule[]> {
  const account = principal.account.number
  const rules = await change(context, principal, async (state) => {
    const known = await readRules(state, account)
    const before = findRules(known, inputs)
    const rules = inputs.map(({ fields }, index) => replaced(before[index], fields))
    const pointers = inputs.map(({ pointer }) => pointer)
    await checkNames(state, account, rules, pointers)
    await updateRules(state, rules, timeText(context.clock.now()))
    await checkLimits(state, context.config.rules, { rules: 0, prefixes: prefixCount(rules) - prefixCount(before) })
    const target = rules.map(({ id }) => id).join(' ')
    const detail = { before: before.map(ruleView), rules: rules.map(ruleView) }
    return { result: rules, audit: { action: 'rule.replace', target, detail } }
  })
  await publishRules(context)
  return rules
}

function replaced(before: Rule, fields: RuleInput['fields']): Rule {
  return { ...before, ...fields, extension: fields.extension ?? before.extension }
}

/** The rule of each input, in the same order. */
function findRules(known: readonly Rule[], inputs: readonly RuleInput[]): Rule[] {
  const byId = new Map(known.map((rule) => [rule.id, rule]))
  const byName = new Map(known.map((rule) => [rule.name, rule]))
  const found = inputs.map(({ id, fields, pointer }) => {
    const rule = id === undefined ? byName.get(fields.name) : byId.get(id)
    if (rule) return rule
    throw new ApiError('rule_not_found', { reason: notFound(id, fields.name) }, `${pointer}/${id === undefined ? 'name' : 'id'}`)
  })
  const twice = found.findIndex((rule, index) => found.indexOf(rule) !== index)
  if (twice !== -1)
    throw new ApiError('rule_invalid', { reason: `rule ${found[twice]?.name} is in the list twice` }, inputs[twice]?.pointer)
  return found
}

function notFound(id: string | undefined, name: string): string {
  if (id !== undefined) return `there is no rule with the id ${id}`
  return `there is no rule named ${name}; PUT finds a rule by its name, so to rename one send its id in the body, or PATCH /mnm/rules/{id} (Terraform: replace the resource)`
}
