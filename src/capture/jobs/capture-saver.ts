// Writes down what has changed about running captures: each capture and its agents in one transaction.
import { captureIsOver } from './capture-machine.ts'
import { putCaptureAgent, statusOf, updateCapture, type CaptureAgentRow, type NewCaptureRow } from './capture-rows.ts'
import type { JobsContext } from './jobs-context.ts'
import type { CapturePart, RunningCapture } from './running-capture.ts'

interface Snapshot {
  readonly capture: RunningCapture
  readonly row: NewCaptureRow
  readonly isOver: boolean
  /** Those that have changed, and of them those that are over. */
  readonly parts: readonly CapturePart[]
  readonly partsOver: readonly CapturePart[]
  readonly agents: readonly CaptureAgentRow[]
}

type SaverContext = Pick<JobsContext, 'state' | 'clock' | 'log' | 'links' | 'counts' | 'running'>

export class CaptureSaver {
  readonly #context: SaverContext
  /** The end of a capture is on disk. */
  readonly #ended: (capture: RunningCapture) => void
  #tail: Promise<void> = Promise.resolve()
  /** One that has not begun to look at what has changed. */
  #next: Promise<void> | undefined

  constructor(context: SaverContext, ended: (capture: RunningCapture) => void) {
    this.#context = context
    this.#ended = ended
  }

  /** Resolves when all that has changed until now is written. @throws errors of SQLite; what was not written is still marked */
  async save(): Promise<void> {
    if (!this.#next) {
      const next = this.#tail.then(() => {
        this.#next = undefined
        return this.#write()
      })
      this.#next = next
      // Who waits is told of a failure; the next one does not care.
      this.#tail = next.catch(() => undefined)
    }
    await this.#next
  }

  /** The same for who does not wait: what fails is tried again with the next change. */
  saveSoon(): void {
    this.save().catch((error: unknown) => {
      this.#context.counts.save_errors++
      this.#context.log.error('save', { err: error }, 'the state of captures could not be written; it is tried again')
    })
  }

  async #write(): Promise<void> {
    const at = this.#context.clock.now()
    const dirty = [...this.#context.running.values()].filter((capture) => !capture.isRemoved && isDirty(capture))
    const snapshots = dirty.map((capture) => snapshotOf(capture, at))
    if (snapshots.length === 0) return
    try {
      await this.#context.state.transaction().execute(async (transaction) => {
        for (const { row, agents } of snapshots) {
          await updateCapture(transaction, row.id, row)
          for (const agent of agents) await putCaptureAgent(transaction, agent)
        }
      })
    } catch (error) {
      for (const { capture, parts } of snapshots) {
        capture.isDirty = true
        for (const part of parts) part.isDirty = true
      }
      throw error
    }
    for (const snapshot of snapshots) this.#written(snapshot)
  }

  /** Only now may agents forget: the server will not ask again. */
  #written({ capture, isOver, partsOver }: Snapshot): void {
    for (const part of partsOver) {
      if (capture.isPast || part.isForgotten || !capture.isOver(part)) continue
      part.isForgotten = true
      this.#context.links.forget(part.agent, capture.id)
    }
    if (isOver) this.#ended(capture)
  }
}

function isDirty(capture: RunningCapture): boolean {
  return capture.isDirty || capture.sorted.some((part) => part.isDirty)
}

/** Taken at once, so that what changes while it is written is marked anew. */
function snapshotOf(capture: RunningCapture, at: number): Snapshot {
  const isOver = captureIsOver(statusOf(capture.row))
  const row = { ...capture.row, ...(isOver ? {} : capture.totals()) }
  const parts = capture.sorted.filter((part) => part.isDirty)
  capture.isDirty = false
  for (const part of parts) part.isDirty = false
  const partsOver = parts.filter((part) => capture.isOver(part))
  return { capture, row, isOver, parts, partsOver, agents: capture.agentRows(parts, at) }
}
