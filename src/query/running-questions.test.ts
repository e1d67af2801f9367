// Questions that run: bounded, seen, cancelled, each only by its own account.
import { describe, expect, it, vi } from 'vitest'
import { StoreQueryError } from '../store/errors.ts'
import type { FlowAnswer, FlowQueryOptions, FlowQueryProgress } from '../store/flow-store.ts'
import { RunningQuestions, type QuestionStore } from './running-questions.ts'

/** A store whose statements run until the test lets them end, or their signal does. */
class SlowStore {
  readonly running = new Map<string, { readonly sql: string; readonly finish: (answer: FlowAnswer<never>) => void }>()
  readonly reading = new Map<string, FlowQueryProgress>()

  query<T>(sql: string, { queryId = '', signal }: FlowQueryOptions = {}): Promise<FlowAnswer<T>> {
    return new Promise((resolve, reject) => {
      const fail = () => {
        this.running.delete(queryId)
        reject(new StoreQueryError(394, 'the query was cancelled'))
      }
      if (signal?.aborted) return fail()
      signal?.addEventListener('abort', fail)
      this.running.set(queryId, {
        sql,
        finish: (answer) => {
          this.running.delete(queryId)
          resolve(answer)
        },
      })
      return undefined
    })
  }
  async *download(sql: string, options: FlowQueryOptions): AsyncGenerator<Uint8Array> {
    yield Buffer.from('first')
    await this.query(sql, options)
    yield Buffer.from('last')
  }
  async progress(queryId: string): Promise<FlowQueryProgress | undefined> {
    return this.reading.get(queryId)
  }
  /** Says what the statement with this SQL has read. */
  read(sql: string, progress: FlowQueryProgress): void {
    for (const [id, one] of this.running) if (one.sql === sql) this.reading.set(id, progress)
  }
  /** Ends all statements with this SQL, the first of which may not have begun yet. */
  async finish(sql: string, answer: FlowAnswer<never>): Promise<void> {
    const found = () => [...this.running.values()].filter((one) => one.sql === sql)
    await vi.waitUntil(() => found().length > 0)
    for (const one of found()) one.finish(answer)
  }
}

function scene() {
  const store = new SlowStore()
  const clock = { time: Date.UTC(2026, 0, 1), now: () => clock.time }
  const questions = new RunningQuestions({ store, clock })
  const ask = (id: string, account = 1, signal = new AbortController().signal) =>
    questions.run({ id, account, text: `text of ${id}` }, signal, async (flows) => (await flows.query('select 1')).rows)
  return { store, clock, questions, ask }
}

const answer = (rowsRead: number): FlowAnswer<never> => ({ rows: [], rowsRead, bytesRead: rowsRead * 10, elapsedSeconds: 1 })
/** Taken at once: a refusal that nobody has met yet ends the process. */
const failure = (asked: Promise<unknown>) => asked.then(String, (error: unknown) => error)
const cancelled = { name: 'StoreQueryError', limit: 'cancelled' }

