// Questions that somebody might ask to break something, through HTTP on a real engine: each is refused with its place and what to
// change, or answered within bounds; the next question is answered as before.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FlowAnswerView, FlowCompletionView, FlowStatementsView } from '../contract/flow-question.ts'
import { graphqlFilter } from '../query/language/graphql-filter.ts'
import { parseFlowFilter } from '../query/language/parse-flow-filter.ts'
import { flowPasses } from '../query/testing/plain-flows.ts'
import { hostileFilters } from '../query/testing/hostile-filters.ts'
import { insertFlows, randomFlows } from '../query/testing/random-flows.ts'
import { startTestFlowStore, type TestFlowStore } from './testing/test-flow-store.ts'
import { startTestServer, type ApiBody, type TestServer } from './testing/test-server.ts'

/** The two hours before the clock of the test. */
const from = Date.UTC(2026, 0, 1, 10) / 1000
const range = { from: '2026-01-01T10:00:00Z', to: '2026-01-01T12:00:00Z' }
const stored = randomFlows({ count: 300, seed: 6, from, to: from + 7200 })
/** How many of the account pass a filter. */
const passing = (filter: string) => stored.filter((flow) => flow.account === 1 && flowPasses(parseFlowFilter(filter), flow)).length
/** With 6 dimensions that are all different in all flows of this account, none of which another one has. */
const manyFlows = 100_000

let flows: TestFlowStore
let server: TestServer

beforeAll(async () => {
  flows = await startTestFlowStore()
  server = await startTestServer({ flows: flows.store, settings: { store: { memory_mib: 256 } } })
  await insertFlows(flows.store, stored)
})
afterAll(async () => {
  await server?.close()
  await flows?.close()
})

const flowsPath = (route: string) => `${server.account}/drawbridge/flows/${route}`
const post = async (route: string, body: unknown) => await server.call('POST', flowsPath(route), body)

interface Shown {
  readonly status: number
  readonly body: ApiBody
}

const codesOf = ({ body }: Shown) => body.errors.map(({ code }) => code)

const totalOf = ({ result }: ApiBody) => (result as FlowAnswerView).total.flows

/** Ten million characters are more than a body may have. */
const sendable = hostileFilters.filter(({ text }) => text.length < 1_000_000)
const readable = sendable.filter(({ refused }) => refused === undefined)

describe('a hostile filter', () => {
  it('is refused with its place, or answered', async () => {
    const wrong: unknown[] = []
    for (const { name, text, refused } of sendable) {
      const answer = await post('query', { ...range, filter: text, by: ['proto'], limit: 3 })
      const [error] = answer.body.errors
      const place = error?.fault && text.slice(error.fault.from, error.fault.to)
      const isRefused = answer.status === 400 && error?.code === 20026 && error.source?.pointer === '/filter' && place === refused
      // What is beyond the engine's limits is told before the engine has it.
      const isAnswered = answer.status === 200 ? totalOf(answer.body) === passing(text) : answer.status === 400 && error?.code === 20060
      if (refused === undefined ? !isAnswered : !isRefused) wrong.push({ name, status: answer.status, error })
    }
    expect(wrong).toEqual([])
  })

  it('of ten million characters is no question', async () => {
    const { status } = await post('query', { ...range, filter: 'tcp or '.repeat(1_500_000) })
    expect(status).toBe(413)
    const long = await post('query', { ...range, filter: ' '.repeat(4097) })
    expect([long.status, codesOf(long), long.body.errors[0]?.source?.pointer]).toEqual([400, [20060], '/filter'])
  })

  it('can be typed on', async () => {
    for (const { text } of sendable.filter(({ text }) => text.length <= 4096)) {
      const { status, body } = await post('complete', { text, at: text.length })
      expect([status, body.errors]).toEqual([200, []])
      expect((body.result as FlowCompletionView).candidates.length).toBeLessThan(300)
    }
  })

  it('is the same in SQL that is copied', async () => {
    for (const { text } of readable.filter(({ name }) => name.endsWith('as a pattern'))) {
      const asked = { ...range, filter: `not (${text})` }
      const statements = (await post('statements', asked)).body.result as FlowStatementsView
      const { rows } = await flows.store.query<{ flow_count: string }>(statements.sql)
      // No flow has such a text.
      expect({ text, flows: rows.map((row) => Number(row.flow_count)) }).toEqual({ text, flows: [passing('')] })
    }
  })

  it('is the same by GraphQL', async () => {
    const hours = 'datetime_geq: "2026-01-01T10:00:00Z", datetime_lt: "2026-01-01T12:00:00Z"'
    for (const { name, text } of readable) {
      const filter = graphqlFilter(parseFlowFilter(text))
      if (typeof filter !== 'string' || name === 'conditions that are long in SQL') continue
      const node = `mnmFlowDataAdaptiveGroups(limit: 1, filter: {AND: [{${hours}}, ${filter}]}) { sum { flows } }`
      const answer = await graphql(`{ viewer { accounts { flows: ${node} } } }`)
      const count = passing(text)
      expect([name, answer]).toEqual([name, { flows: count === 0 ? [] : [{ sum: { flows: count } }] }])
    }
  })
})

