// Rules of the demo, one of each kind, so that its attacks are noticed; its networks are registered as owned.
import type { AdvertisingContext, Principal, RuleContext } from '../app/context.ts'
import { listOwnedPrefixes } from '../app/owned-prefix/list.ts'
import { registerOwnedPrefix } from '../app/owned-prefix/register.ts'
import { createRule } from '../app/rule/create.ts'
import { listRules } from '../app/rule/list.ts'
import { demoNetworks } from '../sim/internet.ts'

const [attacked, calm] = demoNetworks

// The attacked network has about 1.5 Gb/s and 200 kpps of clean traffic at its busiest.
const rules: readonly Readonly<Record<string, unknown>>[] = [
  {
    name: 'demo-volume',
    type: 'threshold',
    prefixes: [attacked],
    bandwidth_threshold: 10e9,
    packet_threshold: 1e6,
    duration: '10s',
    // Recorded and shown, and nobody is told: the demo has no neighbours.
    automatic_advertisement: true,
    drawbridge: { advertise_dry_run: true, withdraw_hold_seconds: 60 },
  },
  { name: 'demo-unusual', type: 'zscore', prefixes: [attacked, calm], zscore_sensitivity: 'medium', zscore_target: 'bits' },
  {
    name: 'demo-ddos',
    type: 'advanced_ddos',
    prefixes: [attacked, calm],
    prefix_match: 'subnet',
    // By the simulated edges.
    drawbridge: { capture: true, capture_seconds: 30 },
  },
]

/** Makes the rules unless the account has any: what the user has changed or deleted stays so. */
export async function addDemoRules(context: RuleContext, principal: Principal): Promise<void> {
  if ((await listRules(context, principal)) !== null) return
  for (const rule of rules) await createRule(context, principal, { automatic_advertisement: false, ...rule })
}

/** AS number for documentation (RFC 5398). */
const documentationAs = 64_500

/** Registers the demo's networks unless the account has any prefix. */
export async function addDemoPrefixes(context: AdvertisingContext, principal: Principal): Promise<void> {
  if ((await listOwnedPrefixes(context, principal)).length > 0) return
  const description = 'network of the demo'
  for (const cidr of demoNetworks) await registerOwnedPrefix(context, principal, { cidr, origin_as: documentationAs, description })
}
