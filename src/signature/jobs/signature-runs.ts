// Derives and measures signatures one after another, and writes down what became of each.
import { ApiError } from '../../contract/api-errors.ts'
import type { SignatureProgress, SignatureReport } from '../../contract/signature.ts'
import { parseFilter } from '../../filter/parse-filter.ts'
import type { JobsContext } from './jobs-context.ts'
import { sampleWarnings, type PacketSources } from './packet-sources.ts'
import { askOf, outcomeColumns, readSignature, sourcesOf, timeText, updateSignature, type SignatureRow } from './signature-rows.ts'
import { TaskError, type SignatureTask } from './task.ts'

/** Those that wait and the one that runs. */
const mostWaiting = 16

/** Why the one that runs is ended. */
type EndReason = 'removed' | 'suspended'

class Ended extends Error {
  readonly reason: EndReason
  constructor(reason: EndReason) {
    super(`it was ${reason}`)
    this.reason = reason
  }
}

interface Running {
  readonly id: string
  readonly end: AbortController
  progress: SignatureProgress
}

export interface RunReadings {
  readonly queued: number
  readonly running: number
  readonly done: number
  readonly failed: number
  /** Spent on those that are over. */
  readonly seconds: number
}

export class SignatureRuns {
  readonly #context: JobsContext
  readonly #sources: PacketSources
  /** What each uses of the disk stays until it is over. */
  readonly #waiting = new Map<string, (() => void)[]>()
  #running: Running | undefined
  /** Of the one that runs, and of all. */
  #current: Promise<void> = Promise.resolve()
  #work: Promise<void> = Promise.resolve()
  #isSuspended = false
  readonly #counts = { done: 0, failed: 0, seconds: 0 }

  constructor(context: JobsContext, sources: PacketSources) {
    this.#context = context
    this.#sources = sources
  }

