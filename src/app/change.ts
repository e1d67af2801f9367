// Runs a change of the state in one transaction together with its audit row.
import type { Principal, State, StateContext } from './context.ts'
import { timeText } from './context.ts'

export interface AuditEntry {
  /** `<noun>.<verb>`. */
  readonly action: string
  /** What was changed: an address, an id. */
  readonly target: string
  /** JSON-able facts; never a secret. */
  readonly detail?: Readonly<Record<string, unknown>>
}

/** A command in another process may have written between our read and our write; then the transaction begins again. */
const attempts = 3

/**
 * Changes the state. Either everything that `work` does and the audit row are there afterwards, or nothing.
 * `work` can run again when another process was in the way, so it does nothing but use the transaction.
 * @param work gets the transaction; its result is passed on together with the entry for the audit
 */
export async function change<T>(
  context: StateContext,
  principal: Principal,
  work: (transaction: State) => Promise<{ readonly result: T; readonly audit: AuditEntry }>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await context.state.transaction().execute(async (transaction) => {
        const { result, audit } = await work(transaction)
        await writeAudit(transaction, principal, { at: timeText(context.clock.now()), ...audit })
        return result
      })
    } catch (error) {
      if (attempt === attempts || !isBusy(error)) throw error
    }
  }
}

async function writeAudit(state: State, principal: Principal, entry: AuditEntry & { readonly at: string }): Promise<void> {
  const { at, action, target, detail = {} } = entry
  const row = { at, account: principal.account.number, user: principal.user.id, via: principal.via, action, target }
  await state
    .insertInto('audit')
    .values({ ...row, detail: JSON.stringify(detail) })
    .execute()
}

// SQLITE_BUSY and its extended codes: each attempt has already waited for the busy timeout of the connection.
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY')
}
