// Closes the record of a run that ended in order.
import type { LedgerView } from '../../contract/collector-status.ts'
import { removeRunLedger } from '../../collect/ledger-file.ts'
import { timeText, type StateContext } from '../context.ts'
import { sealedRows } from './begin.ts'

export async function endRun(context: StateContext, ledgerDir: string, run: string, ledger: LedgerView): Promise<void> {
  const recordsSealed = await sealedRows(context, run)
  await context.state
    .updateTable('run')
    .set({
      ended_at: timeText(context.clock.now()),
      clean: 1,
      records_decoded: ledger.records_decoded,
      records_sealed: recordsSealed,
      // Dropped because the spool was full, if anything: after an orderly end nothing else can be missing.
      records_lost: Math.max(0, ledger.records_decoded - recordsSealed),
      ledger: JSON.stringify(ledger),
    })
    .where('id', '=', run)
    .execute()
  removeRunLedger(ledgerDir, run)
}
