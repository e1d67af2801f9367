// Makes one-time codes by which agents enrol, and agents out of them.
import { z } from 'zod'
import type { EnrolledAgent } from '../../capture/agent-registry.ts'
import { enrolCommand, insertEnrolment } from '../../capture/hub/enrolments.ts'
import { coloPattern, type AgentEnrolment } from '../../contract/agent.ts'
import { ApiError } from '../../contract/api-errors.ts'
import { change } from '../change.ts'
import { timeText, type AgentContext, type Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { objectFault, parseInput } from '../validation.ts'

const minutesMessage = 'must be a whole number of minutes from 1 to 1440'
const input = z.strictObject(
  {
    colo: z.string({ error: 'must be text like ord02' }).regex(coloPattern, 'must be lower-case letters and then digits, like ord02'),
    minutes: z.number({ error: minutesMessage }).int(minutesMessage).min(1, minutesMessage).max(1440, minutesMessage).default(15),
  },
  { error: objectFault },
)

/** Nothing that a shell takes for more than a word, as people paste the command. */
const plainOrigin = /^https?:\/\/[\w.:[\]-]+$/

/**
 * @param request.body `{colo, minutes?}`
 * @param request.origin by which the server is reached
 * @throws ApiError invalid_request, forbidden
 */
export async function createEnrolment(
  context: AgentContext,
  principal: Principal,
  { body, origin }: { readonly body: unknown; readonly origin: string },
): Promise<AgentEnrolment> {
  requireScope(principal, 'agents:write')
  const { colo, minutes } = parseInput(input, body, 'invalid_request')
  if (!plainOrigin.test(origin)) throw new ApiError('invalid_request', { reason: 'the header Host is no plain address' })
  const order = { account: principal.account.number, user: principal.user.id, colo, minutes }
  return change(context, principal, async (state) => {
    const enrolment = await insertEnrolment(state, order, context.clock.now())
    const result = { ...enrolment, command: enrolCommand(origin, enrolment.code) }
    return { result, audit: { action: 'agent.enrolment', target: colo, detail: { colo, expires_at: enrolment.expires_at } } }
  })
}

/**
 * Makes an agent out of a code. The audit says that the code's maker has let it in.
 * @param request.address of who asks
 * @throws ApiError agent_code_invalid, invalid_request, too_many_requests
 */
export async function enrolAgent(
  { state, clock, agents }: AgentContext,
  { body, address }: { readonly body: unknown; readonly address: string },
): Promise<EnrolledAgent> {
  const enrolled = await agents.enrol(body, address)
  const order = await state.selectFrom('agent_enrolment').select(['account', 'user']).where('agent', '=', enrolled.id).executeTakeFirst()
  if (order) {
    const entry = { via: 'enrolment', action: 'agent.enrol', target: enrolled.id, detail: JSON.stringify({ colo: enrolled.colo, address }) }
    await state
      .insertInto('audit')
      .values({ ...order, ...entry, at: timeText(clock.now()) })
      .execute()
  }
  return enrolled
}
