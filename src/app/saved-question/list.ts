// Lists the questions that somebody has saved, and those that others share.
import type { SavedQuestion } from '../../contract/saved-question.ts'
import type { Principal, StateContext } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { savedQuestionView } from './rows.ts'

/** By name. @throws ApiError forbidden */
export async function listSavedQuestions(context: Pick<StateContext, 'state'>, principal: Principal): Promise<SavedQuestion[]> {
  requireScope(principal, 'analytics:read')
  const rows = await context.state
    .selectFrom('saved_question')
    .innerJoin('user', 'user.id', 'saved_question.user')
    .selectAll('saved_question')
    .select(['user.email as owner_email', 'user.name as owner_name'])
    .where('saved_question.account', '=', principal.account.number)
    .where((row) => row.or([row('saved_question.user', '=', principal.user.id), row('saved_question.shared', '=', 1)]))
    .execute()
  const views = rows.map(({ owner_email, owner_name, ...row }) =>
    savedQuestionView(row, { id: row.user, name: owner_name, email: owner_email }, principal),
  )
  return views.toSorted((one, other) => one.name.localeCompare(other.name) || one.id.localeCompare(other.id))
}
