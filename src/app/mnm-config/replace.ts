// Replaces the whole configuration of an account, or creates it: Terraform updates one that it has read as absent.
import { change } from '../change.ts'
import { timeText, type Principal, type RouterContext } from '../context.ts'
import { publishRouters } from '../router/publish.ts'
import { requireScope } from '../scopes.ts'
import { parseMnmConfig, type MnmConfig } from './fields.ts'
import { readMnmConfig, writeMnmConfig } from './rows.ts'

/** @throws ApiError mnm_config_invalid, router_taken, forbidden */
export async function replaceMnmConfig(context: RouterContext, principal: Principal, body: unknown): Promise<MnmConfig> {
  requireScope(principal, 'mnm:write')
  const config = parseMnmConfig(body)
  const account = principal.account.number
  await change(context, principal, async (state) => {
    const before = await readMnmConfig(state, account)
    await writeMnmConfig(state, account, { config, at: timeText(context.clock.now()) })
    return { result: undefined, audit: { action: 'mnm_config.replace', target: principal.account.id, detail: { before, config } } }
  })
  await publishRouters(context)
  return config
}
