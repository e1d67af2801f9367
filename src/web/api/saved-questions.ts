// Questions that people keep under a name: reading, saving, changing, removing.
import { queryOptions } from '@tanstack/react-query'
import type { SavedQuestion } from '../../contract/saved-question.ts'
import { request } from './envelope.ts'
import { drawbridgePath } from './queries.ts'

export const savedQuestionsKey = (account: string) => ['saved-questions', account]

export function savedQuestionsQuery(account: string) {
  return queryOptions({
    queryKey: savedQuestionsKey(account),
    queryFn: ({ signal }) => request<readonly SavedQuestion[]>({ path: drawbridgePath(account, 'saved-questions'), signal }),
    retry: false,
  })
}

export type SavedQuestionBody = Pick<SavedQuestion, 'name' | 'search' | 'shared'>

export function saveQuestion(account: string, body: SavedQuestionBody): Promise<SavedQuestion> {
  return request({ method: 'POST', path: drawbridgePath(account, 'saved-questions'), body })
}

export function changeSavedQuestion(account: string, id: string, change: Partial<SavedQuestionBody>): Promise<SavedQuestion> {
  return request({ method: 'PATCH', path: drawbridgePath(account, `saved-questions/${id}`), body: change })
}

export function removeSavedQuestion(account: string, id: string): Promise<SavedQuestion> {
  return request({ method: 'DELETE', path: drawbridgePath(account, `saved-questions/${id}`) })
}
