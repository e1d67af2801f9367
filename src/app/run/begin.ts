// Opens the record of a run of the server, and closes those of runs that were killed: what they had decoded and not yet
// sealed on disk is what was lost.
import { newRunId } from './run-id.ts'
import { timeText, type StateContext } from '../context.ts'
import { readRunLedger, removeRunLedger } from '../../collect/ledger-file.ts'

export interface KilledRun {
  readonly run: string
  readonly recordsDecoded: number
  readonly recordsSealed: number
  readonly recordsLost: number
}

export interface BegunRun {
  readonly run: string
  readonly killed: readonly KilledRun[]
}

/** @param ledgerDir folder of the collectors' ledger files */
export async function beginRun(context: StateContext, ledgerDir: string): Promise<BegunRun> {
  const open = await context.state.selectFrom('run').selectAll().where('ended_at', 'is', null).execute()
  const killed: KilledRun[] = []
  for (const { id } of open) killed.push(await closeKilledRun(context, ledgerDir, id))
  const run = newRunId(context.clock.now())
  const row = {
    id: run,
    started_at: timeText(context.clock.now()),
    ended_at: null,
    clean: 0,
    records_decoded: 0,
    records_sealed: 0,
    records_lost: 0,
    ledger: '{}',
  }
  await context.state.insertInto('run').values(row).execute()
  return { run, killed }
}

async function closeKilledRun(context: StateContext, ledgerDir: string, run: string): Promise<KilledRun> {
  const left = readRunLedger(ledgerDir, run)
  const recordsSealed = await sealedRows(context, run)
  // A segment can be on disk while the ledger file is some milliseconds older.
  const recordsDecoded = Math.max(left?.ledger.records_decoded ?? 0, recordsSealed)
  const recordsLost = recordsDecoded - recordsSealed
  await context.state
    .updateTable('run')
    .set({
      ended_at: timeText(left?.writtenAt ?? context.clock.now()),
      clean: 0,
      records_decoded: recordsDecoded,
      records_sealed: recordsSealed,
      records_lost: recordsLost,
      ledger: JSON.stringify(left?.ledger ?? {}),
    })
    .where('id', '=', run)
    .execute()
  removeRunLedger(ledgerDir, run)
  return { run, recordsDecoded, recordsSealed, recordsLost }
}

/** Rows of a run that are on disk or in the store. */
export async function sealedRows(context: Pick<StateContext, 'state'>, run: string): Promise<number> {
  const sum = await context.state
    .selectFrom('segment')
    .select(({ fn }) => fn.sum<number | null>('rows').as('rows'))
    .where('run', '=', run)
    .executeTakeFirstOrThrow()
  return sum.rows ?? 0
}
