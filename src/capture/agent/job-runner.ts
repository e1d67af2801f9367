// The agent's jobs, from the server's word to the result that the server has taken: they go on without the server.
import type { Log } from '../../base/log.ts'
import type { CaptureJob, CaptureProgress } from '../../contract/capture.ts'
import type { PacketSink } from '../packet-sink.ts'
import type { FrameOutbox } from './frame-outbox.ts'
import { jobFault } from './job-checks.ts'
import { failedProgress, type OpenSink, type RunningCapture, type MakeCapture } from './running-capture.ts'
import { StreamSink } from './stream-sink.ts'

export interface JobRunnerConfig {
  readonly maxJobs: number
  readonly allowFolders: readonly string[]
}

export interface JobRunnerDependencies {
  readonly outbox: FrameOutbox
  readonly makeCapture: MakeCapture
  readonly openSink: OpenSink
  /** Tells the server; what is told while it is gone is told again when it is back. */
  readonly tell: (job: string, progress: CaptureProgress) => void
  readonly log: Log
}

/** Running jobs and results that the server has not taken: what fits into a hello. */
const maxHeld = 64
/** How often states are looked at, and how often counters are told. */
const lookMs = 100
const tellMs = 1000

interface Job {
  /** Undefined when it was refused. */
  readonly run: RunningCapture | undefined
  progress: CaptureProgress
  ended: boolean
  toldAt: number
  /** Resolves when it has ended and its result is told. */
  followed: Promise<void>
}

export class JobRunner {
  readonly #config: JobRunnerConfig
  readonly #deps: JobRunnerDependencies
  readonly #jobs = new Map<string, Job>()
  #timer: NodeJS.Timeout | undefined

  constructor(config: JobRunnerConfig, deps: JobRunnerDependencies) {
    this.#config = config
    this.#deps = deps
  }

  /** Ids of the jobs that run, and of those whose result the server has not taken. */
  held(): string[] {
    return [...this.#jobs.keys()]
  }

  get running(): number {
    return [...this.#jobs.values()].filter(({ ended }) => !ended).length
  }

  start(): void {
    this.#timer = setInterval(() => this.#look(), lookMs)
  }

  /** Ends all captures: their tables are gone when it resolves, what they have is delivered as far as it goes. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.stopAll()
  }

  async stopAll(): Promise<void> {
    const running = [...this.#jobs.values()].filter(({ ended }) => !ended)
    for (const { run } of running) void run?.stop()
    await Promise.all(running.map(({ followed }) => followed))
  }

  /** Begins a job. One that is known already is only told of. */
  assign(job: CaptureJob): void {
    if (this.#jobs.has(job.id)) return this.#tellNow(job.id)
    const fault = jobFault(job, this.#config.allowFolders) ?? this.#full()
    if (fault !== undefined) return this.refuse(job.id, fault)
    this.#deps.log.info({ job: job.id, engine: job.engine, hook: job.hook, delivery: job.delivery.kind }, 'a capture begins')
    let run: RunningCapture
    try {
      run = this.#deps.makeCapture(job, this.#sink(job))
    } catch (error) {
      return this.refuse(job.id, error instanceof Error ? error.message : String(error))
    }
    const held: Job = { run, progress: run.progress(), ended: false, toldAt: 0, followed: Promise.resolve() }
    this.#hold(job.id, held)
    held.followed = this.#follow(job.id, run)
  }

  /** The server learns why; nothing has been done. */
  refuse(id: string, reason: string): void {
    if (this.#jobs.has(id)) return
    this.#deps.log.warn({ job: id, reason }, 'a capture was refused')
    this.#hold(id, { run: undefined, progress: failedProgress(reason), ended: true, toldAt: 0, followed: Promise.resolve() })
    this.#tellNow(id)
  }

  end(id: string): void {
    void this.#jobs.get(id)?.run?.stop()
  }

  /** The server needs nothing of it any more. A capture that still runs is ended. */
  forget(id: string): void {
    const job = this.#jobs.get(id)
    this.#jobs.delete(id)
    this.#deps.outbox.drop(id)
    if (job?.ended === false) void job.run?.stop()
  }

  /** Tells of all jobs, after a new connection. */
  tellAll(): void {
    for (const id of this.#jobs.keys()) this.#tellNow(id)
  }

  #sink(job: CaptureJob): PacketSink {
    return job.delivery.kind === 'stream' ? new StreamSink(job, this.#deps.outbox) : this.#deps.openSink(job)
  }

  #full(): string | undefined {
    const { maxJobs } = this.#config
    return this.running >= maxJobs ? `${maxJobs} captures are running on this agent, which is its most (max_jobs)` : undefined
  }

  /** Beyond what can be held, the result that has waited longest goes. */
  #hold(id: string, job: Job): void {
    this.#jobs.set(id, job)
    if (this.#jobs.size <= maxHeld) return
    const [oldest] = [...this.#jobs].find(([, { ended }]) => ended) ?? []
    if (oldest !== undefined) this.forget(oldest)
  }

  async #follow(id: string, run: RunningCapture): Promise<void> {
    let last: CaptureProgress
    try {
      await run.start()
      last = await run.done
    } catch (error) {
      last = failedProgress(error instanceof Error ? error.message : String(error), run.progress())
    }
    const { state, packets, end, error } = last
    this.#deps.log.info({ job: id, state, packets, end, error }, 'a capture has ended')
    const job = this.#jobs.get(id)
    // Forgotten while it ran.
    if (job === undefined) return this.#deps.outbox.drop(id)
    job.progress = last
    job.ended = true
    this.#tellNow(id)
  }

  #look(): void {
    const now = performance.now()
    for (const [id, job] of this.#jobs) {
      if (job.ended || job.run === undefined) continue
      const progress = job.run.progress()
      const news = progress.state !== job.progress.state || now - job.toldAt >= tellMs
      job.progress = progress
      if (news) this.#tellNow(id)
    }
  }

  #tellNow(id: string): void {
    const job = this.#jobs.get(id)
    if (job === undefined) return
    job.toldAt = performance.now()
    this.#deps.tell(id, job.progress)
  }
}
