// The history of notifications: what was told to whom, what waits, and what could not be told.
import { z } from 'zod'
import type { AlertContext, Principal, State } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { timeText } from '../context.ts'
import { parseInput } from '../validation.ts'

const maxPerPage = 100

const pageNumber = (max: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,8}$/, 'must be a whole number from 1')
    .transform((text) => Math.min(max, Number(text)))
const time = z.iso
  .datetime({ offset: true, error: 'must be a time like 2027-01-31T00:00:00Z' })
  .transform((text) => timeText(Date.parse(text)))
const query = z.object({
  page: pageNumber(Number.MAX_SAFE_INTEGER).default(1),
  per_page: pageNumber(maxPerPage).default(25),
  since: time.optional(),
  before: time.optional(),
  correlation_id: z.string().max(64).optional(),
})

type HistoryQuery = z.output<typeof query>

/** Newest first; a page beyond the last is empty, which is where clients stop. `since` and `before` are about `sent`. */
export async function listHistory({ state }: AlertContext, principal: Principal, input: unknown) {
  requireScope(principal, 'notifications:read')
  const asked = parseInput(query, input, 'invalid_request')
  const { page, per_page } = asked
  const { count } = await matching(state, principal, asked)
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  const rows = await matching(state, principal, asked)
    .innerJoin('alert_event as e', 'e.id', 'd.event')
    .select(['d.id', 'd.policy', 'd.policy_name', 'd.policy_description', 'd.kind', 'd.destination_name', 'd.channel', 'd.shown_at'])
    .select(['d.state', 'd.attempts', 'd.error', 'd.due_at', 'd.created_at', 'd.correlation_id', 'd.phase', 'e.text', 'e.type', 'e.link'])
    .orderBy('d.shown_at', 'desc')
    .orderBy('d.number', 'desc')
    .limit(per_page)
    .offset((page - 1) * per_page)
    .execute()
  const result = rows.map(historyView)
  return { result, pages: { page, per_page, count: result.length, total_count: count, total_pages: Math.ceil(count / per_page) } }
}

function matching(state: State, { account }: Principal, { since, before, correlation_id }: HistoryQuery) {
  let rows = state.selectFrom('alert_delivery as d').where('d.account', '=', account.number)
  if (since !== undefined) rows = rows.where('d.shown_at', '>', since)
  if (before !== undefined) rows = rows.where('d.shown_at', '<', before)
  if (correlation_id !== undefined) rows = rows.where('d.correlation_id', '=', correlation_id)
  return rows
}

interface HistoryRow {
  readonly id: string
  readonly policy: string
  readonly policy_name: string
  readonly policy_description: string | null
  readonly kind: string
  readonly destination_name: string
  readonly channel: string
  readonly shown_at: string
  readonly state: string
  readonly attempts: number
  readonly error: string | null
  readonly due_at: string
  readonly created_at: string
  readonly correlation_id: string
  readonly phase: string
  readonly text: string
  readonly type: string
  readonly link: string
}

/** `drawbridge` holds what the original does not tell. */
function historyView(row: HistoryRow) {
  return {
    id: row.id,
    name: row.policy_name,
    description: row.policy_description ?? '',
    alert_body: row.text,
    alert_type: row.type,
    mechanism: row.destination_name,
    mechanism_type: row.kind,
    policy_id: row.policy,
    sent: row.shown_at,
    drawbridge: {
      state: row.state,
      channel: row.channel,
      alert_event: row.phase,
      alert_correlation_id: row.correlation_id,
      created_at: row.created_at,
      attempts: row.attempts,
      error: row.error,
      next_attempt_at: row.state === 'pending' ? row.due_at : null,
      link: row.link,
    },
  }
}
