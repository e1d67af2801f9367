// A question as text of GraphQL: its groups and sums, in the same order.
import { graphqlFilter } from '../../query/language/graphql-filter.ts'
import type { ReadQuestion } from './question.ts'
import { timeText } from './view.ts'

/** @param account 32 hex digits */
export function graphqlStatement(question: ReadQuestion, account: string): { readonly text: string } | { readonly reason: string } {
  const { asked, by, from, to } = question
  if (asked.distinct) return { reason: 'GraphQL counts a flow at every router that saw it' }
  if (asked.tier !== 'auto') return { reason: 'GraphQL chooses the table by itself' }
  const filter = graphqlFilter(question.filter)
  if (typeof filter !== 'string') return { reason: filter.reason }
  const range = `datetime_geq: "${timeText(from)}", datetime_lt: "${timeText(to)}"`
  const names = by.map(({ name }) => name)
  const text = [
    'query {',
    '  viewer {',
    `    accounts(filter: { accountTag: "${account}" }) {`,
    '      mnmFlowDataAdaptiveGroups(',
    `        filter: { AND: [{ ${range} }, ${filter}] }`,
    `        limit: ${asked.limit}`,
    `        orderBy: [sum_${asked.order}_DESC]`,
    '      ) {',
    ...(names.length === 0 ? [] : [`        dimensions { ${names.join(' ')} }`]),
    '        sum { bits packets flows }',
    '      }',
    '    }',
    '  }',
    '}',
  ]
  return { text: text.join('\n') }
}
