// Answers a question about flows.
import { randomUUID } from 'node:crypto'
import type { FlowAnswerView } from '../../contract/flow-question.ts'
import { flowColumn } from '../../contract/flow-columns.ts'
import { askFlows } from '../../query/ask/ask-flows.ts'
import { baseDimensions } from '../../query/flow-dimensions.ts'
import { filterColumns } from '../../query/flow-filter.ts'
import type { AppContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { explained, questionSeconds } from './failures.ts'
import { prepareQuestion } from './prepare.ts'
import type { ReadQuestion } from './question.ts'
import { answerView } from './view.ts'

/**
 * While it runs it is seen and can be cancelled by its id.
 * @param body a FlowQuestion
 * @param signal ends it: the client has gone
 * @throws ApiError flow_question_invalid, filter_invalid, each with a pointer; flow_question_limit, flow_question_cancelled,
 *   too_many_requests, forbidden; StoreUnavailableError
 */
export async function askQuestion(context: AppContext, principal: Principal, body: unknown, signal: AbortSignal): Promise<FlowAnswerView> {
  requireScope(principal, 'analytics:read')
  const { question, ask, names, now } = await prepareQuestion(context, principal, body)
  const { retention, memory_mib, top } = context.config.store
  const id = question.asked.id ?? randomUUID()
  const running = { id, account: principal.account.number, text: questionText(question) }
  // Half of the engine's memory: one question must not make all others fail.
  const limits = { timeoutSeconds: questionSeconds, maxMemoryBytes: (memory_mib * 1024 * 1024) / 2 }
  const begun = performance.now()
  const answer = await explained(sumsCould(question), () =>
    context.questions.run(running, signal, (store, signal) => {
      return askFlows(store, ask, { retention, now, names, adapt: top, options: { ...limits, signal } })
    }),
  )
  return answerView(answer, { asked: question, names }, { id, elapsedMs: Math.round(performance.now() - begun) })
}

/** Characters of a filter in it. */
const longestText = 200

/** What others see of it while it runs. */
function questionText({ asked }: ReadQuestion): string {
  const { filter, by, last, from, to } = asked
  const times = from === undefined ? `last ${last ?? '1h'}` : `from ${from} to ${to ?? 'now'}`
  const short = filter.length > longestText ? `${filter.slice(0, longestText)}…` : filter
  return [filter === '' ? 'all flows' : short, by.length === 0 ? 'in sum' : `by ${by.join(', ')}`, times].join(', ')
}

/** Whether the sums by hour have all that is asked for. */
function sumsCould({ asked, filter, by }: ReadQuestion): boolean {
  const columns = filterColumns(filter)
  for (const dimension of baseDimensions(by)) {
    if (dimension.type === 'time' && dimension.seconds < 3600) return false
    if (dimension.type === 'column') columns.add(dimension.column)
  }
  return !asked.distinct && asked.tier === 'auto' && [...columns].every((column) => flowColumn[column].rollup)
}
