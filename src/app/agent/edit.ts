// Changes an agent: its name, and whether it samples at all times; and removes it.
import { z } from 'zod'
import { agentName } from '../../capture/hub/enrolments.ts'
import type { AgentSummary } from '../../contract/agent.ts'
import { ApiError } from '../../contract/api-errors.ts'
import { change } from '../change.ts'
import type { AgentContext, Principal, State } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { objectFault, parseInput } from '../validation.ts'
import { listAgents } from './list.ts'

const samplingMessage = 'must be a whole number from 0 to 1000000: 1 in so many packets, 0 for none'
const input = z.strictObject(
  {
    name: z
      .string({ error: 'must be text' })
      .refine((name) => agentName(name) === name, {
        error: 'must be 1 to 64 letters, digits, dots, hyphens and underscores, and begin and end with none of the first two',
      })
      .optional(),
    always_on_sampling: z
      .number({ error: samplingMessage })
      .int(samplingMessage)
      .min(0, samplingMessage)
      .max(1_000_000, samplingMessage)
      .optional(),
  },
  { error: objectFault },
)

/**
 * @param request.body `{name?, always_on_sampling?}`
 * @throws ApiError agent_not_found, invalid_request, forbidden
 */
export async function editAgent(
  context: AgentContext,
  principal: Principal,
  { id, body }: { readonly id: string; readonly body: unknown },
): Promise<AgentSummary> {
  requireScope(principal, 'agents:write')
  const { name, always_on_sampling } = parseInput(input, body, 'invalid_request')
  const account = principal.account.number
  await change(context, principal, async (state) => {
    const before = await readAgent(state, account, id)
    const after = { name: name ?? before.name, always_on_sampling: always_on_sampling ?? before.always_on_sampling }
    if (after.name !== before.name) await checkName(state, account, after.name)
    await state.updateTable('agent').set(after).where('id', '=', id).execute()
    return { result: undefined, audit: { action: 'agent.edit', target: id, detail: { before, after } } }
  })
  await context.agents.changed(id)
  const agent = (await listAgents(context, principal)).find((agent) => agent.id === id)
  if (!agent) throw new ApiError('agent_not_found', { id: shown(id) })
  return agent
}

/**
 * Its connection ends, its token is worth nothing any more; captures there end as if it were lost.
 * @throws ApiError agent_not_found, forbidden
 */
export async function removeAgent(context: AgentContext, principal: Principal, id: string): Promise<{ readonly id: string }> {
  requireScope(principal, 'agents:write')
  await change(context, principal, async (state) => {
    const before = await readAgent(state, principal.account.number, id)
    await state.deleteFrom('agent').where('id', '=', id).execute()
    return { result: undefined, audit: { action: 'agent.remove', target: id, detail: before } }
  })
  await context.agents.changed(id)
  return { id }
}

async function readAgent(state: State, account: number, id: string) {
  const row = await state
    .selectFrom('agent')
    .select(['name', 'colo', 'always_on_sampling'])
    .where('account', '=', account)
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row) throw new ApiError('agent_not_found', { id: shown(id) })
  return row
}

async function checkName(state: State, account: number, name: string): Promise<void> {
  const taken = await state.selectFrom('agent').select('id').where('account', '=', account).where('name', '=', name).executeTakeFirst()
  if (taken) throw new ApiError('invalid_request', { reason: `name ${name} is taken by another agent` }, '/name')
}

/** Of what somebody sent for an id. */
const shown = (id: string) => id.slice(0, 64)
