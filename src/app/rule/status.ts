// How the rules stand now, and their traffic by the second.
import { z } from 'zod'
import type { RuleSeriesPoint, RuleStatus } from '../../contract/rule.ts'
import type { AppContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { parseInput } from '../validation.ts'
import { readRule } from './rows.ts'

/** @throws ApiError forbidden */
export function listRuleStatuses(context: Pick<AppContext, 'detector'>, principal: Principal): readonly RuleStatus[] {
  requireScope(principal, 'mnm:read')
  return context.detector.statuses(principal.account.number)
}

const message = 'must be a whole number from 1 to 3600'
const input = z.object({ seconds: z.coerce.number({ error: message }).int(message).min(1, message).max(3600, message).default(900) })

/**
 * @param query `{seconds?}`, 900 when left out
 * @throws ApiError rule_not_found, invalid_request, forbidden
 */
export async function getRuleSeries(
  context: Pick<AppContext, 'state' | 'detector'>,
  principal: Principal,
  { id, query }: { id: string; query: unknown },
): Promise<readonly RuleSeriesPoint[]> {
  requireScope(principal, 'mnm:read')
  const { seconds } = parseInput(input, query, 'invalid_request')
  const rule = await readRule(context.state, principal.account.number, id)
  return context.detector.series(rule.id, seconds)
}