it('of GraphQL finds nothing by hostile values', async () => {
  const texts = sendable.filter(({ text }) => text.length < 1000 && !/[\p{Cc}\p{Cs}]/u.test(text)).map(({ text }) => JSON.stringify(text))
  expect(texts.length).toBeGreaterThan(60)
  for (let first = 0; first < texts.length; first += 30) {
    const nodes = texts.slice(first, first + 30).map((text, index) => {
      return `n${index}: mnmFlowDataAdaptiveGroups(limit: 1, filter: {direction_in: [${text}], datetime_geq: "${range.from}"}) { sum { bits } }`
    })
    const answer = await graphql(`{ viewer { accounts { ${nodes.join(' ')} } } }`)
    expect(answer).toEqual(Object.fromEntries(nodes.map((_, index) => [`n${index}`, []])))
  }
})

/** The first account of an answer. */
async function graphql(query: string): Promise<unknown> {
  const response = await fetch(`${server.url}/client/v4/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}` },
    body: JSON.stringify({ query }),
  })
  const { data, errors } = (await response.json()) as { data: { viewer: { accounts: readonly unknown[] } } | null; errors: unknown }
  expect(errors).toBeNull()
  return data?.viewer.accounts[0]
}

const tooMuch: readonly (readonly [name: string, asked: Readonly<Record<string, unknown>>, code: number, pointer?: string])[] = [
  ['seven dimensions', { by: ['src', 'dst', 'src_port', 'dst_port', 'proto', 'router', 'src_as'] }, 20060, '/by'],
  ['a dimension twice', { by: ['src', 'sourceAddress'] }, 20060, '/by/1'],
  ['a dimension of SQL', { by: ['src_addr); DROP TABLE flows; --'] }, 20060, '/by/0'],
  ['a dimension of every object', { by: ['constructor'] }, 20060, '/by/0'],
  ['the account as a dimension', { by: ['account'] }, 20060, '/by/0'],
  ['ten thousand groups', { limit: 10_000 }, 20060, '/limit'],
  ['half a group', { limit: 0.5 }, 20060, '/limit'],
  ['an order of SQL', { order: 'bits DESC; --' }, 20060, '/order'],
  ['a century', { from: '1926-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' }, 20062, '/from'],
  ['a million weeks', { from: undefined, to: undefined, last: '99999999w' }, 20062],
  ['no time', { from: undefined, to: undefined, last: '0s' }, 20060, '/last'],
  ['a time that ends before it begins', { from: '2026-01-01T11:00:00Z', to: range.from }, 20060, '/to'],
  ['two times', { last: '1h' }, 20060, '/last'],
  ['a time of SQL', { from: "2026-01-01' OR 1=1" }, 20060, '/from'],
  ['another table', { tier: 'system.users' }, 20060, '/tier'],
  ['an id that is none', { id: "' OR 1=1" }, 20060, '/id'],
  ['an account', { account: 2 }, 20060],
  ['a prototype', { constructor: { prototype: 1 } }, 20060],
  ['a filter that is a tree', { filter: { all: [] } }, 20060, '/filter'],
]

