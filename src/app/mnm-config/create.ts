// Creates the configuration of an account.
import { ApiError } from '../../contract/api-errors.ts'
import { change } from '../change.ts'
import { timeText, type Principal, type RouterContext } from '../context.ts'
import { publishRouters } from '../router/publish.ts'
import { requireScope } from '../scopes.ts'
import { parseMnmConfig, type MnmConfig } from './fields.ts'
import { readMnmConfig, writeMnmConfig } from './rows.ts'

/** @throws ApiError mnm_config_invalid, mnm_config_exists, router_taken, forbidden */
export async function createMnmConfig(context: RouterContext, principal: Principal, body: unknown): Promise<MnmConfig> {
  requireScope(principal, 'mnm:write')
  const config = parseMnmConfig(body)
  const account = principal.account.number
  await change(context, principal, async (state) => {
    if (await readMnmConfig(state, account)) throw new ApiError('mnm_config_exists')
    await writeMnmConfig(state, account, { config, at: timeText(context.clock.now()) })
    return { result: undefined, audit: { action: 'mnm_config.create', target: principal.account.id, detail: { config } } }
  })
  await publishRouters(context)
  return config
}
