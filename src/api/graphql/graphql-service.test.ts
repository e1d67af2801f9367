// Tests what GraphQL requests are refused, in which words, and the form of an answer; nothing here reaches the store.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createToken } from '../../app/token/create.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'
import { exactJson } from './exact-json.ts'

let server: TestServer

beforeAll(async () => {
  server = await startTestServer()
})

afterAll(() => server.close())

interface Answer {
  readonly data: unknown
  readonly errors:
    | readonly { readonly message: string; readonly path: readonly string[] | null; readonly extensions: Record<string, string> }[]
    | null
}

async function ask(query: unknown, variables?: unknown): Promise<{ status: number; text: string; answer: Answer }> {
  const response = await fetch(`${server.url}/client/v4/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}`, accept: 'text/html' },
    body: JSON.stringify({ query, variables }),
  })
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
  const text = await response.text()
  return { status: response.status, text, answer: JSON.parse(text) as Answer }
}

const inAccount = (body: string) => `{ viewer { accounts { ${body} } } }`
const groups = (args: string, body = 'sum { bits }') => inAccount(`mnmFlowDataAdaptiveGroups(${args}) { ${body} }`)

it('answers errors: null when all is well', async () => {
  const { status, text } = await ask('{ cost viewer { budget accounts { accountTag } } }')
  expect(status).toBe(200)
  expect(JSON.parse(text)).toEqual({
    data: { cost: 1, viewer: { budget: 1_000_000, accounts: [{ accountTag: server.context.local.account.id }] } },
    errors: null,
  })
})

it('leaves errors out for clients that ask for the form of the specification', async () => {
  const accept = 'application/graphql-response+json, application/json'
  const headers = { authorization: `Bearer ${server.token}`, accept }
  const response = await fetch(`${server.url}/client/v4/graphql`, { method: 'POST', headers, body: '{"query":"{ cost }"}' })
  expect([response.headers.get('content-type'), await response.text()]).toEqual(['application/json; charset=utf-8', '{"data":{"cost":1}}'])
})

it('tells the settings of both datasets', async () => {
  const fields = 'availableFields enabled maxDuration maxNumberOfFields maxPageSize notOlderThan'
  const { answer } = await ask(
    inAccount(`settings { mnmFlowDataAdaptiveGroups { ${fields} } mnmAWSVPCFlowDataAdaptiveGroups { ${fields} } }`),
  )
  expect(answer.errors).toBeNull()
  const limits = { maxPageSize: 10_000, maxNumberOfFields: 100, notOlderThan: 730 * 86_400, maxDuration: 730 * 86_400 }
  const available = (...names: string[]) => expect.arrayContaining(names)
  const flows = {
    ...limits,
    enabled: true,
    availableFields: available('dimensions_sourceAddress', 'sum_flows', 'avg_bitRateDay', 'confidence'),
  }
  const vpcFlows = { ...limits, enabled: false, availableFields: available('dimensions_vpcID', 'sum_bits', 'avg_sampleInterval') }
  const settings = { mnmFlowDataAdaptiveGroups: flows, mnmAWSVPCFlowDataAdaptiveGroups: vpcFlows }
  expect(answer.data).toEqual({ viewer: { accounts: [{ settings }] } })
})

it('answers the dataset that nobody fills with no rows', async () => {
  const groups =
    'mnmAWSVPCFlowDataAdaptiveGroups(filter: {datetime_geq: "2026-01-01T00:00:00Z", ruleIDs_has: "a", trafficPath: 1}, limit: 10, orderBy: [sum_bits_DESC])'
  const { answer } = await ask(inAccount(`${groups} { dimensions { vpcID start ruleIDs } sum { bits } avg { bitRateHour } }`))
  expect(answer).toEqual({ data: { viewer: { accounts: [{ mnmAWSVPCFlowDataAdaptiveGroups: [] }] } }, errors: null })
})

