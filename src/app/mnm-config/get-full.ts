// Reads the configuration of an account together with its rules.
import type { AppContext, Principal } from '../context.ts'
import { listRules } from '../rule/list.ts'
import type { RuleView } from '../rule/view.ts'
import type { MnmConfig } from './fields.ts'
import { getMnmConfig } from './get.ts'

export interface FullMnmConfig extends MnmConfig {
  readonly rules: readonly RuleView[]
}

/** null when there is none yet. */
export async function getFullMnmConfig(context: Pick<AppContext, 'state'>, principal: Principal): Promise<FullMnmConfig | null> {
  const config = await getMnmConfig(context, principal)
  return config && { ...config, rules: (await listRules(context, principal)) ?? [] }
}
