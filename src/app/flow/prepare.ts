// What a question needs before the store is asked: read, with the account's names and the sampling factors set for its routers.
import type { FlowAsk } from '../../query/ask/flow-ask.ts'
import type { AppContext, Principal } from '../context.ts'
import { samplingOverrides } from '../router/overrides.ts'
import { flowNames, type AccountNames } from './names.ts'
import { readQuestion, type ReadQuestion } from './question.ts'

export interface PreparedQuestion {
  readonly question: ReadQuestion
  readonly ask: FlowAsk
  readonly names: AccountNames
  /** Seconds since 1970. */
  readonly now: number
}

/** @throws ApiError flow_question_invalid, filter_invalid */
export async function prepareQuestion(
  context: Pick<AppContext, 'state' | 'telemetry' | 'asName' | 'clock'>,
  principal: Principal,
  body: unknown,
): Promise<PreparedQuestion> {
  const account = principal.account.number
  const now = context.clock.now() / 1000
  const names = await flowNames(context, account)
  const question = readQuestion(body, { now, rules: names.rules })
  const overrides = await samplingOverrides(context.state, account)
  return { question, ask: askOf(question, { account, overrides }), names, now }
}

function askOf({ asked, filter, by, from, to }: ReadQuestion, of: Pick<FlowAsk, 'account' | 'overrides'>): FlowAsk {
  const { limit, order, series, previous, reverse, distinct, tier } = asked
  return {
    ...of,
    filter,
    from,
    to,
    by,
    limit,
    order,
    series,
    previous,
    reverse,
    distinct,
    ...(tier === 'auto' ? {} : { insist: tier }),
  }
}
