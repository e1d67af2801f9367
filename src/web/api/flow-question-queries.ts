// What the page Explore asks for: answers, what can stand in a filter, what can be grouped by, the same question for other programs.
import { queryOptions } from '@tanstack/react-query'
import type {
  FlowAnswerView,
  FlowCompletionView,
  FlowDimensionView,
  FlowQuestionBody,
  FlowStatementsView,
  RunningQuestionView,
} from '../../contract/flow-question.ts'
import { request } from './envelope.ts'
import { drawbridgePath } from './queries.ts'

/** A version 4 UUID. `crypto.randomUUID` is missing in pages that came by plain HTTP. */
function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

export interface GivenAnswer extends FlowAnswerView {
  /** When it came, in milliseconds since 1970. */
  readonly given: number
}

/**
 * An answer stays as it was given until somebody asks again: figures that move while they are compared help nobody.
 * @param asked told the id by which the question can be watched and cancelled
 */
export function flowAnswerQuery(account: string, question: FlowQuestionBody, asked?: (id: string) => void) {
  return queryOptions({
    queryKey: ['flow-answer', account, question],
    queryFn: async ({ signal }): Promise<GivenAnswer> => {
      const id = randomId()
      asked?.(id)
      const path = drawbridgePath(account, 'flows/query')
      const answer = await request<FlowAnswerView>({ method: 'POST', path, body: { ...question, id }, signal })
      return { ...answer, given: Date.now() }
    },
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    retry: false,
  })
}

/** How far a question is that takes its time. */
export function runningQuestionQuery(account: string, id: string) {
  return queryOptions({
    queryKey: ['flow-running', account, id],
    queryFn: ({ signal }) => request<RunningQuestionView>({ path: drawbridgePath(account, `flows/queries/${id}`), signal }),
    refetchInterval: 500,
    retry: false,
  })
}

export function flowDimensionsQuery(account: string) {
  return queryOptions({
    queryKey: ['flow-dimensions', account],
    queryFn: ({ signal }) => request<readonly FlowDimensionView[]>({ path: drawbridgePath(account, 'flows/dimensions'), signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/** What can stand in the text at a place. */
export interface FlowPlace {
  readonly text: string
  readonly at: number
}

export interface PlacedCompletion extends FlowCompletionView {
  readonly asked: FlowPlace
}

export function flowCompletionQuery(account: string, asked: FlowPlace) {
  return queryOptions({
    queryKey: ['flow-completion', account, asked],
    queryFn: async ({ signal }): Promise<PlacedCompletion> => {
      const path = drawbridgePath(account, 'flows/complete')
      return { ...(await request<FlowCompletionView>({ method: 'POST', path, body: asked, signal })), asked }
    },
    staleTime: 30_000,
    retry: false,
  })
}

/** Reads the filter without asking the store: also tells what is wrong with it. */
export function flowStatementsQuery(account: string, question: FlowQuestionBody) {
  return queryOptions({
    queryKey: ['flow-statements', account, question],
    queryFn: ({ signal }) =>
      request<FlowStatementsView>({ method: 'POST', path: drawbridgePath(account, 'flows/statements'), body: question, signal }),
    staleTime: 30_000,
    retry: false,
  })
}
