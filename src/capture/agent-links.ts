// The server's side of the connections to agents, as captures use it. Implemented by the hub.
import type { AgentFacts } from '../contract/agent.ts'
import type { CaptureJob, CaptureProgress } from '../contract/capture.ts'
import type { AgentFirewallState, FirewallOrder, FirewallProtection } from '../contract/firewall.ts'

/** An agent that is enrolled. */
export interface LinkedAgent {
  readonly id: string
  readonly account: number
  readonly name: string
  readonly colo: string
  readonly connected: boolean
  /** Agent's clock minus the server's, ms, and half of the round trip that it was measured with; null before that. */
  readonly clockOffsetMs: number | null
  readonly clockErrorMs: number | null
  readonly address: string | null
  readonly facts: AgentFacts | null
  readonly alwaysOnSampling: number
}

export interface AgentListener {
  /** @param running jobs that go on at the agent since an earlier connection */
  connected(agent: LinkedAgent, running: readonly string[]): void
  disconnected(agent: LinkedAgent): void
  progress(agent: LinkedAgent, job: string, progress: CaptureProgress): void
  /** Packet records of a job. Frames come again until they are kept: the hub says so once the promise resolves. */
  packets(agent: LinkedAgent, job: string, frame: number, records: Uint8Array): Promise<void>
  /** Always-on samples, packet records too. */
  samples(agent: LinkedAgent, records: Uint8Array): void
}

/** Told about firewall rules; without packets, so that it never makes a connection wait. */
export interface FirewallListener {
  /** Its rules are to be sent now, also when there are none. */
  connected(agent: LinkedAgent): void
  disconnected(agent: LinkedAgent): void
  state(agent: LinkedAgent, state: AgentFirewallState): void
}

/** All rules of one agent. */
export interface FirewallOrderList {
  readonly sequence: number
  readonly protect: FirewallProtection
  readonly rules: readonly FirewallOrder[]
}

export interface AgentLinks {
  /** Enrolled agents of the account, connected or not, by name. */
  agents(account: number): readonly LinkedAgent[]
  /** @returns false when the agent is not connected: nothing was sent */
  assign(agent: string, job: CaptureJob): boolean
  stop(agent: string, job: string): void
  /** The agent need not keep anything of the job any more. */
  forget(agent: string, job: string): void
  /** @returns false when nothing was sent: the agent is not connected, or the list is longer than a message may be */
  filter(agent: string, orders: FirewallOrderList): boolean
  /** Sets who is told; to be called before the hub starts. */
  listen(listener: AgentListener): void
  /** The same for firewall rules. */
  listenFirewall(listener: FirewallListener): void
}
