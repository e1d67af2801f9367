// The questions that are being answered: bounded for each account, seen with their progress, cancelled by whoever asked.
import { randomUUID } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import { ApiError } from '../contract/api-errors.ts'
import type { RunningQuestionView } from '../contract/flow-question.ts'
import { StoreQueryError } from '../store/errors.ts'
import type { FlowAnswer, FlowStore } from '../store/flow-store.ts'
import { QueryGate } from '../store/query-gate.ts'
import type { FlowQueries } from './flow-queries.ts'

export interface Question {
  /** Unique among those that run for the account. */
  readonly id: string
  /** Number of the account. */
  readonly account: number
  /** What is asked, in short, for people. */
  readonly text: string
}

/** What the statements of a question have read. */
export interface QuestionCost {
  readonly rowsRead: number
  readonly bytesRead: number
}

/** The store as one question has it: its statements are watched and end with it. */
export interface QuestionStore extends FlowQueries, Pick<FlowStore, 'download'> {
  /** Of the statements that are done. */
  cost(): QuestionCost
}

export interface RunningQuestionsDependencies {
  readonly store: Pick<FlowStore, 'query' | 'download' | 'progress'>
  readonly clock: Clock
}

/**
 * Beside each other for one account. The store runs four at a time, the others wait, for which it has 64 places: a page of
 * thirty panels is answered, and one account does not take all places.
 */
const mostAtOnce = 32
/**
 * Statements of one question beside each other: a dashboard's request has a dozen, and those of many dashboards together
 * have to fit into the places where the store lets them wait.
 */
const statementsAtOnce = 2
/** Statements of one question that wait: none is turned away here. */
const waitingAtMost = 10_000
/** When to come again, in seconds: a question of usual size is done by then. */
const comeAgainSeconds = 5

export class RunningQuestions {
  readonly #store: RunningQuestionsDependencies['store']
  readonly #clock: Clock
  /** By account, then by id. */
  readonly #running = new Map<number, Map<string, RunningQuestion>>()

  constructor({ store, clock }: RunningQuestionsDependencies) {
    this.#store = store
    this.#clock = clock
  }

  /**
   * Does the work of a question. Its statements end when `signal` aborts or the question is cancelled.
   * @param signal aborts when whoever asked has gone
   * @throws ApiError too_many_requests, flow_question_invalid for an id that is running; StoreQueryError with the limit
   *   `cancelled`; what the work throws
   */
  async run<T>(question: Question, signal: AbortSignal, work: (store: QuestionStore, signal: AbortSignal) => Promise<T>): Promise<T> {
    const running = this.#begin(question, signal)
    try {
      return await work(running, running.signal)
    } catch (error) {
      throw running.failure(error)
    } finally {
      this.#end(running)
    }
  }

  /** As `run`, for an answer that is made while it is read: it runs from the first read on, until the last or the end of the loop. */
  async *stream<T>(question: Question, signal: AbortSignal, work: (store: QuestionStore) => AsyncIterable<T>): AsyncGenerator<T> {
    const running = this.#begin(question, signal)
    try {
      yield* work(running)
    } catch (error) {
      throw running.failure(error)
    } finally {
      this.#end(running)
    }
  }

  #begin(question: Question, signal: AbortSignal): RunningQuestion {
    const { account, id } = question
    const ofAccount = this.#running.get(account) ?? new Map<string, RunningQuestion>()
    if (ofAccount.has(id)) throw new ApiError('flow_question_invalid', { reason: `a question with the id ${id} is running` }, '/id')
    if (ofAccount.size >= mostAtOnce) throw new ApiError('too_many_requests', { seconds: comeAgainSeconds })
    const running = new RunningQuestion({ question, asker: signal, startedAt: this.#clock.now() }, this.#store)
    this.#running.set(account, ofAccount.set(id, running))
    return running
  }

  #end(running: RunningQuestion): void {
    running.end()
    const { account, id } = running.question
    const ofAccount = this.#running.get(account)
    ofAccount?.delete(id)
    if (ofAccount?.size === 0) this.#running.delete(account)
  }

