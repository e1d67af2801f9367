// One capture that is not over: what is known of its agents, what it is waiting for, what is to be written down of it.
import type { Capture, CaptureAgent, CaptureProgress } from '../../contract/capture.ts'
import type { LinkedAgent } from '../agent-links.ts'
import { agentIsOver, captureIsOver, mergeProgress, nextStatus, noProgress } from './capture-machine.ts'
import {
  captureView,
  goesToBucket,
  progressOf,
  statusOf,
  timeText,
  typeOf,
  type CaptureAgentRow,
  type NewCaptureRow,
} from './capture-rows.ts'
import type { RecordsFile } from './records-file.ts'

/**
 * How long an agent may be silent after its deadline before it is lost, in ms. Time to come back after a cut, and for
 * uploads, which agents try for minutes, time to finish.
 */
const graceMs = { stream: 60_000, bucket: 600_000 } as const
/** The same for an agent that has come back without the job: it may still have to tell how it ended. */
const restartedGraceMs = 10_000
/** An agent that does not finish is given up so long after its deadline, whatever it says. */
const hardGraceMs = { stream: 600_000, bucket: 21_600_000 } as const

/** ms since 1970. */
export interface PartTimes {
  readonly now: number
  /** When the job ends at the agent by itself. */
  readonly deadline: number
}

type PartAgent = Pick<LinkedAgent, 'id' | 'name' | 'colo' | 'clockOffsetMs' | 'clockErrorMs'>

/** One agent's part of a capture. */
export class CapturePart {
  readonly agent: string
  readonly name: string
  readonly colo: string
  /** As told, but never a step back. */
  progress: CaptureProgress
  clockOffsetMs: number | null
  clockErrorMs: number | null
  /** Undefined for captures that go to a bucket, and before the first packet. */
  file: RecordsFile | undefined
  /** The frame before has been handed to the file: keeps frames in order. */
  queue: Promise<void> = Promise.resolve()
  /** Has changed since it was written down. */
  isDirty = true
  /** The agent was told that it need not keep anything of the job. */
  isForgotten = false
  /** ms since 1970: when something was heard of it last, and when the job ends there by itself. */
  heardAt: number
  deadline: number
  /** Packets of it have come to this server. */
  hasSent = false
  /** It has come back without the job. */
  hasLeft = false
  /** The disk takes nothing more of it. */
  isFull = false

  constructor(row: Omit<CaptureAgentRow, 'capture' | 'updated_at' | 'state'>, { now, deadline }: PartTimes) {
    this.agent = row.agent
    this.name = row.name
    this.colo = row.colo
    this.progress = progressOf(row)
    this.clockOffsetMs = row.clock_offset_ms
    this.clockErrorMs = row.clock_error_ms
    this.heardAt = now
    this.deadline = deadline
  }

  static of({ id, name, colo, clockOffsetMs, clockErrorMs }: PartAgent, times: PartTimes): CapturePart {
    const progress = JSON.stringify(noProgress)
    return new CapturePart({ agent: id, name, colo, progress, clock_offset_ms: clockOffsetMs, clock_error_ms: clockErrorMs }, times)
  }

  /** Packets of it that are on the server's disk. */
  get keptPackets(): number {
    return this.file?.packets ?? 0
  }

  /** Its agent has captured: given the job again, it would count its packets from one again, as if they were the same. */
  get hasBegun(): boolean {
    return this.progress.state !== 'waiting' || this.hasSent || this.keptPackets > 0
  }

  fail(error: string): void {
    this.progress = { ...this.progress, state: 'failed', end: 'failed', error }
    this.isDirty = true
  }

  note(agent: LinkedAgent, now: number): void {
    this.heardAt = now
    this.hasLeft = false
    if (agent.clockOffsetMs === null || (agent.clockOffsetMs === this.clockOffsetMs && agent.clockErrorMs === this.clockErrorMs)) return
    this.clockOffsetMs = agent.clockOffsetMs
    this.clockErrorMs = agent.clockErrorMs
    this.isDirty = true
  }
}

/** Why a capture was ended by the server. */
export type StopReason = 'person' | 'limit' | 'disk'

