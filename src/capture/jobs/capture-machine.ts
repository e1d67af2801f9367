// The life of a capture as rules: what its agents tell makes of it. No clock, no I/O.
import {
  noCaptureProgress,
  type AgentCaptureState,
  type CaptureProgress,
  type CaptureStatus,
  type CaptureType,
} from '../../contract/capture.ts'

/** How far an agent has come; it never goes back. A lost one may come back from anywhere. */
const agentRank: Readonly<Record<AgentCaptureState, number>> = {
  lost: -1,
  waiting: 0,
  starting: 1,
  capturing: 2,
  delivering: 3,
  done: 4,
  failed: 4,
}

/** The same for captures; the ends come behind all others and stay. */
const captureRank: Readonly<Record<CaptureStatus, number>> = {
  unknown: 0,
  pending: 0,
  running: 1,
  conversion_pending: 2,
  conversion_running: 3,
  success: 4,
  complete: 4,
  failed: 4,
}

/** Nothing has been heard of an agent yet. */
export const noProgress: CaptureProgress = { ...noCaptureProgress, state: 'waiting' }

export function agentIsOver(state: AgentCaptureState): boolean {
  return state === 'done' || state === 'failed' || state === 'lost'
}

export function captureIsOver(status: CaptureStatus): boolean {
  return captureRank[status] === captureRank.success
}

/**
 * What is known of an agent after it told something. A message that was overtaken by a later one changes nothing but
 * counters that it has higher.
 */
export function mergeProgress(known: CaptureProgress, told: CaptureProgress): CaptureProgress {
  const goesOn = agentRank[told.state] >= agentRank[known.state] && !(known.state === 'done' || known.state === 'failed')
  const newer = goesOn ? told : known
  const most = (of: 'packets' | 'bytes' | 'kernel_drops' | 'delivery_drops' | 'super_packets') => Math.max(known[of], told[of])
  return {
    ...newer,
    packets: most('packets'),
    bytes: most('bytes'),
    kernel_drops: most('kernel_drops'),
    delivery_drops: most('delivery_drops'),
    super_packets: most('super_packets'),
    first_packet_at: known.first_packet_at ?? told.first_packet_at,
  }
}

export interface CaptureFacts {
  readonly type: CaptureType
  readonly stopRequested: boolean
  readonly agents: readonly AgentCaptureState[]
}

/** @returns the status that follows, or `over` when no agent has anything more to do and the end is to be settled */
export function nextStatus(status: CaptureStatus, facts: CaptureFacts): CaptureStatus | 'over' {
  if (captureIsOver(status)) return status
  if (facts.agents.every(agentIsOver)) return 'over'
  const wanted = statusOf(facts)
  return captureRank[wanted] > captureRank[status] ? wanted : status
}

function statusOf({ type, stopRequested, agents }: CaptureFacts): CaptureStatus {
  const busy = agents.filter((state) => !agentIsOver(state))
  if (type === 'full' && busy.every((state) => state === 'delivering')) return 'conversion_running'
  if (type === 'full' && stopRequested) return 'conversion_pending'
  return agents.some((state) => agentRank[state] >= agentRank.capturing) ? 'running' : 'pending'
}

/** What the end is judged by, of one agent. */
export interface AgentEnd {
  readonly name: string
  readonly state: AgentCaptureState
  readonly error: string | null
  /** Packets that the server has of it; of captures in buckets 0. */
  readonly kept: number
}

export interface CaptureEnding {
  readonly status: 'success' | 'failed'
  readonly error_message: string | null
}

/** Agents that the message of a capture names; the others are counted. */
const namedAgents = 5

/**
 * A capture has succeeded when an agent was done with it, or left packets that can be downloaded. What went wrong
 * elsewhere is said beside it.
 */
export function endOf(agents: readonly AgentEnd[]): CaptureEnding {
  const troubled = agents.filter(({ state, error }) => state !== 'done' || error !== null)
  const something = agents.some(({ state, kept }) => state === 'done' || kept > 0)
  return { status: something ? 'success' : 'failed', error_message: messageOf(troubled) }
}

function messageOf(troubled: readonly AgentEnd[]): string | null {
  if (troubled.length === 0) return null
  const named = troubled.slice(0, namedAgents).map(({ name, state, error }) => `${name}: ${error ?? stateTexts[state]}`)
  const more = troubled.length > namedAgents ? [`and ${troubled.length - namedAgents} more agents`] : []
  return [...named, ...more].join('; ')
}

const stateTexts: Readonly<Partial<Record<AgentCaptureState, string>>> = {
  lost: 'nothing was heard of it any more',
  failed: 'failed',
}
