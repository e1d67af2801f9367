// The routes of the doctor: who may ask, and what is asked.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createToken } from '../app/token/create.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'

describe('the doctor', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server?.close())

  it.each([
    ['mnm:read', 'GET', 200, { state: 'ok', server: true, findings: [], self_test: [] }],
    ['mnm:read', 'POST', 403, null],
    ['mnm:write', 'POST', 200, { state: 'ok', server: true, findings: [], self_test: [] }],
    ['analytics:read', 'GET', 403, null],
  ] as const)('with the scope %s: %s answers %d', async (scope, method, status, result) => {
    const { secret } = await createToken(server.context, server.context.local, { name: 'x', scopes: [scope] })
    const response = await fetch(`${server.account}/drawbridge/doctor`, { method, headers: { authorization: `Bearer ${secret}` } })
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ result })
  })
})
