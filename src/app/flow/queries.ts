// The questions about flows that are running for an account: listed, looked at, cancelled.
import { ApiError } from '../../contract/api-errors.ts'
import type { RunningQuestionView } from '../../contract/flow-question.ts'
import type { AppContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'

type Context = Pick<AppContext, 'questions'>

/**
 * The oldest first.
 * @throws ApiError forbidden
 */
export async function listQuestions({ questions }: Context, principal: Principal): Promise<RunningQuestionView[]> {
  requireScope(principal, 'analytics:read')
  return await questions.list(principal.account.number)
}

/** @throws ApiError flow_question_not_found, also when it has ended; forbidden */
export async function getQuestion({ questions }: Context, principal: Principal, id: string): Promise<RunningQuestionView> {
  requireScope(principal, 'analytics:read')
  const question = await questions.get(principal.account.number, id)
  if (question === undefined) throw new ApiError('flow_question_not_found', { id })
  return question
}

/** @throws ApiError flow_question_not_found, also when it has ended; forbidden */
export function cancelQuestion({ questions }: Context, principal: Principal, id: string): { readonly id: string } {
  requireScope(principal, 'analytics:read')
  if (!questions.cancel(principal.account.number, id)) throw new ApiError('flow_question_not_found', { id })
  return { id }
}
