// What the hub counts.

/** What an agent can do wrong. */
export const agentViolations = [
  'too_large',
  'bad_websocket',
  'not_json',
  'unknown_message',
  'no_hello',
  'second_hello',
  'unasked_clock',
  'bad_frame',
  'bad_records',
  'missing_frame',
  'unknown_job',
] as const
export type AgentViolation = (typeof agentViolations)[number]

export interface AgentHubCounters {
  connections: number
  /** Connections that ended because another one of the same agent came. */
  replaced: number
  /** Connections that were closed because nothing came from them. */
  silent: number
  /** WebSockets with an unknown token, and those beyond the limit of connections. */
  unauthorized: number
  tooMany: number
  frames: number
  frameBytes: number
  /** Frames that could not be kept; their connection was closed, so that they come again. */
  unkeptFrames: number
  samples: number
  /** Messages about jobs that had just been forgotten. */
  lateMessages: number
  enrolled: number
  refusedEnrolments: number
  /** Writes to the state that failed: what agents have told of their hosts, when they were seen last. They are tried again. */
  unsaved: number
  readonly violations: Record<AgentViolation, number>
}

export function newHubCounters(): AgentHubCounters {
  return {
    connections: 0,
    replaced: 0,
    silent: 0,
    unauthorized: 0,
    tooMany: 0,
    frames: 0,
    frameBytes: 0,
    unkeptFrames: 0,
    samples: 0,
    lateMessages: 0,
    enrolled: 0,
    refusedEnrolments: 0,
    unsaved: 0,
    // fromEntries forgets the keys; agentViolations are all of them.
    violations: Object.fromEntries(agentViolations.map((violation) => [violation, 0])) as Record<AgentViolation, number>,
  }
}