  /** Those of an account, the oldest first. */
  async list(account: number): Promise<RunningQuestionView[]> {
    const now = this.#clock.now()
    return await Promise.all([...(this.#running.get(account)?.values() ?? [])].map((running) => running.view(now)))
  }

  /** Undefined when none of this id is running for the account. */
  async get(account: number, id: string): Promise<RunningQuestionView | undefined> {
    return await this.#running.get(account)?.get(id)?.view(this.#clock.now())
  }

  /** @returns false when none of this id is running for the account */
  cancel(account: number, id: string): boolean {
    const running = this.#running.get(account)?.get(id)
    running?.cancel()
    return running !== undefined
  }
}

/** ClickHouse's code of a query that was cancelled. */
const cancelledCode = 394

interface Progress extends QuestionCost {
  readonly rowsToRead: number
}
const nothingRead: Progress = { rowsRead: 0, bytesRead: 0, rowsToRead: 0 }

interface Begun {
  readonly question: Question
  /** Aborts when whoever asked has gone. */
  readonly asker: AbortSignal
  /** Milliseconds since 1970. */
  readonly startedAt: number
}

class RunningQuestion implements QuestionStore {
  readonly #begun: Begun
  readonly #store: RunningQuestionsDependencies['store']
  readonly #controller = new AbortController()
  readonly #gate = new QueryGate(statementsAtOnce, waitingAtMost)
  /** Ids of the statements that run now. */
  readonly #statements = new Set<string>()
  #done = nothingRead

  constructor(begun: Begun, store: RunningQuestionsDependencies['store']) {
    this.#begun = begun
    this.#store = store
    begun.asker.addEventListener('abort', this.cancel, { once: true })
    if (begun.asker.aborted) this.cancel()
  }

  get question(): Question {
    return this.#begun.question
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  readonly cancel = (): void => this.#controller.abort()

  end(): void {
    this.#begun.asker.removeEventListener('abort', this.cancel)
  }

  /** What is thrown for an error of the work. */
  failure(error: unknown): unknown {
    return this.signal.aborted ? new StoreQueryError(cancelledCode, 'the question was cancelled', { cause: error }) : error
  }

  cost(): QuestionCost {
    const { rowsRead, bytesRead } = this.#done
    return { rowsRead, bytesRead }
  }

  readonly query: FlowQueries['query'] = <T>(sql: string, options: Parameters<FlowQueries['query']>[1] = {}) => {
    const signal = this.#signalWith(options.signal)
    return this.#gate.pass(() => this.#query<T>(sql, { ...options, signal }), signal)
  }

  async #query<T>(sql: string, options: Parameters<FlowQueries['query']>[1]): Promise<FlowAnswer<T>> {
    const queryId = randomUUID()
    this.#statements.add(queryId)
    try {
      const answer = await this.#store.query<T>(sql, { ...options, queryId })
      this.#add(answer)
      return answer
    } finally {
      this.#statements.delete(queryId)
    }
  }

  readonly download: FlowStore['download'] = (sql, options) => this.#download(sql, options)

  async *#download(sql: string, options: Parameters<FlowStore['download']>[1]): AsyncGenerator<Uint8Array> {
    const queryId = randomUUID()
    this.#statements.add(queryId)
    try {
      yield* this.#store.download(sql, { ...options, queryId, signal: this.#signalWith(options.signal) })
    } finally {
      this.#statements.delete(queryId)
    }
  }

  #signalWith(signal: AbortSignal | undefined): AbortSignal {
    return signal === undefined ? this.signal : AbortSignal.any([this.signal, signal])
  }

  #add({ rowsRead, bytesRead }: QuestionCost): void {
    const done = this.#done
    this.#done = { rowsRead: done.rowsRead + rowsRead, bytesRead: done.bytesRead + bytesRead, rowsToRead: done.rowsToRead + rowsRead }
  }

  /** What is done and what runs, added up. */
  async #progress(): Promise<Progress> {
    const now = await Promise.all([...this.#statements].map((id) => this.#store.progress(id)))
    return now.reduce<Progress>(
      (sum, one = { ...nothingRead, elapsedSeconds: 0 }) => ({
        rowsRead: sum.rowsRead + one.rowsRead,
        bytesRead: sum.bytesRead + one.bytesRead,
        rowsToRead: sum.rowsToRead + Math.max(one.rowsToRead, one.rowsRead),
      }),
      this.#done,
    )
  }

  async view(now: number): Promise<RunningQuestionView> {
    const { rowsRead, rowsToRead } = await this.#progress()
    const { question, startedAt } = this.#begun
    const { id, text } = question
    return {
      id,
      text,
      started_at: new Date(startedAt).toISOString(),
      elapsed_ms: now - startedAt,
      rows_read: rowsRead,
      rows_to_read: rowsToRead,
      progress: rowsToRead === 0 ? null : rowsRead / rowsToRead,
    }
  }
}
