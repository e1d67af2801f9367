// Asks the server about flows: shows how far a long question is, and cancels it when the command is told to end.
import { randomUUID } from 'node:crypto'
import { apiErrors } from '../contract/api-errors.ts'
import type { FlowAnswerView, FlowQuestionBody, RunningQuestionView } from '../contract/flow-question.ts'
import { ServerUnreachableError, type ApiClient } from './api-client.ts'
import { ApiRefusal } from './api-refusal.ts'
import { pause } from './capture-follow.ts'
import { CommandError } from './command-error.ts'
import { ProgressLine } from './progress-line.ts'
import { interruptedExitCode } from './stop-signals.ts'

/** Below the account. */
export const flowsPath = '/drawbridge/flows'
/** Most questions are answered before anybody wonders. */
const firstLookMs = 1000
const everyMs = 500

type Client = Pick<ApiClient, 'call'>
/** Asks with the body that it is given; the signal ends the waiting. */
type Ask<T> = (body: FlowQuestionBody, signal: AbortSignal) => Promise<T>

/**
 * @param stop cancels the question
 * @returns undefined when it was cancelled
 */
export async function askServer<T>(client: Client, body: FlowQuestionBody, ask: Ask<T>, stop: AbortSignal): Promise<T | undefined> {
  const id = randomUUID()
  const over = new AbortController()
  const gone = new AbortController()
  let cancelling: Promise<void> | undefined
  const cancel = (): void => void (cancelling = cancelQuestion(client, id).finally(() => gone.abort()))
  stop.addEventListener('abort', cancel, { once: true })
  const watching = watchQuestion(client, id, over.signal)
  try {
    return await ask({ ...body, id }, gone.signal)
  } catch (error) {
    if (!stop.aborted) throw helped(error)
    return undefined
  } finally {
    stop.removeEventListener('abort', cancel)
    over.abort()
    await Promise.all([watching, cancelling])
  }
}

export function answerOf(client: Client, body: FlowQuestionBody, signal: AbortSignal): Promise<FlowAnswerView> {
  return client.call<FlowAnswerView>('POST', `${flowsPath}/query`, body, signal)
}

/** Says that it was somebody's wish, also to a shell. */
export function tellCancelled(what: 'question' | 'export'): void {
  process.stderr.write(`drawbridge: the ${what} was cancelled\n`)
  process.exitCode = interruptedExitCode
}

/** One that is over already, or whose server is away, needs no cancelling: we leave in any case, and the server notices. */
async function cancelQuestion(client: Client, id: string): Promise<void> {
  try {
    await client.call('DELETE', `${flowsPath}/queries/${id}`)
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
  }
}

/** The advice for a filter of packets is none for a filter of flows. */
export function helped(error: unknown): unknown {
  if (!(error instanceof ApiRefusal) || error.code !== apiErrors.filter_invalid.code) return error
  return new CommandError(error.message, { next: 'drawbridge query --help, and the filter language in docs/queries.md' })
}

/** On a terminal only: who reads a log needs no progress. */
async function watchQuestion(client: Client, id: string, over: AbortSignal): Promise<void> {
  if (!process.stderr.isTTY) return
  const line = new ProgressLine()
  for (let wait = firstLookMs; ; wait = everyMs) {
    await pause(wait, over)
    if (over.aborted) break
    const question = await lookAt(client, id)
    if (question !== undefined && !over.aborted) line.show(progressText(question))
  }
  line.clear()
}

/** Undefined when it is not running (any more), or cannot be looked at. */
async function lookAt(client: Client, id: string): Promise<RunningQuestionView | undefined> {
  try {
    return await client.call<RunningQuestionView>('GET', `${flowsPath}/queries/${id}`)
  } catch (error) {
    if (error instanceof ApiRefusal || error instanceof ServerUnreachableError) return undefined
    throw error
  }
}

function progressText({ elapsed_ms, progress, rows_read }: RunningQuestionView): string {
  const seconds = Math.round(elapsed_ms / 1000)
  const share = progress === null ? '' : `, ${Math.floor(Math.min(progress, 1) * 100)} %`
  return `${seconds} s, ${(rows_read / 1e6).toFixed(1)} million rows read${share}; Ctrl+C cancels`
}
