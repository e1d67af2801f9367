// The same question for other programs: as SQL, as GraphQL, as a curl line, as a command.
import type { FlowStatementsView } from '../../contract/flow-question.ts'
import { flowQuestionSchema, type FlowQuestion } from '../../contract/flow-question.ts'
import { askStatement } from '../../query/ask/ask-flows.ts'
import { literalSql } from '../../query/sql-literals.ts'
import type { AppContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { explained } from './failures.ts'
import { graphqlStatement } from './graphql-statement.ts'
import { prepareQuestion } from './prepare.ts'

type Context = Pick<AppContext, 'state' | 'telemetry' | 'asName' | 'clock' | 'config'>

/**
 * @param request.origin by which the server is reached, without a slash at the end
 * @throws ApiError as askQuestion does, without asking the store
 */
export async function flowStatements(
  context: Context,
  principal: Principal,
  { body, origin }: { readonly body: unknown; readonly origin: string },
): Promise<FlowStatementsView> {
  requireScope(principal, 'analytics:read')
  const { question, ask, names, now } = await prepareQuestion(context, principal, body)
  const { retention } = context.config.store
  const { sql, params } = await explained(false, async () => askStatement(ask, { retention, now, names }))
  const graphql = graphqlStatement(question, principal.account.id)
  return {
    sql: literalSql(sql, params),
    graphql: 'text' in graphql ? graphql.text : null,
    graphql_reason: 'text' in graphql ? null : graphql.reason,
    curl: curlLine(question.asked, `${origin}/client/v4/accounts/${principal.account.id}/drawbridge/flows/query`),
    command: commandLine(question.asked),
  }
}

/** Without what is left at its default; an id is of one asking only. */
function shortBody(question: FlowQuestion): Record<string, unknown> {
  const { id: _, ...asked } = question
  const defaults: Readonly<Record<string, unknown>> = flowQuestionSchema.parse({})
  return Object.fromEntries(Object.entries(asked).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(defaults[name])))
}

function curlLine(asked: FlowQuestion, url: string): string {
  const body = shellQuoted(JSON.stringify(shortBody(asked)))
  return `curl ${shellQuoted(url)} -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' --data ${body}`
}

function commandLine(asked: FlowQuestion): string {
  const { filter, by, last, from, to, limit, order, tier } = asked
  const short = shortBody(asked)
  const words = [
    ...(filter === '' ? [] : [shellQuoted(filter)]),
    ...(by.length === 0 ? [] : [`--by ${shellQuoted(by.join(','))}`]),
    ...Object.entries({ last, from, to }).flatMap(([flag, value]) => (value === undefined ? [] : [`--${flag} ${shellQuoted(value)}`])),
    ...Object.entries({ limit, order, tier }).flatMap(([flag, value]) => (short[flag] === undefined ? [] : [`--${flag} ${value}`])),
    ...(['series', 'previous', 'reverse', 'distinct'] as const).flatMap((flag) => (asked[flag] ? [`--${flag}`] : [])),
  ]
  return ['drawbridge query', ...words].join(' ')
}

/** Words of a POSIX shell that need no quotes. */
const plain = /^[\w.,:/@%+][\w.,:/@%+-]*$/

/** Between single quotes nothing has a meaning but the quote itself. */
function shellQuoted(text: string): string {
  return plain.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
