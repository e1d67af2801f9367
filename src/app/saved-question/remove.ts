// Removes a saved question.
import type { SavedQuestion } from '../../contract/saved-question.ts'
import { change } from '../change.ts'
import type { Principal, StateContext } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { ownerOf, readOwnQuestion, savedQuestionView } from './rows.ts'

/**
 * @returns what was removed, so that it can be saved again
 * @throws ApiError saved_question_not_found, forbidden
 */
export async function removeSavedQuestion(context: StateContext, principal: Principal, id: string): Promise<SavedQuestion> {
  requireScope(principal, 'analytics:read')
  return change(context, principal, async (state) => {
    const row = await readOwnQuestion(state, principal, id)
    await state.deleteFrom('saved_question').where('id', '=', id).execute()
    const result = savedQuestionView(row, await ownerOf(state, row.user), principal)
    return { result, audit: { action: 'question.remove', target: id, detail: { name: row.name, search: row.search } } }
  })
}
