// Walks everything that the server answers as nobody: all but the stated open routes must say 401.
import {
  buildClientSchema,
  getIntrospectionQuery,
  getNamedType,
  isObjectType,
  type GraphQLObjectType,
  type IntrospectionQuery,
} from 'graphql/index.js'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { agentEnrolPath } from '../contract/agent-protocol.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'

/** Health, signing in, enrolment by a one-time code, and the files of the dashboard, which hold nothing of the network. */
const open = new Set(['GET /health', 'HEAD /health', 'POST /sign-in', `POST ${agentEnrolPath}`, 'GET /*', 'HEAD /*'])

let server: TestServer
let webRoot: string

beforeAll(async () => {
  webRoot = await mkdtemp(path.join(tmpdir(), 'drawbridge-web-'))
  await writeFile(path.join(webRoot, 'index.html'), '<!doctype html>')
  server = await startTestServer({ config: { webRoot } })
})

afterAll(async () => {
  await server.close()
  await rm(webRoot, { recursive: true })
})

const credentials: readonly (readonly [string, Record<string, string>])[] = [
  ['without a credential', {}],
  ['with a made-up token', { authorization: `Bearer ${'x'.repeat(43)}` }],
  ['with a made-up key', { 'x-auth-key': 'x'.repeat(48), 'x-auth-email': 'admin@localhost' }],
  ['with a made-up session', { cookie: `drawbridge_session=${'x'.repeat(43)}`, 'sec-fetch-site': 'same-origin' }],
]

describe.each(credentials)('%s', (_name, headers) => {
  it('gets 401 from every route that is not open', async () => {
    const closed = server.routes.filter(({ method, url }) => !open.has(`${method} ${url}`))
    expect(closed.length).toBeGreaterThan(50)
    const account = server.context.local.account.id
    const answers = await Promise.all(
      closed.map(async ({ method, url }) => {
        const address = server.url + url.replace(':account_id', account).replace(':address', '192.0.2.1')
        const response = await fetch(address, { method, headers })
        return `${method} ${url}: ${response.status} ${response.headers.get('content-type')}`
      }),
    )
    expect(answers).toEqual(closed.map(({ method, url }) => `${method} ${url}: 401 application/json; charset=utf-8`))
  })

  it('gets 401 for every field of the GraphQL schema and for introspection', async () => {
    const schema = buildClientSchema(await introspect())
    const query = schema.getQueryType()
    if (!query) throw new Error('the schema has no query type')
    const queries = [getIntrospectionQuery(), '{ __typename }', ...fieldQueries(query, (inner) => `{ ${inner} }`, new Set())]
    expect(queries.length).toBeGreaterThan(90)
    for (const text of queries) {
      const body = JSON.stringify({ query: text })
      const response = await fetch(`${server.url}/client/v4/graphql`, { method: 'POST', headers, body })
      expect([text, response.status]).toEqual([text, 401])
      expect(await response.json()).toMatchObject({
        data: null,
        errors: [{ message: 'Authentication error', extensions: { code: 'authn' } }],
      })
    }
  })
})

it('is refused by the open routes what they guard themselves', async () => {
  const response = await fetch(`${server.url}/sign-in`, { method: 'POST', body: JSON.stringify({ secret: 'wrong' }) })
  expect(response.status).toBe(401)
})

it('learns nothing from health', async () => {
  const response = await fetch(`${server.url}/health`)
  expect(await response.json()).toEqual({ status: 'ok' })
})

async function introspect(): Promise<IntrospectionQuery> {
  const response = await fetch(`${server.url}/client/v4/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}` },
    body: JSON.stringify({ query: getIntrospectionQuery() }),
  })
  const { data } = (await response.json()) as { data: IntrospectionQuery }
  return data
}

const requiredArguments: Record<string, string> = {
  mnmFlowDataAdaptiveGroups: '(filter: {}, limit: 1)',
  mnmAWSVPCFlowDataAdaptiveGroups: '(filter: {}, limit: 1)',
  confidence: '(level: 0.95)',
}

/** One query for each field of a type and of the types below it. */
function fieldQueries(type: GraphQLObjectType, wrap: (inner: string) => string, seen: Set<string>): string[] {
  if (seen.has(type.name)) return []
  seen.add(type.name)
  return Object.values(type.getFields()).flatMap((field) => {
    const head = field.name + (requiredArguments[field.name] ?? '')
    const below = getNamedType(field.type)
    if (!isObjectType(below)) return [wrap(head)]
    return fieldQueries(below, (inner) => wrap(`${head} { ${inner} }`), seen)
  })
}
