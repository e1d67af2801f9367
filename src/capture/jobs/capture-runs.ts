// The captures that are not over: what agents tell about them, when they are to stop, and how they end.
import type { CaptureProgress } from '../../contract/capture.ts'
import type { AgentListener, LinkedAgent } from '../agent-links.ts'
import { answerPast, settleEnd } from './capture-end.ts'
import { resumeCaptures } from './capture-resume.ts'
import { CaptureSaver } from './capture-saver.ts'
import { jobFor } from './capture-start.ts'
import { statusOf } from './capture-rows.ts'
import type { JobsContext } from './jobs-context.ts'
import { PacketIntake } from './packet-intake.ts'
import type { CapturePart, RunningCapture, StopReason } from './running-capture.ts'

export interface RunEvents {
  /** Something about a capture has changed. */
  changed(account: number, id: string): void
  /** Deletes packets of captures that are over. @returns whether there are so many bytes now */
  makeRoom(bytes: number): Promise<boolean>
}

/** An end that could not be settled is tried again after so long, in ms. */
const retryMs = 60_000

export class CaptureRuns implements Omit<AgentListener, 'samples'> {
  readonly #context: JobsContext
  readonly #events: RunEvents
  readonly #saver: CaptureSaver
  readonly #intake: PacketIntake
  readonly #tasks = new Set<Promise<void>>()

