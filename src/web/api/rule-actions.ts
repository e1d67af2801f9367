// What the pages do with rules: create, change, delete.
import type { RuleExtension } from '../../contract/rule.ts'
import { ApiFailure, request, requestRemarked, type Remarked } from './envelope.ts'
import { rulesPath, type RuleFields, type WireRule } from './rule-queries.ts'

/** `errors[].code` of a rule that is refused: bad fields, or an account without a configuration. */
const ruleRefused = 1008

/** What a change sends; the name is not needed to find the rule, and what is left out stays. */
export type RuleChange = Partial<Omit<RuleFields, 'drawbridge'>> & { readonly drawbridge?: Partial<RuleExtension> | null }

interface Creation {
  readonly account: string
  /** For the account's configuration, where there is none yet. */
  readonly accountName: string
  readonly rule: RuleFields
}

/** An account needs a configuration before its first rule; the API's users write it themselves, the page does it for its own. */
async function ensureConfig(account: string, name: string): Promise<boolean> {
  const path = `/client/v4/accounts/${account}/mnm/config`
  if ((await request<unknown>({ path })) !== null) return false
  await request({ method: 'POST', path, body: { name, default_sampling: 1 } })
  return true
}

/** @throws ApiFailure */
export async function createRule({ account, accountName, rule }: Creation): Promise<Remarked<WireRule>> {
  const create = () => requestRemarked<WireRule>({ method: 'POST', path: rulesPath(account), body: rule })
  try {
    return await create()
  } catch (error) {
    const refused = error instanceof ApiFailure && error.code === ruleRefused && error.pointer === ''
    if (!refused || !(await ensureConfig(account, accountName))) throw error
    return create()
  }
}

/** @throws ApiFailure */
export function changeRule(account: string, id: string, change: RuleChange): Promise<Remarked<WireRule>> {
  return requestRemarked({ method: 'PATCH', path: rulesPath(account, `/${id}`), body: change })
}

/** @throws ApiFailure */
export async function deleteRule(account: string, id: string): Promise<void> {
  await request({ method: 'DELETE', path: rulesPath(account, `/${id}`) })
}
