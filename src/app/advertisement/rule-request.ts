// What a rule asks for when it fires.
import type { Rule } from '../../contract/rule.ts'
import type { AnnounceRequest } from '../../mitigate/advertising.ts'

/** @param incident what it fired for */
export function ruleRequest(rule: Rule, prefix: string, incident?: { readonly id: string; readonly headline: string }): AnnounceRequest {
  const { extension } = rule
  return {
    account: rule.account,
    purpose: extension.advertise_purpose,
    prefix,
    flowspec: null,
    driver: null,
    cause: {
      kind: 'rule',
      who: rule.name,
      // The headline begins with the rule's name, which `who` says.
      why: incident?.headline.replace(`${rule.name}: `, '') ?? '',
      rule_id: rule.id,
      incident_id: incident?.id ?? null,
      until: null,
      hold_seconds: extension.withdraw_hold_seconds,
      signal: extension.withdraw_signal,
    },
    dryRun: extension.advertise_dry_run,
    approval: extension.advertise_approval,
  }
}