  constructor(context: JobsContext, events: RunEvents) {
    this.#context = context
    this.#events = events
    this.#saver = new CaptureSaver(context, (capture) => this.#track(this.#ended(capture)))
    this.#intake = new PacketIntake(context, {
      changed: (capture) => this.#grown(capture),
      full: (capture, reason) => this.#full(capture, reason),
      makeRoom: (bytes) => events.makeRoom(bytes),
    })
  }

  /** Reads the captures that were running when the server stopped. Agents are not heard yet. */
  async read(): Promise<void> {
    await resumeCaptures(this.#context)
  }

  /** Goes on with what was read. */
  resume(): void {
    for (const capture of this.#context.running.values()) this.#advance(capture)
  }

  /** Tells the agents of a capture that was written down. Resolves when all that are connected were told. */
  async launch(capture: RunningCapture): Promise<void> {
    this.#context.counts.started++
    this.#context.running.set(capture.id, capture)
    await Promise.all(capture.sorted.map((part) => this.#assign(capture, part)))
    this.#advance(capture)
  }

  /** Ends a capture now. Resolves when that is written down. */
  async stop(capture: RunningCapture): Promise<void> {
    this.#stop(capture, 'person')
    this.#advance(capture)
    await this.#saver.save()
  }

  /** The capture is to be deleted: nothing of it is written or told from now on. Resolves when that is so. */
  async drop(capture: RunningCapture): Promise<void> {
    const { links, running } = this.#context
    capture.isRemoved = true
    for (const { agent } of capture.isPast ? [] : capture.sorted) {
      links.stop(agent, capture.id)
      links.forget(agent, capture.id)
    }
    running.delete(capture.id)
    try {
      await this.#saver.save()
      await capture.ending
    } finally {
      // Nobody else knows it any more, so its files are closed here, also when the state could not be written.
      await writtenOut(capture)
      capture.grown()
      await capture.closeFiles()
    }
  }

  /** To be called each second. */
  tick(): void {
    const { running, clock, counts } = this.#context
    for (const capture of running.values()) {
      if (capture.isClosed) continue
      counts.agents_lost += capture.loseSilent(clock.now())
      this.#advance(capture)
    }
    this.#saver.saveSoon()
  }

  /** Resolves when nothing is under way that would not wait for agents. */
  async idle(): Promise<void> {
    while (this.#tasks.size > 0) await Promise.all(this.#tasks)
    await this.#saver.save()
    if (this.#tasks.size > 0) await this.idle()
  }

  /** The server stops: captures go on at the agents. */
  async suspend(): Promise<void> {
    try {
      await this.idle()
    } finally {
      const captures = [...this.#context.running.values()]
      for (const capture of captures) capture.isSuspended = true
      for (const capture of captures) {
        // A frame that was taken before may be opening its file.
        await writtenOut(capture)
        capture.grown()
        await capture.closeFiles()
      }
    }
  }

  connected(agent: LinkedAgent, running: readonly string[]): void {
    for (const job of running) this.#goesOn(agent, job)
    const known = new Set(running)
    for (const capture of this.#context.running.values()) {
      const part = capture.parts.get(agent.id)
      if (part && !known.has(capture.id) && !capture.isClosed && !capture.isOver(part)) this.#isMissing(capture, part)
    }
  }

  disconnected(agent: LinkedAgent): void {
    const now = this.#context.clock.now()
    for (const { parts } of this.#context.running.values()) parts.get(agent.id)?.note(agent, now)
  }

  progress(agent: LinkedAgent, job: string, told: CaptureProgress): void {
    const found = this.#find(agent, job)
    if (!found) return
    const { capture, part } = found
    const before = capture.stateOf(part)
    part.note(agent, this.#context.clock.now())
    capture.tell(part, told)
    const after = capture.stateOf(part)
    if (before === 'lost' && after !== 'lost') part.isForgotten = false
    if (part.isForgotten) this.#context.links.forget(agent.id, job)
    if (before !== after) this.#saver.saveSoon()
    this.#advance(capture)
    this.#events.changed(capture.row.account, capture.id)
  }

  async packets(agent: LinkedAgent, job: string, number: number, records: Uint8Array): Promise<void> {
    await this.#intake.take(agent, job, { number, records })
  }

  /** The part of an agent in a capture; who has none, or no more, may forget the job. */
  #find(agent: LinkedAgent, job: string): { readonly capture: RunningCapture; readonly part: CapturePart } | undefined {
    const { running, links, counts } = this.#context
    const capture = running.get(job)
    const part = capture?.parts.get(agent.id)
    // While its end is written down nothing may change any more; afterwards the agent is told.
    if (capture?.isEnding === true && part) return undefined
    if (capture && part) return { capture, part }
    counts.unknown_jobs++
    links.forget(agent.id, job)
    return undefined
  }

  #goesOn(agent: LinkedAgent, job: string): void {
    const found = this.#find(agent, job)
    if (!found) return
    const { capture, part } = found
    const { links, clock } = this.#context
    part.note(agent, clock.now())
    if (part.progress.state === 'lost') part.isForgotten = false
    if (part.isForgotten) links.forget(agent.id, job)
    else if (capture.stopping !== undefined) links.stop(agent.id, job)
  }

  /** The agent has come back without the job: it never got it, or it was started anew. */
  #isMissing(capture: RunningCapture, part: CapturePart): void {
    const now = this.#context.clock.now()
    part.heardAt = now
    if (!part.hasBegun && capture.stopping === undefined && now < part.deadline) {
      part.deadline = now + capture.row.time_limit * 1000
      this.#track(this.#assign(capture, part))
    } else part.hasLeft = true
  }

  async #assign(capture: RunningCapture, part: CapturePart): Promise<void> {
    if (capture.isPast || capture.isOver(part)) return
    try {
      const job = await jobFor(this.#context, capture, part)
      // Who is not connected any more gets it when it comes back in time.
      if (!capture.isClosed && capture.stopping === undefined) this.#context.links.assign(part.agent, job)
    } catch (error) {
      this.#context.log.error('assign', { err: error, capture: capture.id }, 'an agent could not be told of a capture')
      part.fail(error instanceof Error ? error.message : String(error))
      this.#advance(capture)
    }
  }

  #grown(capture: RunningCapture): void {
    capture.grown()
    this.#advance(capture)
    this.#events.changed(capture.row.account, capture.id)
  }

  #full(capture: RunningCapture, reason: string): void {
    if (capture.row.error_message === null) capture.change({ error_message: reason })
    this.#stop(capture, 'disk')
    this.#saver.saveSoon()
  }

  #stop(capture: RunningCapture, reason: StopReason): void {
    const { links, clock } = this.#context
    capture.requestStop(reason, clock.now())
    const connected = new Set(links.agents(capture.row.account).flatMap((agent) => (agent.connected ? [agent.id] : [])))
    for (const part of capture.isPast ? [] : capture.sorted) {
      if (capture.isOver(part)) continue
      if (part.progress.state === 'waiting' && !connected.has(part.agent)) part.fail('it was stopped before the agent could be told')
      else links.stop(part.agent, capture.id)
    }
  }

  /** Looks what follows from what is known now. */
  #advance(capture: RunningCapture): void {
    if (capture.isClosed) return
    if (capture.trouble && this.#context.clock.now() < capture.trouble.until) return
    if (!capture.isPast && capture.stopping === undefined && capture.hasEnough()) this.#stop(capture, 'limit')
    const before = statusOf(capture.row)
    if (capture.isPast || capture.advance()) {
      capture.isEnding = true
      capture.ending = this.#settle(capture)
      this.#track(capture.ending)
    } else if (statusOf(capture.row) !== before) this.#saver.saveSoon()
  }

  async #settle(capture: RunningCapture): Promise<void> {
    const { counts, log, clock } = this.#context
    try {
      await writtenOut(capture)
      await (capture.isPast ? answerPast(this.#context, capture) : settleEnd(this.#context, capture))
      capture.trouble = undefined
      this.#saver.saveSoon()
    } catch (error) {
      counts.merge_errors++
      log.error('end', { err: error, capture: capture.id }, 'the packets of a capture could not be merged; it is tried again in a minute')
      const reason = `its packets could not be merged and are kept; it is tried again each minute (${error instanceof Error ? error.message : String(error)})`
      capture.trouble = { reason, until: clock.now() + retryMs }
      capture.isEnding = false
    }
    this.#events.changed(capture.row.account, capture.id)
  }

  async #ended(capture: RunningCapture): Promise<void> {
    const { running, counts, folder, log } = this.#context
    running.delete(capture.id)
    counts[statusOf(capture.row) === 'failed' ? 'failed' : 'succeeded']++
    capture.grown()
    try {
      await capture.closeFiles()
      await (capture.row.kept === 1 ? folder.clear(capture.id) : folder.remove(capture.id))
    } catch (error) {
      log.error('clear', { err: error, capture: capture.id }, 'files of a capture could not be cleared away; it is done at the next start')
    }
    this.#events.changed(capture.row.account, capture.id)
  }

  #track(task: Promise<void>): void {
    const tracked: Promise<void> = task.finally(() => this.#tasks.delete(tracked))
    this.#tasks.add(tracked)
  }
}

/** Frames that were taken are part of the capture; no others come when it is closed. */
async function writtenOut({ sorted }: RunningCapture): Promise<void> {
  await Promise.all(sorted.map((part) => part.queue))
  await Promise.all(sorted.map((part) => part.file?.settled() ?? Promise.resolve()))
}
