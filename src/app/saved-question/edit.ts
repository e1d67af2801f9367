// Renames a saved question, shares it, or has it ask something else.
import { z } from 'zod'
import type { SavedQuestion } from '../../contract/saved-question.ts'
import { change } from '../change.ts'
import { timeText, type Principal, type StateContext } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { parseInput } from '../validation.ts'
import { ownerOf, readOwnQuestion, savedQuestionFields, savedQuestionView } from './rows.ts'

const input = z.strictObject(savedQuestionFields, { error: 'must be an object with name, search or shared' }).partial()

/**
 * @param body `{name?, search?, shared?}`
 * @throws ApiError saved_question_not_found, saved_question_invalid, forbidden
 */
export async function editSavedQuestion(
  context: StateContext,
  principal: Principal,
  { id, body }: { readonly id: string; readonly body: unknown },
): Promise<SavedQuestion> {
  requireScope(principal, 'analytics:read')
  const { name, search, shared } = parseInput(input, body, 'saved_question_invalid')
  return change(context, principal, async (state) => {
    const before = await readOwnQuestion(state, principal, id)
    const after = {
      name: name ?? before.name,
      search: search ?? before.search,
      shared: shared === undefined ? before.shared : Number(shared),
      modified_at: timeText(context.clock.now()),
    }
    await state.updateTable('saved_question').set(after).where('id', '=', id).execute()
    const result = savedQuestionView({ ...before, ...after }, await ownerOf(state, before.user), principal)
    const detail = { name: before.name, to: { name: result.name, search: result.search, shared: result.shared } }
    return { result, audit: { action: 'question.edit', target: id, detail } }
  })
}
