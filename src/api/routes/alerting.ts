// Routes of alerting (contract §5.2) and of our own test of a policy.
import { deletePagerduty, connectPagerduty, createPagerduty, linkPagerduty, listPagerduty } from '../../app/alerting/pagerduty.ts'
import { listHistory } from '../../app/alerting/history.ts'
import { listAvailableAlerts, listEligible } from '../../app/alerting/offer.ts'
import { getPolicy, listPolicies } from '../../app/alerting/policies.ts'
import { createPolicy, deletePolicy, replacePolicy, type SavedPolicy } from '../../app/alerting/save-policy.ts'
import { createWebhook, replaceWebhook } from '../../app/alerting/save-webhook.ts'
import { changeSilences, createSilences, deleteSilence, getSilence, listSilences } from '../../app/alerting/silences.ts'
import { testPolicy } from '../../app/alerting/test-policy.ts'
import { deleteWebhook, getWebhook, listWebhooks } from '../../app/alerting/webhooks.ts'
import { Answer } from '../envelope.ts'
import type { Call, Route } from '../route-table.ts'

const account = '/accounts/:account_id'
const base = `${account}/alerting/v3`
const policies = `${base}/policies`
const webhooks = `${base}/destinations/webhooks`
const pagerduty = `${base}/destinations/pagerduty`
const silences = `${base}/silences`

const id = ({ params }: Call): string => params['id'] ?? ''

export const alertingRoutes: readonly Route[] = [
  { method: 'GET', path: policies, handle: ({ context, principal }) => listPolicies(context, principal) },
  { method: 'POST', path: policies, handle: async ({ context, principal, body }) => saved(await createPolicy(context, principal, body)) },
  { method: 'GET', path: `${policies}/:id`, handle: (call) => getPolicy(call.context, call.principal, id(call)) },
  {
    method: 'PUT',
    path: `${policies}/:id`,
    handle: async (call) => saved(await replacePolicy(call.context, call.principal, { id: id(call), body: call.body })),
  },
  { method: 'DELETE', path: `${policies}/:id`, handle: (call) => deletePolicy(call.context, call.principal, id(call)) },
  { method: 'GET', path: webhooks, handle: ({ context, principal }) => listWebhooks(context, principal) },
  { method: 'POST', path: webhooks, handle: ({ context, principal, body }) => createWebhook(context, principal, body) },
  { method: 'GET', path: `${webhooks}/:id`, handle: (call) => getWebhook(call.context, call.principal, id(call)) },
  {
    method: 'PUT',
    path: `${webhooks}/:id`,
    handle: (call) => replaceWebhook(call.context, call.principal, { id: id(call), body: call.body }),
  },
  { method: 'DELETE', path: `${webhooks}/:id`, handle: (call) => deleteWebhook(call.context, call.principal, id(call)) },
  { method: 'GET', path: pagerduty, handle: ({ context, principal }) => listPagerduty(context, principal) },
  { method: 'POST', path: pagerduty, handle: ({ context, principal, body }) => createPagerduty(context, principal, body) },
  { method: 'DELETE', path: pagerduty, handle: ({ context, principal }) => deletePagerduty(context, principal) },
  { method: 'POST', path: `${pagerduty}/connect`, handle: ({ context, principal }) => connectPagerduty(context, principal) },
  { method: 'GET', path: `${pagerduty}/connect/:id`, handle: (call) => linkPagerduty(call.context, call.principal, id(call)) },
  { method: 'GET', path: `${base}/destinations/eligible`, handle: ({ context, principal }) => listEligible(context, principal) },
  { method: 'GET', path: `${base}/available_alerts`, handle: ({ principal }) => listAvailableAlerts(principal) },
  { method: 'GET', path: `${base}/history`, handle: history },
  { method: 'GET', path: silences, handle: ({ context, principal }) => listSilences(context, principal) },
  { method: 'POST', path: silences, handle: ({ context, principal, body }) => createSilences(context, principal, body) },
  { method: 'PUT', path: silences, handle: ({ context, principal, body }) => changeSilences(context, principal, body) },
  { method: 'GET', path: `${silences}/:id`, handle: (call) => getSilence(call.context, call.principal, id(call)) },
  { method: 'DELETE', path: `${silences}/:id`, handle: (call) => deleteSilence(call.context, call.principal, id(call)) },
  {
    method: 'POST',
    path: `${account}/drawbridge/alerts/test`,
    handle: ({ context, principal, body }) => testPolicy(context, principal, body),
  },
]

/** Of sentences in `messages` beside a result, as at rules. */
const warningCode = 20100

/** As the original, without the policy itself; what would keep it from working is said beside it. */
function saved({ id, warnings }: SavedPolicy): Answer {
  return new Answer({ id }, { messages: warnings.map((message) => ({ code: warningCode, message })) })
}

async function history({ context, principal, query }: Call): Promise<Answer> {
  const { result, pages } = await listHistory(context, principal, query)
  return new Answer(result, { pages })
}
