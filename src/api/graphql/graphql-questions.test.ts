// A request of GraphQL is one question among those that run: seen and cancelled like any other.
import { expect, it } from 'vitest'
import { openTestContext } from '../../app/testing/test-context.ts'
import { StoreQueryError } from '../../store/errors.ts'
import { GraphqlService } from './graphql-service.ts'

it('is seen while it runs, and ends when it is cancelled', async () => {
  let asked = 0
  const context = await openTestContext({
    ready: true,
    query: (_sql, options) =>
      new Promise((_resolve, reject) => {
        asked++
        options?.signal?.addEventListener('abort', () => reject(new StoreQueryError(394, 'the query was cancelled')))
      }),
  })
  const service = new GraphqlService({ app: context, onFault: () => undefined })
  const node = (alias: string) =>
    `${alias}: mnmFlowDataAdaptiveGroups(limit: 1, filter: {datetime_gt: "2026-01-01T11:00:00Z"}) { sum { bits } }`
  const query = `query Pages { viewer { accounts(filter: {accountTag: "${context.local.account.id}"}) { ${node('a')} ${node('b')} } } }`
  const answer = service.run({
    principal: context.local,
    body: { query, operationName: 'Pages' },
    bySpecification: false,
    signal: new AbortController().signal,
  })
  await expect.poll(() => asked).toBe(2)
  const { number } = context.local.account
  const [seen, ...others] = await context.questions.list(number)
  expect(seen).toMatchObject({ text: 'GraphQL: Pages', progress: null })
  expect(others).toEqual([])
  expect(context.questions.cancel(number, seen?.id ?? '')).toBe(true)
  expect(JSON.parse(await answer)).toMatchObject({ data: null, errors: [{ extensions: { code: 'unavailable' } }] })
  expect(await context.questions.list(number)).toEqual([])
  await context.close()
})