  readings(): RunReadings {
    const running = this.#running === undefined ? 0 : 1
    return { queued: this.#waiting.size - running, running, ...this.#counts }
  }

  /** Undefined when it does not run. */
  progressOf(id: string): SignatureProgress | undefined {
    return this.#running?.id === id ? this.#running.progress : undefined
  }

  /** Takes a place in the queue, and holds its packets, until it has run or the answer is called. @throws ApiError signature_state, signature_limit */
  reserve(row: Pick<SignatureRow, 'id' | 'source' | 'baseline'>): () => void {
    const { id } = row
    if (this.#waiting.has(id)) throw new ApiError('signature_state', { id, state: 'queued', reason: 'wait until it is done, or remove it' })
    if (this.#waiting.size >= mostWaiting) throw new ApiError('signature_limit', { count: this.#waiting.size })
    const { attack, baseline } = sourcesOf(row)
    const places = [attack, baseline].flatMap((source) => (source === null ? [] : this.#sources.placeOf(row, source)))
    this.#waiting.set(
      id,
      places.map((place) => this.#context.folder.hold(place)),
    )
    return () => this.#release(id)
  }

  /** Runs one whose place is reserved, after those before it. */
  launch(id: string): void {
    this.#work = this.#work.then(() => (this.#current = this.#run(id)))
  }

  /** Ends it wherever it is. It writes nothing any more after that. */
  async cancel(id: string): Promise<void> {
    if (this.#running?.id === id) {
      this.#running.end.abort(new Ended('removed'))
      await this.#current
    }
    this.#release(id)
  }

  /** Those that wait, and the one that runs, are begun anew at the next start. */
  async suspend(): Promise<void> {
    this.#isSuspended = true
    this.#running?.end.abort(new Ended('suspended'))
    await this.#work
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    for (let work: Promise<void> | undefined; work !== this.#work;) {
      work = this.#work
      await work
    }
  }

  #release(id: string): void {
    for (const release of this.#waiting.get(id) ?? []) release()
    this.#waiting.delete(id)
  }

  async #run(id: string): Promise<void> {
    if (this.#isSuspended || !this.#waiting.has(id)) return
    const running: Running = { id, end: new AbortController(), progress: { phase: 'reading attack', share: null, packets: 0 } }
    this.#running = running
    const since = performance.now()
    try {
      await this.#derive(running)
      this.#counts.done++
    } catch (error) {
      await this.#ended(id, error)
    } finally {
      this.#counts.seconds += (performance.now() - since) / 1000
      this.#running = undefined
      this.#release(id)
    }
  }

  async #derive(running: Running): Promise<void> {
    const { state, clock } = this.#context
    const { id, end } = running
    await updateSignature(state, id, { state: 'running' })
    const row = await readSignature(state, id)
    if (!row) throw new Ended('removed')
    const task = await this.#task(row, end.signal)
    const { report, renderings } = await this.#context.runTask(task, {
      progress: (progress) => (running.progress = progress),
      signal: end.signal,
    })
    end.signal.throwIfAborted()
    const learnt = task.filter === null ? { learnt_filter: report.filter } : {}
    const columns = outcomeColumns(withWarnings(report, row), renderings)
    await updateSignature(state, id, { state: 'done', ended_at: timeText(clock.now()), error: null, ...learnt, ...columns })
  }

  /** One that was measured before has its packets. */
  async #task(row: SignatureRow, signal: AbortSignal): Promise<SignatureTask> {
    const { id, account, name } = row
    const { attack, baseline } = sourcesOf(row)
    const isLearnt = row.report !== null
    if (!isLearnt) {
      const isUploaded = attack.kind === 'file' && (baseline === null || baseline.kind === 'file')
      if (!isUploaded) this.#waiting.get(id)?.push(this.#context.folder.enter({ kind: 'packets', id }))
      await this.#sources.gather({ account, id, side: 'attack' }, attack, signal)
      if (baseline) await this.#sources.gather({ account, id, side: 'baseline' }, baseline, signal)
    }
    const text = row.edited_filter ?? row.learnt_filter
    return {
      name,
      ask: askOf(row),
      attack: this.#sources.fileOf({ id, side: 'attack' }, attack),
      baseline: baseline && this.#sources.fileOf({ id, side: 'baseline' }, baseline),
      filter: isLearnt && text !== null ? parseFilter(text) : null,
    }
  }

  async #ended(id: string, error: unknown): Promise<void> {
    if (error instanceof Ended) {
      if (error.reason === 'suspended') await this.#write(id, { state: 'queued' })
      return
    }
    this.#counts.failed++
    if (!(error instanceof TaskError || error instanceof ApiError)) {
      this.#context.log.error({ err: error, signature: id }, 'a signature could not be derived')
    }
    await this.#write(id, { state: 'failed', ended_at: timeText(this.#context.clock.now()), error: sentenceOf(error) })
  }

  /** The next one runs whatever the database says; what is `running` there is told to have failed at the next start. */
  async #write(id: string, columns: Parameters<typeof updateSignature>[2]): Promise<void> {
    const { state, folder, log } = this.#context
    try {
      await updateSignature(state, id, columns)
      // What never was measured cannot be measured again: it is gathered anew, if at all.
      if ((await readSignature(state, id))?.report === null) await folder.remove({ kind: 'packets', id })
    } catch (err) {
      log.error({ err, signature: id }, 'what became of a signature could not be written down; it is told to have failed at the next start')
    }
  }
}

function sentenceOf(error: unknown): string {
  return error instanceof TaskError || error instanceof ApiError
    ? error.message
    : 'the server has a fault, which its log tells; try it again, or with other packets'
}

function withWarnings(report: SignatureReport, row: SignatureRow): SignatureReport {
  const { attack, baseline } = sourcesOf(row)
  const added = [
    ...sampleWarnings(attack, report.attack.packets),
    ...(baseline && report.baseline ? sampleWarnings(baseline, report.baseline.packets) : []),
  ]
  return { ...report, warnings: [...report.warnings, ...added] }
}
