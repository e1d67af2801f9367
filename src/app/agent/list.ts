// Lists the edge agents of an account with what they have reported and what runs there.
import { coloGroup } from '../../capture/jobs/places.ts'
import type { LinkedAgent } from '../../capture/agent-links.ts'
import type { AgentSummary } from '../../contract/agent.ts'
import type { AgentContext, Principal, State } from '../context.ts'
import { requireScope } from '../scopes.ts'

/** @throws ApiError forbidden */
export async function listAgents({ state, agents }: AgentContext, principal: Principal): Promise<readonly AgentSummary[]> {
  requireScope(principal, 'captures:read')
  const account = principal.account.number
  const rows = await state.selectFrom('agent').select(['id', 'enrolled_at', 'last_seen_at']).where('account', '=', account).execute()
  const times = new Map(rows.map((row) => [row.id, row]))
  const running = await readRunning(state, account)
  return agents.agents(account).flatMap((agent) => {
    const row = times.get(agent.id)
    // One that is being removed is still known to the hub for a moment.
    return row === undefined ? [] : [{ ...linkedFacts(agent), ...row, running: running.get(agent.id) ?? [] }]
  })
}

function linkedFacts(agent: LinkedAgent): Omit<AgentSummary, 'enrolled_at' | 'last_seen_at' | 'running'> {
  const { id, name, colo, connected, address, facts } = agent
  return {
    id,
    name,
    colo,
    group: coloGroup(colo),
    state: connected ? 'connected' : 'disconnected',
    address,
    clock_offset_ms: agent.clockOffsetMs,
    clock_error_ms: agent.clockErrorMs,
    always_on_sampling: agent.alwaysOnSampling,
    facts,
  }
}

/** Captures that an agent has something to do for, by agent. */
async function readRunning(state: State, account: number): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await state
    .selectFrom('capture_agent as a')
    .innerJoin('capture as c', 'c.id', 'a.capture')
    .select(['a.agent', 'a.capture'])
    .where('c.account', '=', account)
    .where('c.ended_at', 'is', null)
    .where('a.state', 'in', ['waiting', 'starting', 'capturing', 'delivering'])
    .orderBy('c.position')
    .execute()
  const running = new Map<string, string[]>()
  for (const { agent, capture } of rows) running.set(agent, [...(running.get(agent) ?? []), capture])
  return running
}
