// Edge agents: which there are, how they do, and what is asked of them.
import { queryOptions } from '@tanstack/react-query'
import type { AgentEnrolment, AgentSummary } from '../../contract/agent.ts'
import { request } from './envelope.ts'
import { drawbridgePath } from './queries.ts'

export function agentsQuery(account: string) {
  return queryOptions({
    queryKey: ['agents', account],
    queryFn: ({ signal }) => request<readonly AgentSummary[]>({ path: drawbridgePath(account, 'agents'), signal }),
    refetchInterval: 3000,
    retry: false,
  })
}

/** Makes a code that enrols one agent. @param minutes how long it works. @throws ApiFailure */
export function enrolAgent(account: string, colo: string, minutes: number): Promise<AgentEnrolment> {
  return request({ method: 'POST', path: drawbridgePath(account, 'agents/enrolments'), body: { colo, minutes } })
}

export interface AgentChange {
  readonly name?: string
  /** 1 in N packets, 0 for none. */
  readonly always_on_sampling?: number
}

/** @throws ApiFailure */
export function changeAgent(account: string, id: string, change: AgentChange): Promise<AgentSummary> {
  return request({ method: 'PATCH', path: drawbridgePath(account, `agents/${id}`), body: change })
}

export async function removeAgent(account: string, id: string): Promise<void> {
  await request({ method: 'DELETE', path: drawbridgePath(account, `agents/${id}`) })
}
