// The plan of a question after a look at what the tables hold: how much would have to be read, and since when there are flows.
import { adaptedChoice, isLarge, type Adapting } from '../adaptive-tier.ts'
import { filterColumns } from '../flow-filter.ts'
import type { FlowQueries } from '../flow-queries.ts'
import type { FlowAsk, FlowAskSettings } from './flow-ask.ts'
import { needsOf, planWith, type AskPlan } from './plan.ts'

export async function adaptedPlan(
  store: FlowQueries,
  ask: FlowAsk,
  plan: AskPlan,
  settings: Pick<FlowAskSettings, 'retention' | 'now'> & { readonly adapt: Adapting },
): Promise<AskPlan> {
  const needs = needsOf(ask, settings)
  const stepped = plan.steps === undefined ? needs : { ...needs, bucket: Math.min(needs.bucket, plan.steps.seconds) }
  // What goes the other way, was before, or is counted once is asked of the flows anyway.
  const first = ask.previous || ask.reverse || ask.distinct ? undefined : ask.order
  const range = { from: plan.from, to: plan.to }
  const question = { account: ask.account, range, needs: stepped, filtered: filterColumns(ask.filter), first, limit: ask.limit }
  const choice = await adaptedChoice(store, plan.choice, question, settings)
  const adapted = choice === plan.choice ? plan : planWith(ask, choice, settings.now)
  if (choice.tier.tier !== 'raw' || ask.insist !== undefined) return adapted
  return { ...adapted, thorough: !(await isLarge(store, ask.account, range, settings.adapt)) }
}
