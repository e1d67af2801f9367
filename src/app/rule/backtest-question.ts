// What a backtest is asked for: a saved rule or one that is only tried, and a time.
import { z } from 'zod'
import { ApiError } from '../../contract/api-errors.ts'
import { defaultRuleExtension, type Rule } from '../../contract/rule.ts'
import type { AppContext, Principal } from '../context.ts'
import { newId } from '../../base/secret.ts'
import { parseInput } from '../validation.ts'
import { parseRule } from './fields.ts'
import { readRule } from './rows.ts'

export interface BacktestQuestion {
  readonly rule: Rule
  /** Whether the rule is saved, so that its own minutes may be there. */
  readonly saved: boolean
  /** Seconds since 1970; `to` is excluded. */
  readonly from: number
  readonly to: number
}

const defaultRange = 86_400
const shortestRange = 60
/** Longer than minute sums of rules are kept by default. */
const longestRange = 100 * 86_400
/** Of a rule that is not saved. */
const untitled = 'untitled'

const timeMessage = 'must be a time like 2027-01-31T12:00:00Z'
const time = z.iso.datetime({ offset: true, error: timeMessage }).transform((text) => Date.parse(text) / 1000)
const input = z.strictObject(
  {
    rule: z.looseObject({}, { error: 'must be a rule as for POST mnm/rules' }).optional(),
    rule_id: z.string({ error: 'must be text' }).optional(),
    from: time.optional(),
    to: time.optional(),
  },
  {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `has ${issue.keys.join(', ')}; there are rule, rule_id, from and to` : 'must be a JSON object',
  },
)

/** @throws ApiError invalid_request, rule_invalid, rule_not_found */
export async function parseBacktest(
  context: Pick<AppContext, 'state' | 'clock' | 'config'>,
  principal: Principal,
  body: unknown,
): Promise<BacktestQuestion> {
  const { rule, rule_id: id, ...times } = parseInput(input, body ?? {}, 'invalid_request')
  if ((rule === undefined) === (id === undefined)) {
    throw new ApiError('invalid_request', { reason: 'either rule or rule_id must be set' })
  }
  const range = rangeOf(times, context.clock.now() / 1000)
  if (id !== undefined) return { rule: await readRule(context.state, principal.account.number, id), saved: true, ...range }
  return { rule: triedRule({ name: untitled, ...rule }, principal, context.config), saved: false, ...range }
}

function triedRule(body: unknown, { account }: Principal, { rules }: AppContext['config']): Rule {
  const { fields } = parseRule(body, rules)
  return { ...fields, extension: fields.extension ?? defaultRuleExtension, id: newId(), account: account.number }
}

function rangeOf({ from, to }: { from?: number | undefined; to?: number | undefined }, now: number): { from: number; to: number } {
  const end = Math.floor(Math.min(to ?? now, now))
  const begin = Math.floor(from ?? end - defaultRange)
  if (end - begin < shortestRange) {
    throw new ApiError(
      'invalid_request',
      { reason: `from must be at least ${shortestRange} s before to, and to not in the future` },
      '/from',
    )
  }
  if (end - begin > longestRange) {
    throw new ApiError('invalid_request', { reason: `from must be at most ${longestRange / 86_400} days before to` }, '/from')
  }
  return { from: Math.max(0, begin), to: end }
}
