// Changes what Drawbridge itself knows of a router: its name and the sampling factor where the router tells none.
import { z } from 'zod'
import type { RouterStatus } from '../../contract/collector-status.ts'
import { change } from '../change.ts'
import { timeText, type Principal, type RouterContext, type State } from '../context.ts'
import { samplingFactor } from '../mnm-config/fields.ts'
import { readMnmConfig } from '../mnm-config/rows.ts'
import { requireScope } from '../scopes.ts'
import { parseInput } from '../validation.ts'
import { registeredAddress, routerStatus } from './find.ts'
import { publishRouters } from './publish.ts'

const input = z
  .object(
    {
      name: z.string({ error: 'must be text' }).max(256, 'must not be longer than 256 characters'),
      sampling_override: samplingFactor.nullable(),
    },
    { error: 'must be a JSON object' },
  )
  .partial()

/**
 * @param text any spelling of the address
 * @param body `{name?, sampling_override?}`; a factor of null goes back to the account's
 * @throws ApiError router_not_found, invalid_request, forbidden
 */
export async function editRouter(
  context: RouterContext,
  principal: Principal,
  { text, body }: { text: string; body: unknown },
): Promise<RouterStatus> {
  requireScope(principal, 'mnm:write')
  const { name, sampling_override } = parseInput(input, body, 'invalid_request')
  const account = principal.account.number
  const address = await change(context, principal, async (state) => {
    const address = registeredAddress(await readMnmConfig(state, account), text)
    const changes = { ...(name === undefined ? {} : { name }), ...(sampling_override === undefined ? {} : { sampling_override }) }
    const before = await namedRouter(state, account, address)
    await state
      .insertInto('router')
      .values({ account, address, name: '', sampling_override: null, created_at: timeText(context.clock.now()), ...changes })
      // Assigning the address to itself keeps the statement valid when nothing else changes.
      .onConflict((conflict) => conflict.columns(['account', 'address']).doUpdateSet({ address, ...changes }))
      .execute()
    return { result: address, audit: { action: 'router.edit', target: address, detail: { before, after: { ...before, ...changes } } } }
  })
  await publishRouters(context)
  return routerStatus(context, principal, address)
}

/** What somebody has said of it before. */
async function namedRouter(state: State, account: number, address: string) {
  const row = await state
    .selectFrom('router')
    .select(['name', 'sampling_override'])
    .where('account', '=', account)
    .where('address', '=', address)
    .executeTakeFirst()
  return row ?? { name: '', sampling_override: null }
}