describe('a question that runs', () => {
  it('is seen by its account with what all its statements have read, and gone when it is done', async () => {
    const { store, clock, questions } = scene()
    const asked = questions.run({ id: 'a', account: 1, text: 'all flows' }, new AbortController().signal, async (flows) => {
      await flows.query('first')
      await Promise.all([flows.query('second'), flows.query('third')])
      return flows.cost()
    })
    await store.finish('first', answer(100))
    await expect.poll(() => store.running.size).toBe(2)
    expect(await questions.get(1, 'a')).toMatchObject({ rows_read: 100, rows_to_read: 100 })
    store.read('second', { rowsRead: 40, rowsToRead: 300, bytesRead: 0, elapsedSeconds: 0 })
    store.read('third', { rowsRead: 60, rowsToRead: 0, bytesRead: 0, elapsedSeconds: 0 })
    clock.time += 1500
    const seen = {
      id: 'a',
      text: 'all flows',
      started_at: '2026-01-01T00:00:00.000Z',
      elapsed_ms: 1500,
      rows_read: 200,
      rows_to_read: 460,
      progress: 200 / 460,
    }
    expect(await questions.list(1)).toEqual([seen])
    expect(await questions.list(2)).toEqual([])
    expect(await questions.get(2, 'a')).toBeUndefined()
    await store.finish('second', answer(300))
    await store.finish('third', answer(60))
    expect(await asked).toEqual({ rowsRead: 460, bytesRead: 4600 })
    expect(await questions.list(1)).toEqual([])
  })

  it('knows no progress before its first statement reads', async () => {
    const { questions, ask, store } = scene()
    const asked = ask('a')
    expect(await questions.get(1, 'a')).toMatchObject({ rows_read: 0, rows_to_read: 0, progress: null })
    await store.finish('select 1', answer(0))
    await asked
  })

  it('has two of its statements run, the others wait for them and end with it', async () => {
    const { questions, store } = scene()
    const asked = failure(
      questions.run({ id: 'a', account: 1, text: '' }, new AbortController().signal, (flows) =>
        Promise.all(['first', 'second', 'third', 'fourth'].map((sql) => flows.query(sql))),
      ),
    )
    const running = () => [...store.running.values()].map(({ sql }) => sql)
    await expect.poll(running).toEqual(['first', 'second'])
    await store.finish('first', answer(1))
    await expect.poll(running).toEqual(['second', 'third'])
    expect(questions.cancel(1, 'a')).toBe(true)
    expect(await asked).toMatchObject(cancelled)
    await expect.poll(running).toEqual([])
  })

  it('ends when its account cancels it, and by nobody else', async () => {
    const { questions, ask, store } = scene()
    const refused = failure(ask('a'))
    expect(questions.cancel(2, 'a')).toBe(false)
    expect(questions.cancel(1, 'b')).toBe(false)
    await expect.poll(() => store.running.size).toBe(1)
    expect(questions.cancel(1, 'a')).toBe(true)
    expect(await refused).toMatchObject(cancelled)
    expect(store.running.size).toBe(0)
    expect(questions.cancel(1, 'a')).toBe(false)
  })

  it('ends when whoever asked goes, also before it began', async () => {
    const { ask, store } = scene()
    const asker = new AbortController()
    const refused = failure(ask('a', 1, asker.signal))
    asker.abort()
    expect(await refused).toMatchObject(cancelled)
    await expect(ask('b', 1, asker.signal)).rejects.toMatchObject(cancelled)
    expect(store.running.size).toBe(0)
  })

  it('is told as cancelled whatever its work throws then, and with its own error otherwise', async () => {
    const { questions } = scene()
    const run = (work: (store: QuestionStore, signal: AbortSignal) => Promise<never>) =>
      questions.run({ id: 'a', account: 1, text: '' }, new AbortController().signal, work)
    await expect(run(() => Promise.reject(new RangeError('mine')))).rejects.toThrow('mine')
    const refused = run(async (_, signal) => {
      questions.cancel(1, 'a')
      signal.throwIfAborted()
      throw new Error('never')
    })
    await expect(refused).rejects.toMatchObject(cancelled)
  })

  it('has an id that no other of the account has', async () => {
    const { ask, store } = scene()
    const first = ask('a')
    await expect(ask('a')).rejects.toMatchObject({ error: 'flow_question_invalid', pointer: '/id' })
    const other = ask('a', 2)
    await store.finish('select 1', answer(1))
    await Promise.all([first, other])
    const again = ask('a')
    await store.finish('select 1', answer(1))
    await again
  })

  it('is one of 32 at the most of its account', async () => {
    const { ask, store, questions } = scene()
    const running = Array.from({ length: 32 }, (_, index) => ask(String(index)))
    await expect(ask('one more')).rejects.toMatchObject({ error: 'too_many_requests' })
    const other = ask('0', 2)
    expect((await questions.list(1)).length).toBe(32)
    await store.finish('select 1', answer(1))
    await Promise.all([...running, other])
    const next = ask('one more')
    await store.finish('select 1', answer(1))
    await next
  })
})

describe('an answer that is made while it is read', () => {
  const stream = ({ questions }: ReturnType<typeof scene>, signal = new AbortController().signal) =>
    questions.stream({ id: 'a', account: 1, text: '' }, signal, (flows) => flows.download('select 2', { format: 'CSV' }))

  it('runs until its last piece', async () => {
    const parts = scene()
    const pieces = stream(parts)
    expect(await parts.questions.list(1)).toEqual([])
    await pieces.next()
    const last = pieces.next()
    await expect.poll(() => parts.store.running.size).toBe(1)
    parts.store.read('select 2', { rowsRead: 1, rowsToRead: 4, bytesRead: 1, elapsedSeconds: 1 })
    expect(await parts.questions.get(1, 'a')).toMatchObject({ progress: 0.25 })
    await parts.store.finish('select 2', answer(4))
    expect((await last).done).toBe(false)
    expect((await pieces.next()).done).toBe(true)
    expect(await parts.questions.list(1)).toEqual([])
  })

  it('ends when it is cancelled, and when its reader leaves', async () => {
    const parts = scene()
    const pieces = stream(parts)
    await pieces.next()
    const refused = failure(pieces.next())
    parts.questions.cancel(1, 'a')
    expect(await refused).toMatchObject(cancelled)
    for await (const _ of stream(parts)) break
    expect(await parts.questions.list(1)).toEqual([])
  })
})
