// What is counted about the edge firewall, under its Prometheus names.
import type { Metrics } from '../base/metrics.ts'
import { firewallCountTexts, type FirewallReadings } from '../firewall/rules/firewall-counts.ts'

/** @param read `readings` of the EdgeFirewall */
export function registerFirewallMetrics(metrics: Metrics, read: () => FirewallReadings): void {
  for (const [name, help] of Object.entries(firewallCountTexts)) {
    // Object.entries forgets the keys; they are those of the table.
    const key = name as keyof typeof firewallCountTexts
    metrics.counterFrom(`drawbridge_firewall_${name}_total`, help, [], () => [{ value: read().counts[key] }])
  }
  metrics.counterFrom('drawbridge_firewall_lists_total', 'Lists of firewall rules that agents were sent', [], () => [
    { value: read().sent },
  ])
  metrics.gaugeFrom('drawbridge_firewall_rules', 'Firewall rules that are not withdrawn', ['state'], () => {
    const { counting, enforcing } = read()
    return [
      { value: counting, labels: { state: 'counting' } },
      { value: enforcing, labels: { state: 'enforcing' } },
    ]
  })
}