export class RunningCapture {
  row: NewCaptureRow
  readonly parts: ReadonlyMap<string, CapturePart>
  /** Sorted by id, as merged files number them. */
  readonly sorted: readonly CapturePart[]
  readonly toBucket: boolean
  /** Answered from stored samples, without agents. */
  readonly isPast: boolean
  /** Agents are told to stop, again whenever they come back. */
  stopping: StopReason | undefined
  isDirty = true
  /** Its packets are being merged, and its end is written down. */
  isEnding = false
  ending: Promise<void> | undefined
  /** It was deleted. */
  isRemoved = false
  /** The server stops; it goes on at the next start. */
  isSuspended = false
  /** Why its end could not be settled, and when that is tried again, ms since 1970. */
  trouble: { readonly reason: string; readonly until: number } | undefined

  /** Streams that read its files; they may come after its end. */
  tails = 0
  readonly #waiting = new Set<() => void>()

  constructor(row: NewCaptureRow, parts: readonly CapturePart[]) {
    this.row = row
    this.sorted = parts.toSorted((a, b) => (a.agent < b.agent ? -1 : 1))
    this.parts = new Map(this.sorted.map((part) => [part.agent, part]))
    this.toBucket = goesToBucket(row)
    this.isPast = row.offset_time !== null
    if (row.stop_requested !== null) this.stopping = 'person'
  }

  get id(): string {
    return this.row.id
  }

  /** No packet comes any more: it is over, it was deleted, or the server stops. */
  get isGone(): boolean {
    return captureIsOver(statusOf(this.row)) || this.isRemoved || this.isSuspended
  }

  /** Nothing can change it any more but its end. */
  get isClosed(): boolean {
    return this.isEnding || this.isRemoved
  }

  /** A part is not over before all packets that its agent has kept have come. */
  stateOf(part: CapturePart): CaptureProgress['state'] {
    const { state, packets } = part.progress
    const isWaitedFor =
      !this.toBucket && !this.isPast && !part.isFull && (state === 'done' || state === 'failed') && part.keptPackets < packets
    return isWaitedFor ? 'delivering' : state
  }

  isOver(part: CapturePart): boolean {
    return agentIsOver(this.stateOf(part))
  }

  tell(part: CapturePart, told: CaptureProgress): void {
    part.progress = mergeProgress(part.progress, told)
    part.isDirty = true
  }

  /** @returns whether all agents are over */
  advance(): boolean {
    const facts = {
      type: typeOf(this.row),
      stopRequested: this.row.stop_requested !== null,
      agents: this.sorted.map((part) => this.stateOf(part)),
    }
    const next = nextStatus(statusOf(this.row), facts)
    if (next === 'over') return true
    if (next !== this.row.status) this.change({ status: next })
    return false
  }

  change(columns: Partial<NewCaptureRow>): void {
    this.row = { ...this.row, ...columns }
    this.isDirty = true
  }

