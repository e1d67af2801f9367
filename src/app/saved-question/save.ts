// Keeps a question of the page Explore under a name.
import { z } from 'zod'
import { ApiError } from '../../contract/api-errors.ts'
import type { SavedQuestion } from '../../contract/saved-question.ts'
import { newId } from '../../base/secret.ts'
import { change } from '../change.ts'
import { timeText, type Principal, type StateContext } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { parseInput } from '../validation.ts'
import { savedQuestionFields, savedQuestionView } from './rows.ts'

const input = z.strictObject(
  { ...savedQuestionFields, shared: savedQuestionFields.shared.default(false) },
  { error: 'must be an object with name, search and shared' },
)

/** Of one person in an account. */
const mostOfOne = 500

/**
 * @param body `{name, search, shared?}`
 * @throws ApiError saved_question_invalid, forbidden
 */
export async function saveQuestion(context: StateContext, principal: Principal, body: unknown): Promise<SavedQuestion> {
  requireScope(principal, 'analytics:read')
  const { name, search, shared } = parseInput(input, body, 'saved_question_invalid')
  const { account, user } = principal
  const now = timeText(context.clock.now())
  const row = {
    id: newId(),
    account: account.number,
    user: user.id,
    name,
    search,
    shared: Number(shared),
    created_at: now,
    modified_at: now,
  }
  return change(context, principal, async (state) => {
    const { count } = await state
      .selectFrom('saved_question')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('account', '=', account.number)
      .where('user', '=', user.id)
      .executeTakeFirstOrThrow()
    if (count >= mostOfOne)
      throw new ApiError('saved_question_invalid', { reason: `${mostOfOne} are kept for one person at the most; remove one first` })
    await state.insertInto('saved_question').values(row).execute()
    return { result: savedQuestionView(row, user, principal), audit: { action: 'question.save', target: row.id, detail: { name, shared } } }
  })
}
