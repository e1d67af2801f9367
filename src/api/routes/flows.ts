// Routes of questions about flows: asked, watched, completed while they are typed, told as statements of other programs.
import { askQuestion } from '../../app/flow/ask.ts'
import { completeFilter } from '../../app/flow/complete.ts'
import { exportFlows } from '../../app/flow/export.ts'
import { cancelQuestion, getQuestion, listQuestions } from '../../app/flow/queries.ts'
import { listDimensions } from '../../app/flow/dimensions.ts'
import { flowStatements } from '../../app/flow/statements.ts'
import { answerTable, readAnswerFormat } from '../../app/flow/table.ts'
import type { FlowAnswerView } from '../../contract/flow-question.ts'
import { ByteAnswer } from '../byte-answer.ts'
import type { Call, Route } from '../route-table.ts'

const path = '/accounts/:account_id/drawbridge/flows'
const running = `${path}/queries`
const queryId = ({ params }: Call) => params['query_id'] ?? ''

export const flowRoutes: readonly Route[] = [
  { method: 'POST', path: `${path}/query`, handle: query },
  { method: 'POST', path: `${path}/complete`, handle: ({ context, principal, body }) => completeFilter(context, principal, body) },
  {
    method: 'POST',
    path: `${path}/statements`,
    handle: ({ context, principal, body, origin }) => flowStatements(context, principal, { body, origin }),
  },
  { method: 'GET', path: `${path}/dimensions`, handle: ({ principal }) => listDimensions(principal) },
  { method: 'GET', path: running, handle: ({ context, principal }) => listQuestions(context, principal) },
  { method: 'GET', path: `${running}/:query_id`, handle: (call) => getQuestion(call.context, call.principal, queryId(call)) },
  { method: 'DELETE', path: `${running}/:query_id`, handle: (call) => cancelQuestion(call.context, call.principal, queryId(call)) },
  {
    method: 'POST',
    path: `${path}/export`,
    handle: async ({ context, principal, body, signal }) => new ByteAnswer(await exportFlows(context, principal, body, signal)),
  },
]

async function query({ context, principal, query, body, signal }: Call): Promise<FlowAnswerView | ByteAnswer> {
  const format = readAnswerFormat(query)
  const answer = await askQuestion(context, principal, body, signal)
  return format === 'json' ? answer : new ByteAnswer(answerTable(answer, format))
}
