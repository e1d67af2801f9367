// Routes of questions that people keep under a name.
import { editSavedQuestion } from '../../app/saved-question/edit.ts'
import { listSavedQuestions } from '../../app/saved-question/list.ts'
import { removeSavedQuestion } from '../../app/saved-question/remove.ts'
import { saveQuestion } from '../../app/saved-question/save.ts'
import type { Call, Route } from '../route-table.ts'

const path = '/accounts/:account_id/drawbridge/saved-questions'
const id = ({ params }: Call) => params['question_id'] ?? ''

export const savedQuestionRoutes: readonly Route[] = [
  { method: 'GET', path, handle: ({ context, principal }) => listSavedQuestions(context, principal) },
  { method: 'POST', path, handle: ({ context, principal, body }) => saveQuestion(context, principal, body) },
  {
    method: 'PATCH',
    path: `${path}/:question_id`,
    handle: (call) => editSavedQuestion(call.context, call.principal, { id: id(call), body: call.body }),
  },
  {
    method: 'DELETE',
    path: `${path}/:question_id`,
    handle: (call) => removeSavedQuestion(call.context, call.principal, id(call)),
  },
]
