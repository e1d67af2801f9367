// A message about an incident, for tests of channels.
import type { AlertMessage } from '../alert-message.ts'

export function alertMessage(fields: Partial<AlertMessage> = {}): AlertMessage {
  return {
    delivery: 'd'.repeat(32),
    started: undefined,
    account: 'a'.repeat(32),
    policy: { id: 'b'.repeat(32), name: 'Night & day' },
    type: 'fbm_volumetric_attack',
    phase: 'ALERT_STATE_EVENT_START',
    correlation: 'c'.repeat(32),
    at: Date.UTC(2026, 0, 1),
    name: 'Magic Network Monitoring: Volumetric Attack',
    text: 'my_rule_1 <!channel>: 6.4 Gb/s to 203.0.113.0/24.',
    data: {
      rule_name: 'my_rule_1',
      bits_per_second: '6.4Gb/s',
      top_sources: [{ value: '192.0.2.1', name: '', share: 0.42 }],
      prefixes: ['203.0.113.0/24', '198.51.100.0/24', '192.0.2.0/24', '2001:db8::/32'],
    },
    link: 'https://drawbridge.example/incidents/1',
    ...fields,
  }
}

/** The END of alertMessage. */
export const endMessage = (): AlertMessage =>
  alertMessage({ delivery: 'e'.repeat(32), started: 'd'.repeat(32), phase: 'ALERT_STATE_EVENT_END', text: 'Calm again.' })
