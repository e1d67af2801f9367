// What the doctor finds: whether this machine can take flows, and whether each protocol comes through to the store.
import type { ConfigProtocol } from './router-config.ts'

export const doctorChecks = [
  'node',
  'config',
  'data_folder',
  'disk',
  'memory',
  'store',
  'ports',
  'receive_buffer',
  'kernel_drops',
  'firewall',
  'clock',
  'addresses',
  'captures',
  'self_test',
] as const
export type DoctorCheckName = (typeof doctorChecks)[number]

/** `unknown`: it could not be looked at, and the text says why. */
export type DoctorState = 'ok' | 'warning' | 'failed' | 'unknown'

export interface DoctorFinding {
  readonly check: DoctorCheckName
  readonly state: DoctorState
  /** What is the case, with figures. */
  readonly text: string
  /** What to do; empty when nothing is to be done. */
  readonly advice: string
  /** Mends it, ready to paste; empty when there is none. */
  readonly command: string
}

/** The way of the test's flows of one protocol. */
export interface SelfTestResult {
  readonly protocol: ConfigProtocol
  /** UDP address that it was sent to. */
  readonly listener: string
  readonly state: 'ok' | 'failed'
  /** Flows that were sent, arrived at the collectors, were decoded, and came back from the store. */
  readonly sent: number
  readonly decoded: number
  readonly stored: number
  /** Bytes and packets came back as they were sent. */
  readonly exact: boolean
  /** From sending until the store had them. */
  readonly milliseconds: number
  /** Where it ended, when it failed. */
  readonly text: string
}

export interface DoctorReport {
  /** The gravest of all. */
  readonly state: DoctorState
  /** Whether a running server answered, or the command looked by itself. */
  readonly server: boolean
  readonly findings: readonly DoctorFinding[]
  readonly self_test: readonly SelfTestResult[]
}