  /** Resolves when more packets are on disk, when it is over, or when the signal comes. */
  async whenGrown(signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.isGone) return
    await new Promise<void>((resolve) => {
      const done = () => {
        this.#waiting.delete(done)
        signal.removeEventListener('abort', done)
        resolve()
      }
      this.#waiting.add(done)
      signal.addEventListener('abort', done)
    })
  }

  /** Wakes those who wait for more packets. */
  grown(): void {
    for (const done of this.#waiting) done()
  }

  /** Closes the files of packets when the capture is over, unless somebody still reads them; the last one closes them. */
  async closeFiles(): Promise<void> {
    if (!this.isGone || this.tails > 0) return
    for (const { file } of this.sorted) await file?.close()
  }

  requestStop(reason: StopReason, now: number): void {
    this.stopping ??= reason
    for (const part of this.sorted) part.deadline = Math.min(part.deadline, now)
    if (reason === 'person' && this.row.stop_requested === null) this.change({ stop_requested: timeText(now) })
  }

  /** Gives up those that have not been heard of for too long. @returns how many */
  loseSilent(now: number): number {
    if (this.isPast) return 0
    const kind = this.toBucket ? 'bucket' : 'stream'
    let lost = 0
    for (const part of this.sorted) {
      if (this.isOver(part)) continue
      const silent = part.hasLeft ? part.heardAt + restartedGraceMs : Math.max(part.deadline, part.heardAt) + graceMs[kind]
      if (now <= Math.min(silent, part.deadline + hardGraceMs[kind])) continue
      this.#lose(part)
      lost++
    }
    return lost
  }

  /** Packets and bytes so far: of streams what agents say that they have, or what has come if that is more. */
  progressTotals(): { readonly packets: number; readonly bytes: number } {
    const most = (of: 'packets' | 'bytes') =>
      this.sorted.reduce((sum, { file, progress }) => sum + Math.max(file?.[of] ?? 0, progress[of]), 0)
    return { packets: most('packets'), bytes: most('bytes') }
  }

  /**
   * Whether the agents together have as much as was asked for. Those that write to a bucket keep the limits each for itself:
   * the server could stop the others only too late, and no merged file is there that could be cut.
   */
  hasEnough(): boolean {
    if (this.toBucket) return false
    const { packets, bytes } = this.progressTotals()
    // The next packet of one was too long for what was left: those of others that would still fit come after it.
    if (this.sorted.some(({ progress }) => progress.end === 'bytes')) return true
    return packets >= (this.row.packet_limit ?? Infinity) || bytes >= (this.row.byte_limit ?? Infinity)
  }

  /** What is there: in the bucket, or on the server's disk. */
  totals(): { readonly packets: number; readonly bytes: number } {
    if (this.toBucket) return this.progressTotals()
    const sum = (of: 'packets' | 'bytes') => this.sorted.reduce((all, { file }) => all + (file?.[of] ?? 0), 0)
    const { packet_limit, byte_limit } = this.row
    return { packets: Math.min(sum('packets'), packet_limit ?? Infinity), bytes: Math.min(sum('bytes'), byte_limit ?? Infinity) }
  }

  agentRows(parts: readonly CapturePart[], now: number): readonly CaptureAgentRow[] {
    return parts.map((part) => ({
      capture: this.id,
      agent: part.agent,
      name: part.name,
      colo: part.colo,
      state: this.stateOf(part),
      progress: JSON.stringify(part.progress),
      clock_offset_ms: part.clockOffsetMs,
      clock_error_ms: part.clockErrorMs,
      updated_at: timeText(now),
    }))
  }

  view(): Capture {
    const error_message = this.row.error_message ?? this.trouble?.reason ?? null
    return captureView(
      { ...this.row, ...this.totals(), error_message },
      this.sorted.map((part) => this.#agentView(part)),
      false,
    )
  }

  #agentView(part: CapturePart): CaptureAgent {
    const { agent, name, colo, clockOffsetMs, progress } = part
    return { ...progress, state: this.stateOf(part), agent, name, colo, clock_offset_ms: clockOffsetMs }
  }

  /** From now on an agent has no more packets than came, and it is said where it told of more. */
  settle(part: CapturePart): void {
    const { progress, keptPackets } = part
    if (this.toBucket || this.isPast || progress.packets <= keptPackets) return
    const missing = `${progress.packets - keptPackets} of its ${progress.packets} packets were not kept`
    const error = progress.error === null ? missing : `${progress.error}; ${missing}`
    part.progress = { ...progress, packets: keptPackets, bytes: part.file?.bytes ?? 0, error }
    part.isDirty = true
  }

  #lose(part: CapturePart): void {
    const { progress } = part
    if (progress.state !== 'done' && progress.state !== 'failed')
      part.progress = { ...progress, ...whatCame(part), state: 'lost', error: lostText(part) }
    part.isDirty = true
    this.settle(part)
  }
}

/** Of an agent that nothing more comes from: the packets that are here, and those that it had beyond them. */
function whatCame({ file, progress }: CapturePart): Partial<CaptureProgress> {
  if (file === undefined) return {}
  const { packets, bytes } = file
  return { packets, bytes, delivery_drops: progress.delivery_drops + Math.max(progress.packets - packets, 0) }
}

function lostText({ hasLeft, progress, keptPackets }: CapturePart): string {
  if (hasLeft) return 'the agent has started anew and does not know the capture any more'
  if (progress.state === 'waiting' && keptPackets === 0)
    return 'the agent has never answered; see systemctl status drawbridge-agent on its host'
  return 'nothing was heard of the agent any more; see systemctl status drawbridge-agent on its host'
}
