// What can be alerted about, and by which means (contract §5.1 and §5.2).
import { alertTypes, type AlertType } from '../../contract/alert.ts'
import type { AlertContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'

/** The group of the original's types, and that of ours. */
const group = (type: string): string => (type.startsWith('drawbridge_') ? 'Drawbridge' : 'Magic Transit')

export interface AvailableAlert {
  readonly type: AlertType
  readonly display_name: string
  readonly description: string
  /** None of them has filters. */
  readonly filter_options: null
}

export function listAvailableAlerts(principal: Principal): Record<string, AvailableAlert[]> {
  requireScope(principal, 'notifications:read')
  const groups: Record<string, AvailableAlert[]> = {}
  // The keys of the table are its types.
  for (const [type, row] of Object.entries(alertTypes) as [AlertType, (typeof alertTypes)[AlertType]][]) {
    ;(groups[group(type)] ??= []).push({ type, ...row, filter_options: null })
  }
  return groups
}

/** By mechanism: eligible are all, ready are those that can send as Drawbridge is configured. */
export function listEligible({ config: { alerts } }: AlertContext, principal: Principal) {
  requireScope(principal, 'notifications:read')
  const one = (type: string, ready: boolean) => [{ eligible: true, ready, type }]
  return {
    email: one('email', alerts.smtp.host !== ''),
    pagerduty: one('pagerduty', true),
    webhooks: one('webhook', true),
    syslog: one('syslog', alerts.syslog !== ''),
  }
}
