// An incident as the detector tells it, for tests.
import type { DetectedIncident } from '../../../contract/incident.ts'
import { defaultRuleExtension, type Rule } from '../../../contract/rule.ts'

const rule: Rule = {
  id: 'd'.repeat(32),
  account: 1,
  name: 'my_rule_1',
  type: 'threshold',
  prefixes: ['203.0.113.0/24'],
  automatic_advertisement: null,
  bandwidth_threshold: 1_000_000_000,
  packet_threshold: null,
  duration: '1m',
  prefix_match: null,
  zscore_sensitivity: null,
  zscore_target: null,
  extension: defaultRuleExtension,
}

/** An incident of a threshold rule that began at noon and opened a minute later, with what a test wants otherwise. */
export function detectedIncident(more: Partial<DetectedIncident> & { readonly id: string }): DetectedIncident {
  return {
    account: 1,
    rule_id: rule.id,
    rule_name: rule.name,
    rule_type: rule.type,
    state: 'open',
    started_at: '2026-01-01T11:58:00.000Z',
    opened_at: '2026-01-01T11:59:00.000Z',
    ended_at: null,
    metric: 'bits',
    limit: 1_000_000_000,
    zscore: null,
    bits_per_second: 6.4e9,
    packets_per_second: 800_000,
    peak_bits_per_second: 7e9,
    peak_packets_per_second: 900_000,
    peak_at: '2026-01-01T11:58:30.000Z',
    targets: ['203.0.113.0/24'],
    vectors: [],
    headline: 'my_rule_1: 6.4 Gb/s to 203.0.113.0/24, above 1 Gb/s for 1m',
    rule,
    timeline: [
      { at: '2026-01-01T11:58:00.000Z', kind: 'breach', text: 'Traffic went above 1 Gb/s' },
      { at: '2026-01-01T11:59:00.000Z', kind: 'opened', text: 'It had lasted 1m' },
    ],
    series: [{ time: 1_767_268_680, bits: 6.4e9, packets: 800_000 }],
    series_step: 1,
    packets: [],
    ...more,
  }
}
