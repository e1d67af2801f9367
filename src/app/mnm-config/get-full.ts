// Reads the configuration of an account together with its rules.
import type { AppContext, Principal } from '../context.ts'
import type { MnmConfig } from './fields.ts'
import { getMnmConfig } from './get.ts'

export interface FullMnmConfig extends MnmConfig {
  /** There are no rules yet in this version. */
  readonly rules: readonly never[]
}

/** null when there is none yet. */
export async function getFullMnmConfig(context: Pick<AppContext, 'state'>, principal: Principal): Promise<FullMnmConfig | null> {
  const config = await getMnmConfig(context, principal)
  return config && { ...config, rules: [] }
}
