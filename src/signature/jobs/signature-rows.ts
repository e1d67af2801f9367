// Signatures in the state database: rows in, rows out, and what pages and the API see of them.
import type { Kysely, Selectable, Updateable } from 'kysely'
import type {
  Rendering,
  Signature,
  SignatureAsk,
  SignatureProgress,
  SignatureReport,
  SignatureSource,
  SignatureState,
} from '../../contract/signature.ts'
import type { StateTables } from '../../store/state-tables.ts'
import type { SignatureRequest } from '../deriving.ts'

/** Either connection or transaction. */
export type State = Kysely<StateTables>
export type SignatureRow = Selectable<StateTables['signature']>
/** As lists have it. */
type ListedRow = Omit<SignatureRow, 'report' | 'renderings'>

const listedColumns = [
  'position',
  'id',
  'account',
  'name',
  'state',
  'source',
  'baseline',
  'ask',
  'who',
  'created_at',
  'ended_at',
  'error',
  'learnt_filter',
  'edited_filter',
  'held',
  'false_share',
] as const satisfies readonly (keyof SignatureRow)[]

/** A time as the state keeps it. */
export function timeText(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}

export async function insertSignature(
  state: State,
  { account, name, source, baseline, ask, who }: SignatureRequest,
  { id, now }: { readonly id: string; readonly now: number },
): Promise<void> {
  const row = {
    id,
    account,
    name,
    state: 'queued' satisfies SignatureState,
    source: JSON.stringify(source),
    baseline: baseline === null ? null : JSON.stringify(baseline),
    ask: JSON.stringify(ask),
    who,
    created_at: timeText(now),
  }
  await state.insertInto('signature').values(row).execute()
}

export async function readSignature(state: State, id: string): Promise<SignatureRow | undefined> {
  return await state.selectFrom('signature').selectAll().where('id', '=', id).executeTakeFirst()
}

export async function updateSignature(state: State, id: string, columns: Updateable<StateTables['signature']>): Promise<void> {
  await state.updateTable('signature').set(columns).where('id', '=', id).execute()
}

export async function countSignatures(state: State, account: number): Promise<number> {
  const query = state.selectFrom('signature').where('account', '=', account)
  return (await query.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow()).total
}

export async function readPage(
  state: State,
  account: number,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<readonly ListedRow[]> {
  const query = state.selectFrom('signature').select(listedColumns).where('account', '=', account)
  return await query.orderBy('position', 'desc').limit(limit).offset(offset).execute()
}

/** All of all accounts, oldest first, with what a start has to know. */
export async function readAll(state: State): Promise<readonly Pick<SignatureRow, 'id' | 'state' | 'source' | 'baseline'>[]> {
  return await state.selectFrom('signature').select(['id', 'state', 'source', 'baseline']).orderBy('position').execute()
}

/** A report and renderings as columns. */
export function outcomeColumns(report: SignatureReport, renderings: readonly Rendering[]) {
  return {
    held: report.filter === null ? null : report.held.share,
    false_share: report.false?.share ?? null,
    report: JSON.stringify(report),
    renderings: JSON.stringify(renderings),
  }
}

// What the JSON columns hold was written by insertSignature and outcomeColumns, and by nobody else.

export function sourcesOf({ source, baseline }: Pick<SignatureRow, 'source' | 'baseline'>): {
  readonly attack: SignatureSource
  readonly baseline: SignatureSource | null
} {
  return { attack: JSON.parse(source) as SignatureSource, baseline: baseline === null ? null : (JSON.parse(baseline) as SignatureSource) }
}

export const askOf = ({ ask }: Pick<SignatureRow, 'ask'>) => JSON.parse(ask) as SignatureAsk

export const reportOf = ({ report }: Pick<SignatureRow, 'report'>) => (report === null ? null : (JSON.parse(report) as SignatureReport))

export const renderingsOf = ({ renderings }: Pick<SignatureRow, 'renderings'>) =>
  renderings === null ? [] : (JSON.parse(renderings) as readonly Rendering[])

const waiting: SignatureProgress = { phase: 'reading attack', share: null, packets: 0 }
const over: SignatureProgress = { phase: 'done', share: 1, packets: 0 }

/** What was measured is shown of what is done: before, it is that of another filter. */
export function signatureView(row: ListedRow & Partial<SignatureRow>, progress: SignatureProgress | undefined): Signature {
  const { attack, baseline } = sourcesOf(row)
  const isDone = row.state === 'done'
  const { report = null, renderings = null } = isDone ? row : {}
  return {
    id: row.id,
    name: row.name,
    // Written from a SignatureState.
    state: row.state as SignatureState,
    progress: row.ended_at === null ? (progress ?? waiting) : over,
    source: attack,
    baseline,
    ask: askOf(row),
    created_at: row.created_at,
    ended_at: row.ended_at,
    who: row.who,
    error: row.error,
    filter: row.edited_filter ?? row.learnt_filter,
    edited: row.edited_filter !== null,
    held: isDone ? row.held : null,
    false: isDone ? row.false_share : null,
    report: reportOf({ report }),
    renderings: renderingsOf({ renderings }),
  }
}
