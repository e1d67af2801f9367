// What is counted about the edge firewall, one row a counter.

export const firewallCountTexts = {
  added: 'Rules that were made',
  enforced: 'Times that a rule began to drop or to limit, or did so otherwise than before',
  eased: 'Times that a rule went back to counting',
  withdrawn_by_hand: 'Rules that were withdrawn by people',
  withdrawn_by_time: 'Rules that were withdrawn because their time was over',
  withdrawn_by_calm: 'Rules that were withdrawn because it was calm',
  answers: 'Messages of agents about their rules',
  unknown_rules: 'Rules in such messages that are withdrawn or that the agent has nothing to do with',
  packets: 'Packets that rules have matched on agents',
  bytes: 'Bytes of packets that rules have matched on agents',
  dropped_packets: 'Packets that rules have dropped on agents',
  dropped_bytes: 'Bytes of packets that rules have dropped on agents',
  save_errors:
    'Times that counters could not be written to the database, or that a rule could not be withdrawn by itself; it is tried again each second',
} as const

export type FirewallCounts = Record<keyof typeof firewallCountTexts, number>

export function newFirewallCounts(): FirewallCounts {
  // fromEntries forgets the keys; they are those of the table.
  return Object.fromEntries(Object.keys(firewallCountTexts).map((name) => [name, 0])) as FirewallCounts
}

export interface FirewallReadings {
  readonly counts: Readonly<FirewallCounts>
  /** Rules of all accounts that count, and those that drop or limit. */
  readonly counting: number
  readonly enforcing: number
  /** Lists of rules that agents were sent. */
  readonly sent: number
}
