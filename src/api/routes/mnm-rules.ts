// Routes of the rules of Magic Network Monitoring (contract §1.2), and of how the rules stand.
import { createRule, createRules } from '../../app/rule/create.ts'
import { deleteRule } from '../../app/rule/delete.ts'
import { editRule } from '../../app/rule/edit.ts'
import { getRule } from '../../app/rule/get.ts'
import { listRules } from '../../app/rule/list.ts'
import { replaceRule, replaceRules } from '../../app/rule/replace.ts'
import { setAdvertisement } from '../../app/rule/set-advertisement.ts'
import { getRuleSeries, listRuleStatuses } from '../../app/rule/status.ts'
import type { Written } from '../../app/rule/warnings.ts'
import { Answer } from '../envelope.ts'
import type { Call, Route } from '../route-table.ts'

const path = '/accounts/:account_id/mnm/rules'
const ours = '/accounts/:account_id/drawbridge/rules'
const id = ({ params }: Call) => params['rule_id'] ?? ''

/** Code of the messages about rules that can never fire. */
const warningCode = 20100

/** The warnings go where clients expect remarks about a success. */
async function answer(writing: Promise<Written<unknown>>): Promise<Answer> {
  const { result, warnings } = await writing
  return new Answer(result, { messages: warnings.map((message) => ({ code: warningCode, message })) })
}

export const mnmRuleRoutes: readonly Route[] = [
  { method: 'GET', path, handle: ({ context, principal }) => listRules(context, principal) },
  { method: 'POST', path, handle: ({ context, principal, body }) => answer(createRule(context, principal, body)) },
  { method: 'PUT', path, handle: ({ context, principal, body }) => answer(replaceRule(context, principal, body)) },
  { method: 'POST', path: `${path}/bulk`, handle: ({ context, principal, body }) => answer(createRules(context, principal, body)) },
  { method: 'PUT', path: `${path}/bulk`, handle: ({ context, principal, body }) => answer(replaceRules(context, principal, body)) },
  { method: 'GET', path: `${path}/:rule_id`, handle: (call) => getRule(call.context, call.principal, id(call)) },
  {
    method: 'PATCH',
    path: `${path}/:rule_id`,
    handle: (call) => answer(editRule(call.context, call.principal, { id: id(call), body: call.body })),
  },
  { method: 'DELETE', path: `${path}/:rule_id`, handle: (call) => deleteRule(call.context, call.principal, id(call)) },
  {
    method: 'PATCH',
    path: `${path}/:rule_id/advertisement`,
    handle: (call) => setAdvertisement(call.context, call.principal, { id: id(call), body: call.body }),
  },
  { method: 'GET', path: `${ours}/status`, handle: ({ context, principal }) => listRuleStatuses(context, principal) },
  {
    method: 'GET',
    path: `${ours}/:rule_id/series`,
    handle: (call) => getRuleSeries(call.context, call.principal, { id: id(call), query: call.query }),
  },
]
