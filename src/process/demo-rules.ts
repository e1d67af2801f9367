// Rules of the demo, one of each kind, so that its attacks are noticed.
import type { Principal, RuleContext } from '../app/context.ts'
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
  },
  { name: 'demo-unusual', type: 'zscore', prefixes: [attacked, calm], zscore_sensitivity: 'medium', zscore_target: 'bits' },
  { name: 'demo-ddos', type: 'advanced_ddos', prefixes: [attacked, calm], prefix_match: 'subnet' },
]

/** Makes the rules unless the account has any: what the user has changed or deleted stays so. */
export async function addDemoRules(context: RuleContext, principal: Principal): Promise<void> {
  if ((await listRules(context, principal)) !== null) return
  for (const rule of rules) await createRule(context, principal, { ...rule, automatic_advertisement: false })
}