describe('a question that asks for too much', () => {
  it.each(tooMuch.map(([name, asked, code, pointer]) => ({ name, asked, code, pointer })))('such as $name is refused', async (row) => {
    const answer = await post('query', { ...range, ...row.asked })
    const pointer = answer.body.errors[0]?.source?.pointer
    expect([answer.status, codesOf(answer), pointer]).toEqual([400, [row.code], row.pointer ?? pointer])
  })

  it('such as all flows by six addresses and ports is answered with its remainder', async () => {
    await flows.store.command(
      `INSERT INTO flows (time_received, account, router, src_addr, dst_addr, src_port, dst_port, src_mac, dst_mac, bytes, packets, sampling_rate)
       SELECT toDateTime({from:UInt32} - 7200 + number % 3600, 'UTC'), 1, toIPv6('::ffff:192.0.2.1'), toIPv6(IPv6NumToString(sipHash128(number))),
       toIPv6(IPv6NumToString(sipHash128(number + 1))), number % 60000, number % 59999, number, number + 1, 1000, 1, 1 FROM numbers({count:UInt32})`,
      { from, count: manyFlows },
    )
    const by = ['src', 'dst', 'src_port', 'dst_port', 'src_mac', 'dst_mac']
    const earlier = { from: '2026-01-01T08:00:00Z', to: '2026-01-01T09:00:00Z' }
    const answer = await post('query', { ...earlier, by, limit: 1000, previous: true, reverse: true, series: true })
    const { groups, other, total } = answer.body.result as FlowAnswerView
    expect(groups.length).toBe(1000)
    expect(groups.reduce((sum, { flows }) => sum + flows, other?.flows ?? 0)).toBe(manyFlows)
    expect(total).toMatchObject({ flows: manyFlows, bits: manyFlows * 8000 })
  })
})

describe('the questions of others', () => {
  it.each(['00000000-0000-4000-8000-000000000000', 'x', "'%20OR%201=1", '..%2f..%2faccounts', 'x'.repeat(2000), '%00'])(
    'are not found by %s',
    async (id) => {
      for (const method of ['GET', 'DELETE']) {
        const answer = await server.call(method, `${flowsPath('queries')}/${id}`)
        expect([400, 404, 414]).toContain(answer.status)
        expect(answer.body.success).toBe(false)
      }
    },
  )

  it('are neither seen nor ended by their id, and do not stand in the way of the own', async () => {
    const id = randomUUID()
    let end: () => void = () => undefined
    const running = new Promise<string>((resolve) => (end = () => resolve('to its end')))
    const other = server.context.questions.run({ id, account: 2, text: 'secret' }, new AbortController().signal, () => running)
    const seen = await server.call('GET', `${flowsPath('queries')}/${id}`)
    const list = await server.call('GET', flowsPath('queries'))
    const ended = await server.call('DELETE', `${flowsPath('queries')}/${id}`)
    expect([seen.status, codesOf(seen), list.body.result, ended.status, codesOf(ended)]).toEqual([404, [20061], [], 404, [20061]])
    expect((await post('query', { ...range, id })).status).toBe(200)
    end()
    expect(await other).toBe('to its end')
  })
})

it('leaves the flows as they were, and none of it was a fault of ours', async () => {
  expect(server.errors).toEqual([])
  const answer = await post('query', { ...range })
  expect([answer.body.errors, totalOf(answer.body)]).toEqual([[], passing('')])
})
