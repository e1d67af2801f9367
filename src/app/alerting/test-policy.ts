// Sends a marked test through a policy: a START and its END, so that systems which open something also close it.
import { z } from 'zod'
import { alertTypes, type AlertEvent, type AlertType } from '../../contract/alert.ts'
import { enqueueAlert, enqueueTest } from '../../notify/enqueue-alert.ts'
import { change } from '../change.ts'
import type { AlertContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { newId } from '../../base/secret.ts'
import { parseInput } from '../validation.ts'
import { findPolicy } from './policies.ts'

const input = z.object({ policy_id: z.string({ error: 'must be text' }) }, { error: 'must be a JSON object with a policy_id' })

export interface StartedTest {
  /** Of its two alerts; the history can be asked for it. */
  readonly correlation_id: string
  /** Destinations that will get it. */
  readonly deliveries: number
}

/** Also for a policy that is off or silenced. @throws ApiError alert_policy_not_found, invalid_request, forbidden */
export async function testPolicy(context: AlertContext, principal: Principal, body: unknown): Promise<StartedTest> {
  requireScope(principal, 'notifications:write')
  const { policy_id } = parseInput(input, body, 'invalid_request')
  const correlation_id = newId()
  return change(context, principal, async (state) => {
    const policy = await findPolicy(state, principal, policy_id)
    // Written by parsePolicy.
    const event = testEvent(policy.alert_type as AlertType, { correlation_id, account: principal.account.number, at: context.clock.now() })
    const deliveries = await enqueueTest(state, event, policy)
    await enqueueAlert(state, { ...event, phase: 'ALERT_STATE_EVENT_END', text: 'This was a test. Nothing has happened.' })
    return { result: { correlation_id, deliveries }, audit: { action: 'alert_policy.test', target: policy_id, detail: { deliveries } } }
  })
}

function testEvent(type: AlertType, head: Pick<AlertEvent, 'correlation_id' | 'account' | 'at'>): AlertEvent {
  return {
    ...head,
    type,
    phase: 'ALERT_STATE_EVENT_START',
    name: `Test: ${alertTypes[type].display_name}`,
    text: 'This is a test of an alert policy of Drawbridge. Nothing has happened.',
    data: { test: true, severity: 'INFO', start_time: new Date(head.at).toISOString() },
    link: '',
  }
}