describe('refuses', () => {
  it.each([
    ['bad syntax', '{', 'Syntax Error: Expected Name, found <EOF>.', 'validation'],
    ['an unknown field', '{ nope }', 'unknown field "nope"', 'validation'],
    ['an unknown argument', groups('filter: {}, limit: 1, top: 1'), 'unknown arg "top"', 'validation'],
    ['no selections', '{ viewer }', 'object field must have selections', 'validation'],
    ['selections of a scalar', '{ cost { x } }', 'scalar fields must have no selections', 'validation'],
    ['no limit', groups('filter: {}'), /^error parsing args for "mnmFlowDataAdaptiveGroups": .*"limit".* is required/, 'validation'],
    ['no filter', groups('limit: 1'), /^error parsing args for "mnmFlowDataAdaptiveGroups": .*"filter".* is required/, 'validation'],
    ['limit 0', groups('filter: {}, limit: 0'), 'limit must be positive number and not greater than 10000', 'limits'],
    ['limit 10001', groups('filter: {}, limit: 10001'), 'limit must be positive number and not greater than 10000', 'limits'],
    [
      'a negative limit',
      groups('filter: {}, limit: -1'),
      /^error parsing args for "mnmFlowDataAdaptiveGroups": .*uint64 cannot represent/,
      'validation',
    ],
    ['an unknown filter', groups('filter: {nope: 1}, limit: 1'), /^error parsing args for "mnmFlowDataAdaptiveGroups": /, 'validation'],
    ['a port of 70000', groups('filter: {sourcePort: 70000}, limit: 1'), /uint16 cannot represent/, 'validation'],
    ['a time that is none', groups('filter: {datetime_gt: "yesterday"}, limit: 1'), /Time cannot represent/, 'validation'],
    ['a day that is none', groups('filter: {date: "2026-13-01"}, limit: 1'), /Date cannot represent/, 'validation'],
    [
      'an old time',
      groups('filter: {datetime_gt: "2001-01-01T00:00:00Z"}, limit: 1'),
      'cannot request data older than 63072000s',
      'limits',
    ],
    [
      'a wide range',
      groups('filter: {datetime_gt: "2026-01-01T00:00:00Z", datetime_lt: "2099-01-01T00:00:00Z"}, limit: 1'),
      /^query time range is too large/,
      'limits',
    ],
    [
      'no address',
      groups('filter: {sourceAddress: "x"}, limit: 1'),
      'error parsing args for "mnmFlowDataAdaptiveGroups": sourceAddress: "x" is not an IP address',
      'validation',
    ],
    [
      'no prefix',
      groups('filter: {sourceAddress_incidr: ["203.0.113.0/24", "203.0.113.0/33"]}, limit: 1'),
      'error parsing args for "mnmFlowDataAdaptiveGroups": sourceAddress: "203.0.113.0/33" is not a prefix such as 203.0.113.0/24 or 2001:db8::/32',
      'validation',
    ],
    ['prefixes of what is no address', groups('filter: {sourcePort_incidr: ["10.0.0.0/8"]}, limit: 1'), /sourcePort_incidr/, 'validation'],
    ['a filter on a name', groups('filter: {sourceASName: "x"}, limit: 1'), /sourceASName/, 'validation'],
    [
      'an order without its dimension',
      groups('filter: {}, limit: 1, orderBy: [sourcePort_ASC]'),
      /needs sourcePort among the selected dimensions/,
      'validation',
    ],
    [
      'another account',
      `{ viewer { accounts(filter: {accountTag: "${'0'.repeat(32)}"}) { accountTag } } }`,
      'not authorized for that account',
      'authz',
    ],
    ['subscriptions', 'subscription { x }', /.*/, 'validation'],
    ['an unknown operation', 'query A { cost } query B { cost }', /operation/i, 'validation'],
  ])('%s', async (_what, query, message, code) => {
    const { status, answer } = await ask(query)
    expect(status).toBe(200)
    expect(answer.data).toBeNull()
    expect(answer.errors?.[0]?.message).toMatch(message)
    expect(answer.errors?.[0]?.extensions).toEqual({ code, timestamp: '2026-01-01T12:00:00.000000000Z' })
  })

  it('too much: depth, fields, nodes, words, conditions, values, fields of a node', async () => {
    const deep = `${'{ viewer '.repeat(21)} { cost } ${'}'.repeat(21)}`
    const wide = `{ ${'cost '.repeat(5001)} }`
    const bomb = `{ ...A0 } ${Array.from({ length: 20 }, (_, i) => `fragment A${i} on Query { ${i < 19 ? `...A${i + 1} ...A${i + 1}` : 'cost'} }`).join(' ')}`
    const nodes = inAccount(
      Array.from({ length: 33 }, (_, i) => `a${i}: mnmFlowDataAdaptiveGroups(filter: {}, limit: 1) { sum { bits } }`).join(' '),
    )
    const words = `{ cost(x: [${'1 '.repeat(10_001)}]) }`
    const conditions = groups(`filter: {OR: [${'{sourcePort: 1} '.repeat(501)}]}, limit: 1`)
    const values = groups(`filter: {sourcePort_in: [${'1 '.repeat(501)}]}, limit: 1`)
    const cases = [deep, wide, bomb, nodes, words, conditions, values]
    const messages = await Promise.all(cases.map(async (query) => (await ask(query)).answer.errors?.[0]?.message))
    expect(messages).toEqual([
      'query is nested more than 20 levels deep',
      'query has more than 5000 fields',
      'query has more than 5000 fields',
      'query has more than 32 dataset nodes',
      expect.stringContaining('Document contains more that 10000 tokens'),
      'error parsing args for "mnmFlowDataAdaptiveGroups": more than 500 conditions',
      'error parsing args for "mnmFlowDataAdaptiveGroups": sourcePort_in has more than 500 values',
    ])
  })

  it('more fields than the settings tell', async () => {
    const sums = Array.from({ length: 101 }, (_, index) => `f${index}: bits`).join(' ')
    const { answer } = await ask(groups('filter: {}, limit: 1', `sum { ${sums} }`))
    expect(answer.errors?.[0]).toMatchObject({ message: "number of fields can't be more than 100", extensions: { code: 'limits' } })
  })

  it('who may not ask, and who asks too often', async () => {
    const limited = await startTestServer({ config: { requestLimit: { quota: 2, seconds: 60 } } })
    const { context } = limited
    const { secret } = await createToken(context, context.local, { name: 'reader', scopes: ['mnm:read'] })
    const tokens = ['wrong', secret, limited.token]
    const answers = []
    for (const token of tokens) {
      const headers = { authorization: `Bearer ${token}` }
      const response = await fetch(`${limited.url}/client/v4/graphql`, { method: 'POST', headers, body: '{"query":"{ cost }"}' })
      const { data, errors } = (await response.json()) as Answer
      answers.push([response.status, data, errors?.[0]?.message, errors?.[0]?.extensions['code']])
    }
    await limited.close()
    expect(answers).toEqual([
      [401, null, 'Authentication error', 'authn'],
      [403, null, 'does not have access to the path /client/v4/graphql; it takes the permission analytics:read', 'authz'],
      [429, null, 'rate limiter budget depleted, try again after 60 seconds', 'limits'],
    ])
  })

  it('fragments that open themselves', async () => {
    const { answer } = await ask('{ ...A } fragment A on Query { cost ...A }')
    expect(answer.errors?.[0]?.message).toContain('Cannot spread fragment "A" within itself')
  })

  it('variables of the wrong kind', async () => {
    const query = `query Q($n: Int!) { ${groups('filter: {}, limit: $n').slice(1)}`
    expect((await ask(query, { n: 'ten' })).answer.errors?.[0]?.message).toContain('uint64 cannot represent "ten"')
    expect((await ask(query)).answer.errors?.[0]?.message).toContain('"$n" of required type "uint64!" was not provided')
  })

  it('bodies that are no request', async () => {
    for (const query of [undefined, 1, null]) {
      const { status, answer } = await ask(query)
      expect([status, answer.data, answer.errors?.[0]?.message]).toEqual([400, null, 'Invalid request: query must be text'])
    }
    expect((await ask('{ cost }', [])).status).toBe(400)
  })
})

it('names the place of an error of a resolver', async () => {
  const { answer } = await ask(groups('filter: {}, limit: 0'))
  expect(answer.errors?.[0]?.path).toEqual(['viewer', 'accounts', '0', 'mnmFlowDataAdaptiveGroups'])
})

it('does not tell clients about faults of ours, but the log', async () => {
  const before = server.errors.length
  const { answer } = await ask(groups('filter: {}, limit: 1'))
  expect(answer.errors?.[0]).toMatchObject({ message: 'unable to execute query, please try again later', extensions: { code: 'internal' } })
  expect(server.errors.length).toBe(before + 1)
})

it('prints integers above 2^53 with all their digits', () => {
  expect(exactJson({ a: [18446744073709551615n, 1, '5n'], b: -9007199254740993n })).toBe(
    '{"a":[18446744073709551615,1,"5n"],"b":-9007199254740993}',
  )
})
