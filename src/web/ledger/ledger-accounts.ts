// The ledger as accounts: which terms belong together, what adds up to what, and which of them are losses.
import type { LedgerView } from '../../contract/collector-status.ts'
import { ledgerMessages } from '../messages/ledger.ts'

export type LedgerName = keyof LedgerView

export interface LedgerAccount {
  readonly title: string
  /** The equation in words. */
  readonly sum: string
  /** The term that the others add up to; undefined where they are only listed. */
  readonly whole: LedgerName | undefined
  readonly parts: readonly LedgerName[]
  /** Parts that mean flows are missing. */
  readonly losses: readonly LedgerName[]
}

const text = ledgerMessages

export const ledgerAccounts: readonly LedgerAccount[] = [
  {
    title: text.datagrams,
    sum: text.datagramsSum,
    whole: 'datagrams_received',
    parts: ['datagrams_decoded', 'datagrams_undecodable', 'datagrams_unregistered'],
    losses: ['datagrams_undecodable'],
  },
  {
    title: text.records,
    sum: text.recordsSum,
    whole: 'records_decoded',
    parts: ['records_stored', 'records_in_flight', 'records_dropped_spool_full'],
    losses: ['records_dropped_spool_full'],
  },
  {
    title: text.sets,
    sum: text.setsSum,
    whole: 'sets_pended',
    parts: ['sets_pending_decoded', 'sets_waiting', 'sets_pending_expired', 'sets_pending_evicted'],
    losses: ['sets_pending_expired', 'sets_pending_evicted'],
  },
]

/** What stands beside the equations: the exporters' own counts and everything that is not a flow. */
export const besideAccount: LedgerAccount = {
  title: text.way,
  sum: text.waySum,
  whole: undefined,
  parts: [
    'sequence_lost',
    'sequence_reordered',
    'malformed_sets',
    'templates_received',
    'options_records',
    'counter_samples',
    'drop_samples',
    'sflow_skipped',
    'bytes_received',
  ],
  losses: ['sequence_lost', 'malformed_sets'],
}

/** Whether the parts add up to the whole. Counters are read one after another, so a busy ledger may be off for a moment. */
export function isBalanced(account: LedgerAccount, totals: LedgerView): boolean {
  if (account.whole === undefined) return true
  return account.parts.reduce((sum, part) => sum + totals[part], 0) === totals[account.whole]
}
