// Changes fields of an account's configuration. Lists are replaced whole; null clears a list.
import { ApiError } from '../../contract/api-errors.ts'
import { change } from '../change.ts'
import { timeText, type Principal, type RouterContext } from '../context.ts'
import { publishRouters } from '../router/publish.ts'
import { requireScope } from '../scopes.ts'
import { parseMnmConfigChange, type MnmConfig } from './fields.ts'
import { readMnmConfig, writeMnmConfig } from './rows.ts'

/** @throws ApiError mnm_config_invalid, mnm_config_not_found, router_taken, forbidden */
export async function editMnmConfig(context: RouterContext, principal: Principal, body: unknown): Promise<MnmConfig> {
  requireScope(principal, 'mnm:write')
  const changes = parseMnmConfigChange(body)
  const account = principal.account.number
  const config = await change(context, principal, async (state) => {
    const before = await readMnmConfig(state, account)
    if (!before) throw new ApiError('mnm_config_not_found')
    const result = { ...before, ...changes }
    await writeMnmConfig(state, account, { config: result, at: timeText(context.clock.now()) })
    return { result, audit: { action: 'mnm_config.edit', target: principal.account.id, detail: { before, changes } } }
  })
  await publishRouters(context)
  return config
}
