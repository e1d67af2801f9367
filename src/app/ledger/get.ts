// The loss ledger: what came in, what became of it, and how earlier runs of the server ended.
import type { LedgerRun, LedgerView, ListenerStatus } from '../../contract/collector-status.ts'
import type { AppContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'

export interface LedgerReport {
  readonly totals: LedgerView
  readonly listeners: readonly ListenerStatus[]
  /** What exporters told and was pushed out, or found no room, because a bound was reached. */
  readonly evicted: Readonly<Record<string, number>>
  /** Ended runs, the latest first. */
  readonly runs: readonly LedgerRun[]
  readonly store: {
    /** Whether the flow store answers now. */
    readonly ready: boolean
    /** Sealed segments that it has not taken yet. */
    readonly segments_waiting: number
  }
}

/** Runs that are shown; a server restarted daily has them for a month and a half. */
const shownRuns = 50

export async function getLedger(context: Pick<AppContext, 'state' | 'telemetry' | 'flows'>, principal: Principal): Promise<LedgerReport> {
  requireScope(principal, 'mnm:read')
  const waiting = await context.state
    .selectFrom('segment')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('state', '=', 'sealed')
    .executeTakeFirstOrThrow()
  return {
    totals: context.telemetry.ledger(),
    listeners: context.telemetry.listeners(),
    evicted: context.telemetry.evictions(),
    runs: await endedRuns(context),
    store: { ready: context.flows.ready, segments_waiting: waiting.count },
  }
}

async function endedRuns({ state }: Pick<AppContext, 'state'>): Promise<LedgerRun[]> {
  const rows = await state
    .selectFrom('run')
    .selectAll()
    .where('ended_at', 'is not', null)
    .orderBy('started_at', 'desc')
    .limit(shownRuns)
    .execute()
  return rows.map((row) => ({
    run: row.id,
    started: row.started_at,
    ended: row.ended_at ?? row.started_at,
    clean: row.clean === 1,
    records_decoded: row.records_decoded,
    records_sealed: row.records_sealed,
    records_lost: row.records_lost,
  }))
}
