// The binary messages of agents: packet records under a header (contract/agent-protocol.ts has its table).
import { agentFrame } from '../contract/agent-protocol.ts'

/** Of always-on samples. */
export const noJob = '0'.repeat(32)

export interface AgentFrame {
  readonly kind: 'packets' | 'samples'
  /** Number within the job, from 1. */
  readonly frame: number
  /** Id of the capture, 32 hex digits; zeros for samples. */
  readonly job: string
  /** A view of the message. */
  readonly records: Uint8Array
}

/** Writes the header into the first bytes of a message that has room for it. */
export function writeFrameHeader(message: Uint8Array, { kind, frame, job }: Omit<AgentFrame, 'records'>): void {
  const header = Buffer.from(message.buffer, message.byteOffset, agentFrame.headerBytes)
  header.fill(0)
  header[0] = agentFrame[kind]
  header.writeUInt32BE(frame, 4)
  header.write(job, 8, 16, 'hex')
}

/** @returns undefined when the message is none */
export function readAgentFrame(message: Uint8Array): AgentFrame | undefined {
  if (message.byteLength < agentFrame.headerBytes) return undefined
  const header = Buffer.from(message.buffer, message.byteOffset, agentFrame.headerBytes)
  const kind = header[0] === agentFrame.packets ? 'packets' : header[0] === agentFrame.samples ? 'samples' : undefined
  const frame = header.readUInt32BE(4)
  const job = header.toString('hex', 8, 24)
  if (kind === undefined || header.readUIntBE(1, 3) !== 0) return undefined
  if (kind === 'packets' ? frame === 0 || job === noJob : job !== noJob) return undefined
  return { kind, frame, job, records: message.subarray(agentFrame.headerBytes) }
}
