// Reads the audit log of an account, the newest line first.
import { sql } from 'kysely'
import { z } from 'zod'
import type { AuditLine, AuditPage } from '../../contract/settings.ts'
import type { Principal, State, StateContext } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { parseInput } from '../validation.ts'

const whole = (least: number, most: number) => {
  const message = `must be a whole number from ${least} to ${most}`
  return z.coerce.number({ error: message }).int(message).min(least, message).max(most, message)
}

const input = z.object({
  before: whole(1, Number.MAX_SAFE_INTEGER).optional(),
  limit: whole(1, 200).default(50),
  action: z
    .string({ error: 'must be given once' })
    .regex(/^[a-z][a-z\d_]{0,63}\.[a-z\d_]{0,64}$/, 'must be an action like rule.edit, or the beginning of several like rule.')
    .optional(),
  user: z
    .string({ error: 'must be given once' })
    .regex(/^[\da-f]{32}$/, 'must be the id of a user, 32 hex digits')
    .optional(),
  since: z.iso.datetime({ offset: true, error: 'must be a time like 2026-01-31T12:00:00Z' }).optional(),
})
type Filter = Omit<z.infer<typeof input>, 'action' | 'since'> & { readonly account: number; readonly since: Since | undefined }

/** A time, and the first line from then on. */
interface Since {
  readonly at: string
  readonly id: number
}

/**
 * @param query `{before?, limit?, action?, user?, since?}`: `action` is one, or the noun of several with a dot behind
 * @throws ApiError audit_invalid, forbidden
 */
export async function listAudit({ state }: Pick<StateContext, 'state'>, principal: Principal, query: unknown): Promise<AuditPage> {
  requireScope(principal, 'admin')
  const { action: wanted, since: from, ...asked } = parseInput(input, query, 'audit_invalid')
  const account = principal.account.number
  const actions = await actionsOf(state, account)
  const since = from === undefined ? undefined : await firstSince(state, account, new Date(from).toISOString())
  if (since === null) return { lines: [], next: null, actions }
  const rows = await newest(state, { ...asked, account, since }, wanted === undefined ? [undefined] : actions.filter(isOf(wanted)))
  const lines = rows.slice(0, asked.limit).map(lineOf)
  const next = rows.length > asked.limit ? (lines.at(-1)?.id ?? null) : null
  return { lines, next, actions }
}

const isOf = (wanted: string) => (action: string) => (wanted.endsWith('.') ? action.startsWith(wanted) : action === wanted)

/** Null without a line. Ids mostly grow with time, but a clock can be set back. */
async function firstSince(state: State, account: number, at: string): Promise<Since | null> {
  const first = state.selectFrom('audit').select(({ fn }) => fn.min('id').as('id'))
  const { id } = await first.where('account', '=', account).where('at', '>=', at).executeTakeFirstOrThrow()
  // The smallest id of no lines is null, whatever the types say.
  return (id as number | null) === null ? null : { at, id }
}

/**
 * One line more than asked for tells whether there is another page. Each action is asked for by itself: an index has its
 * lines in order, while those of several would all have to be sorted.
 * @param actions undefined for every one
 */
async function newest(state: State, filter: Filter, actions: readonly (string | undefined)[]): Promise<AuditRow[]> {
  const rows: AuditRow[] = []
  for (const action of actions) rows.push(...(await matching(state, filter, action).execute()))
  return rows.toSorted((one, other) => other.id - one.id).slice(0, filter.limit + 1)
}

function matching(state: State, { account, before, limit, user, since }: Filter, action: string | undefined) {
  let question = state
    .selectFrom('audit')
    .leftJoin('user', 'user.id', 'audit.user')
    .select(['audit.id', 'at', 'via', 'action', 'target', 'detail', 'user.id as user_id', 'email', 'user.name'])
    .where('account', '=', account)
    .orderBy('audit.id', 'desc')
    .limit(limit + 1)
  if (before !== undefined) question = question.where('audit.id', '<', before)
  if (action !== undefined) question = question.where('action', '=', action)
  if (user !== undefined) question = question.where('audit.user', '=', user)
  // The plus keeps the index by time out of it, whose lines would have to be sorted.
  if (since !== undefined) question = question.where('audit.id', '>=', since.id).where(sql<string>`+audit.at`, '>=', since.at)
  return question
}

interface AuditRow {
  readonly id: number
  readonly at: string
  readonly via: string
  readonly action: string
  readonly target: string
  readonly detail: string
  readonly user_id: string | null
  readonly email: string | null
  readonly name: string | null
}

function lineOf({ user_id: id, email, name, via, detail, ...row }: AuditRow): AuditLine {
  const user = id === null || email === null || name === null ? null : { id, email, name }
  // Both are written by `change` and nobody else.
  return { ...row, user, via: via as AuditLine['via'], detail: JSON.parse(detail) as AuditLine['detail'] }
}

/** More kinds of changes than the program has. */
const mostActions = 300

/** Each is found by a step along the index, so that a long log costs as little as a short one. */
async function actionsOf(state: State, account: number): Promise<readonly string[]> {
  const { rows } = await sql<{ action: string }>`
    with recursive step (action) as (
      select min(action) from audit where account = ${account}
      union all
      select (select min(action) from audit where account = ${account} and action > step.action) from step where step.action is not null
    )
    select action from step where action is not null limit ${mostActions}`.execute(state)
  return rows.map(({ action }) => action)
}
