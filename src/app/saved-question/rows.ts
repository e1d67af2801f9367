// Saved questions as the state keeps them and as people see them.
import type { Selectable } from 'kysely'
import { z } from 'zod'
import { ApiError } from '../../contract/api-errors.ts'
import { savedQuestionLength, type SavedQuestion } from '../../contract/saved-question.ts'
import { hasScope } from '../../contract/scopes.ts'
import type { StateTables } from '../../store/state-tables.ts'
import type { Principal, State } from '../context.ts'

type SavedQuestionRow = Selectable<StateTables['saved_question']>

const { name: nameLength, search: searchLength } = savedQuestionLength
const searchFault = 'must be search parameters such as by=sourceAS&range=6h'

export const savedQuestionFields = {
  name: z
    .string({ error: 'must be text' })
    .trim()
    .min(1, 'must not be empty')
    .max(nameLength, `must not be longer than ${nameLength} characters`),
  // It becomes part of an address: printable ASCII, as browsers write it.
  search: z
    .string({ error: 'must be text' })
    .max(searchLength, `must not be longer than ${searchLength} characters`)
    .regex(/^(?:[^\s?#"<>\\^`{|}]*)$/, searchFault)
    .regex(/^[ -~]*$/, searchFault),
  shared: z.boolean({ error: 'must be true or false' }),
}

/** Owners and administrators. */
export function mayEdit(row: Pick<SavedQuestionRow, 'user'>, { user, scopes }: Principal): boolean {
  return row.user === user.id || hasScope(scopes, 'admin')
}

export function savedQuestionView(row: SavedQuestionRow, owner: SavedQuestion['owner'], principal: Principal): SavedQuestion {
  const { id, name, search, shared, created_at, modified_at } = row
  return { id, name, search, shared: shared === 1, owner, editable: mayEdit(row, principal), created_at, modified_at }
}

/**
 * One that whoever asks can see.
 * @throws ApiError saved_question_not_found
 */
export async function readSavedQuestion(state: State, { account, user }: Principal, id: string): Promise<SavedQuestionRow> {
  const row = await state
    .selectFrom('saved_question')
    .selectAll()
    .where('account', '=', account.number)
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row || (row.shared === 0 && row.user !== user.id)) throw new ApiError('saved_question_not_found', { id })
  return row
}

/** The same, for a change. @throws ApiError saved_question_not_found, forbidden */
export async function readOwnQuestion(state: State, principal: Principal, id: string): Promise<SavedQuestionRow> {
  const row = await readSavedQuestion(state, principal, id)
  if (!mayEdit(row, principal)) throw new ApiError('forbidden')
  return row
}

export async function ownerOf(state: State, user: string): Promise<SavedQuestion['owner']> {
  return state.selectFrom('user').select(['id', 'name', 'email']).where('id', '=', user).executeTakeFirstOrThrow()
}
