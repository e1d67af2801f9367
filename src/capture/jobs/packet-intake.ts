// Takes the packets that agents stream, in order and within the limits of the disk, and says when they are kept.
import type { LinkedAgent } from '../agent-links.ts'
import type { JobsContext } from './jobs-context.ts'
import { mebibyte } from './jobs-context.ts'
import { syncFolder } from './capture-folder.ts'
import { frameBytes, FrameGapError, RecordsFile } from './records-file.ts'
import type { CapturePart, RunningCapture } from './running-capture.ts'

type IntakeContext = Pick<JobsContext, 'captures' | 'clock' | 'log' | 'links' | 'folder' | 'counts' | 'running'>

export interface IntakeEvents {
  /** More packets of an agent are on disk, or given up. */
  changed(capture: RunningCapture): void
  /** The capture cannot have more disk; it is to be ended. */
  full(capture: RunningCapture, reason: string): void
  /** Makes room by deleting packets of captures that are over. @returns whether there are so many bytes now */
  makeRoom(bytes: number): Promise<boolean>
}

interface Frame {
  readonly number: number
  readonly records: Uint8Array
}

export class PacketIntake {
  readonly #context: IntakeContext
  readonly #events: IntakeEvents

  constructor(context: IntakeContext, events: IntakeEvents) {
    this.#context = context
    this.#events = events
  }

  /**
   * Resolves when the agent need not keep the frame any more: it is on disk, or not wanted.
   * @throws Error when it could not be written, FrameGapError; it has to come again then
   */
  async take(agent: LinkedAgent, job: string, frame: Frame): Promise<void> {
    const { counts, links, running, clock } = this.#context
    const capture = running.get(job)
    const part = capture?.parts.get(agent.id)
    if (!capture || !part || capture.isClosed) {
      counts.frames_late++
      return links.forget(agent.id, job)
    }
    // Payload of a full capture never touches the disk of the server, whatever an agent sends.
    if (capture.toBucket || capture.isPast) {
      counts.frames_bad++
      return
    }
    part.note(agent, clock.now())
    part.hasSent = true
    const { kept } = await this.#hand(capture, part, frame)
    await kept
  }

  /** Frames are handed to the file in the order in which they come; they wait for the disk together. */
  #hand(capture: RunningCapture, part: CapturePart, frame: Frame): Promise<{ readonly kept: Promise<void> }> {
    const handed = part.queue.then(async () => {
      if (capture.isSuspended) throw new Error('the server stops; the packets come again when it is back')
      if (capture.isClosed || part.isFull || !(await this.#fits(capture, frame.records.length)))
        return { kept: this.#refuse(capture, part) }
      const file = await this.#fileOf(capture, part)
      return { kept: this.#keep(capture, file, { part, frame }) }
    })
    part.queue = handed.then(
      () => undefined,
      () => undefined,
    )
    return handed
  }

  /** What does not fit is given up, and all that follows: packets with a gap in the middle would tell a wrong story. */
  async #refuse(capture: RunningCapture, part: CapturePart): Promise<void> {
    part.isFull = true
    part.isDirty = true
    this.#context.counts.frames_refused++
    this.#events.changed(capture)
  }

  async #fits(capture: RunningCapture, bytes: number): Promise<boolean> {
    const { captures, folder } = this.#context
    if (folder.sizeOf(capture.id) + bytes > captures.capture_mib * mebibyte) {
      this.#events.full(
        capture,
        `ended early: its packets take ${captures.capture_mib} MiB, the most for one capture (captures.capture_mib)`,
      )
      return false
    }
    if (folder.bytes + bytes <= captures.keep_mib * mebibyte || (await this.#events.makeRoom(bytes))) return true
    this.#events.full(
      capture,
      `ended early: packets of running captures take ${captures.keep_mib} MiB, the most for all (captures.keep_mib)`,
    )
    return false
  }

  async #fileOf(capture: RunningCapture, part: CapturePart): Promise<RecordsFile> {
    if (part.file) return part.file
    const { folder } = this.#context
    await folder.make(capture.id)
    part.file = await RecordsFile.open(folder.agentPath(capture.id, part.agent))
    await syncFolder(folder.pathOf(capture.id))
    return part.file
  }

  async #keep(capture: RunningCapture, file: RecordsFile, { part, frame }: { part: CapturePart; frame: Frame }): Promise<void> {
    const { counts, folder, log } = this.#context
    const size = frameBytes(frame.records)
    folder.grow(capture.id, size)
    try {
      const packets = await file.append(frame.number, frame.records)
      if (packets !== undefined) {
        counts.frames_kept++
        counts.packets_kept += packets
        // It may be over now.
        part.isDirty = true
        return this.#events.changed(capture)
      }
      counts.frames_repeated++
      folder.grow(capture.id, -size)
    } catch (error) {
      folder.grow(capture.id, -size)
      if (error instanceof FrameGapError) throw error
      counts.spool_errors++
      log.error('spool', { err: error, capture: capture.id }, 'packets of a capture could not be written; the capture is ended')
      this.#events.full(
        capture,
        `ended early: its packets could not be written (${error instanceof Error ? error.message : String(error)})`,
      )
      await this.#refuse(capture, part)
    }
  }
}
