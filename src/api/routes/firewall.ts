// Routes of the edge firewall: rules on agents, their life, and the stop of all.
import { addFirewallRule } from '../../app/firewall/add.ts'
import {
  countFirewallRule,
  enforceFirewallRule,
  extendFirewallRule,
  undoFirewallRule,
  withdrawFirewallRule,
} from '../../app/firewall/decide.ts'
import { getFirewallRule, getFirewallStatus } from '../../app/firewall/get.ts'
import { listFirewallRules } from '../../app/firewall/list.ts'
import { previewFirewallRule } from '../../app/firewall/preview.ts'
import { resumeFirewall, stopFirewall } from '../../app/firewall/stop.ts'
import { Answer } from '../envelope.ts'
import type { Call, Route } from '../route-table.ts'

const path = '/accounts/:account_id/drawbridge/firewall'
const rules = `${path}/rules`
const one = `${rules}/:rule_id`
const id = ({ params }: Call) => params['rule_id'] ?? ''
const decision = (call: Call) => ({ id: id(call), body: call.body })

export const firewallRoutes: readonly Route[] = [
  { method: 'GET', path: rules, handle: list },
  { method: 'POST', path: rules, handle: ({ context, principal, body }) => addFirewallRule(context, principal, body) },
  { method: 'GET', path: one, handle: (call) => getFirewallRule(call.context, call.principal, id(call)) },
  { method: 'POST', path: `${one}/enforce`, handle: (call) => enforceFirewallRule(call.context, call.principal, decision(call)) },
  { method: 'POST', path: `${one}/count`, handle: (call) => countFirewallRule(call.context, call.principal, decision(call)) },
  { method: 'POST', path: `${one}/undo`, handle: (call) => undoFirewallRule(call.context, call.principal, decision(call)) },
  { method: 'POST', path: `${one}/extend`, handle: (call) => extendFirewallRule(call.context, call.principal, decision(call)) },
  { method: 'POST', path: `${one}/withdraw`, handle: (call) => withdrawFirewallRule(call.context, call.principal, decision(call)) },
  { method: 'POST', path: `${path}/preview`, handle: ({ context, principal, body }) => previewFirewallRule(context, principal, body) },
  { method: 'GET', path: `${path}/status`, handle: ({ context, principal }) => getFirewallStatus(context, principal) },
  { method: 'POST', path: `${path}/stop`, handle: ({ context, principal, body }) => stopFirewall(context, principal, body) },
  { method: 'POST', path: `${path}/resume`, handle: ({ context, principal, body }) => resumeFirewall(context, principal, body) },
]

async function list({ context, principal, query }: Call): Promise<Answer> {
  const { rules, page, per_page, total_count } = await listFirewallRules(context, principal, query)
  const total_pages = Math.ceil(total_count / per_page)
  return new Answer(rules, { pages: { page, per_page, count: rules.length, total_count, total_pages } })
}
