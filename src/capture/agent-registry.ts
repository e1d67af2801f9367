// What verbs need of the hub that agents connect to. Implemented by the hub.
import type { AgentLinks } from './agent-links.ts'

/** What an agent gets for its one-time code; the token is shown once. */
export interface EnrolledAgent {
  readonly id: string
  readonly token: string
  readonly colo: string
}

export interface AgentRegistry extends Pick<AgentLinks, 'agents'> {
  /**
   * Makes an agent out of a one-time code.
   * @param body `{code, name, facts}` as it came
   * @param address of who asks, whose guesses are counted
   * @throws ApiError agent_code_invalid, invalid_request, too_many_requests
   */
  enrol(body: unknown, address: string): Promise<EnrolledAgent>
  /** Reads the row of an agent again: it has another name or other settings, or it is gone and its connection ends. */
  changed(agent: string): Promise<void>
}
