// What the alerts page does: policies, destinations, silences, and a test message.
import { alertingPath, type Mechanisms } from './alert-queries.ts'
import { request, requestRemarked, type Remarked } from './envelope.ts'
import { drawbridgePath } from './queries.ts'

export interface PolicyFields {
  readonly name: string
  readonly alert_type: string
  readonly enabled: boolean
  readonly description: string
  /** Least time between two alerts of one incident, `30m`; left out for none. */
  readonly alert_interval?: string
  readonly mechanisms: Mechanisms
  readonly filters: Readonly<Record<string, never>>
}

/** @param id undefined for a new one. @throws ApiFailure */
export function savePolicy(account: string, id: string | undefined, policy: PolicyFields): Promise<Remarked<{ id: string }>> {
  const path = alertingPath(account, id === undefined ? 'policies' : `policies/${id}`)
  return requestRemarked({ method: id === undefined ? 'POST' : 'PUT', path, body: policy })
}

export async function deletePolicy(account: string, id: string): Promise<void> {
  await request({ method: 'DELETE', path: alertingPath(account, `policies/${id}`) })
}

/** Sends a marked test by the policy to all of its destinations. @throws ApiFailure */
export async function testPolicy(account: string, policy: string): Promise<void> {
  await request({ method: 'POST', path: drawbridgePath(account, 'alerts/test'), body: { policy_id: policy } })
}

export interface WebhookFields {
  readonly name: string
  readonly url: string
  /** Write-only; left out in a change it stays. */
  readonly secret?: string
}

/** The server sends a test message first and refuses a webhook that does not take it. @throws ApiFailure */
export function saveWebhook(account: string, id: string | undefined, webhook: WebhookFields): Promise<{ id: string }> {
  const path = alertingPath(account, id === undefined ? 'destinations/webhooks' : `destinations/webhooks/${id}`)
  return request({ method: id === undefined ? 'POST' : 'PUT', path, body: webhook })
}

export async function deleteWebhook(account: string, id: string): Promise<void> {
  await request({ method: 'DELETE', path: alertingPath(account, `destinations/webhooks/${id}`) })
}

export interface PagerDutyFields {
  readonly name: string
  readonly integration_key: string
}

/** @throws ApiFailure */
export async function addPagerDuty(account: string, service: PagerDutyFields): Promise<void> {
  await request({ method: 'POST', path: alertingPath(account, 'destinations/pagerduty'), body: service })
}

/** The API knows no way to delete a single one. */
export async function deletePagerDuty(account: string): Promise<void> {
  await request({ method: 'DELETE', path: alertingPath(account, 'destinations/pagerduty') })
}

export interface SilenceFields {
  readonly policy_id: string
  readonly start_time: string
  readonly end_time: string
}

export async function addSilence(account: string, silence: SilenceFields): Promise<void> {
  await request({ method: 'POST', path: alertingPath(account, 'silences'), body: [silence] })
}

export async function deleteSilence(account: string, id: string): Promise<void> {
  await request({ method: 'DELETE', path: alertingPath(account, `silences/${id}`) })
}
