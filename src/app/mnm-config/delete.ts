// Deletes the configuration of an account with everything that hangs on it: from then on no router is registered
// and there are no rules. Incidents stay.
import { ApiError } from '../../contract/api-errors.ts'
import { change } from '../change.ts'
import type { Principal, RouterContext, RuleContext } from '../context.ts'
import { publishRouters } from '../router/publish.ts'
import { publishRules } from '../rule/publish.ts'
import { requireScope } from '../scopes.ts'
import type { MnmConfig } from './fields.ts'
import { readMnmConfig } from './rows.ts'

/**
 * @returns the configuration that was
 * @throws ApiError mnm_config_not_found, forbidden
 */
export async function deleteMnmConfig(context: RouterContext & RuleContext, principal: Principal): Promise<MnmConfig> {
  requireScope(principal, 'mnm:write')
  const account = principal.account.number
  const config = await change(context, principal, async (state) => {
    const result = await readMnmConfig(state, account)
    if (!result) throw new ApiError('mnm_config_not_found')
    const rules = await state.deleteFrom('rule').where('account', '=', account).returning('name').execute()
    await state.deleteFrom('router').where('account', '=', account).execute()
    await state.deleteFrom('mnm_config').where('account', '=', account).execute()
    const detail = { config: result, rules: rules.map(({ name }) => name) }
    return { result, audit: { action: 'mnm_config.delete', target: principal.account.id, detail } }
  })
  await publishRouters(context)
  await publishRules(context)
  return config
}
