// Tells the collectors and the detector which rules there are, of all accounts.
import type { AppContext } from '../context.ts'
import { readRules } from './rows.ts'

/** Called at the start and after every change of rules, when it is committed. */
export async function publishRules({ state, counting, detector }: Pick<AppContext, 'state' | 'counting' | 'detector'>): Promise<void> {
  const rules = await readRules(state)
  counting.watch(rules)
  detector.watch(rules)
}
